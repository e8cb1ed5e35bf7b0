import { deflateRawSync, inflateRawSync } from "node:zlib";
import { MS_PER_HOUR, slotEndMs } from "@ohmstead/contract";
import type { SpotSlot } from "../domain/spot-slot.ts";

/** Columns, each value as the difference from the one before it: milliseconds, and millionths of the currency. */
interface Columns {
  /** From the end of the slot before to the beginning of this one; of the first, since 1970. */
  readonly gaps: readonly number[];
  readonly lengths: readonly number[];
  readonly imports: readonly number[];
  /** Absent where no slot has an export price of its own; null where this one has none. */
  readonly exports?: readonly (number | null)[];
}

const PER_UNIT = 1e6;
const toInteger = (value: number): number => Math.round(value * PER_UNIT);
const differences = (values: readonly number[]): number[] => values.map((value, k) => value - (values[k - 1] ?? 0));
const sums = (steps: readonly number[]): number[] => {
  let sum = 0;
  return steps.map((each) => (sum += each));
};

/** A price as it comes back from the store: rounded to a millionth. */
export const roundedPrice = (pricePerKwh: number): number => toInteger(pricePerKwh) / PER_UNIT;

export function packSpots(spots: readonly SpotSlot[]): Buffer {
  const hasExport = spots.some(({ exportPerKwh }) => exportPerKwh !== undefined);
  const columns: Columns = {
    gaps: spots.map(({ startMs }, k) => startMs - (spots[k - 1] ? slotEndMs(spots[k - 1] as SpotSlot) : 0)),
    lengths: differences(spots.map((slot) => slotEndMs(slot) - slot.startMs)),
    imports: differences(spots.map(({ importPerKwh }) => toInteger(importPerKwh))),
    ...(hasExport
      ? { exports: spots.map(({ exportPerKwh }) => (exportPerKwh === undefined ? null : toInteger(exportPerKwh))) }
      : {}),
  };
  return deflateRawSync(JSON.stringify(columns), { level: 9 });
}

export function unpackSpots(packed: Buffer): SpotSlot[] {
  const { gaps, lengths, imports, exports } = JSON.parse(inflateRawSync(packed).toString("utf8")) as Columns;
  const prices = sums(imports);
  let endMs = 0;
  return sums(lengths).map((length, k) => {
    const startMs = endMs + (gaps[k] ?? 0);
    endMs = startMs + length;
    const sold = exports?.[k];
    return {
      startMs,
      hours: length / MS_PER_HOUR,
      importPerKwh: (prices[k] ?? 0) / PER_UNIT,
      ...(typeof sold === "number" ? { exportPerKwh: sold / PER_UNIT } : {}),
    };
  });
}
