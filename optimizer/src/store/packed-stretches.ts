import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { ForecastStretch } from "../domain/forecast.ts";

/** Columns, each value as the difference from the one before it: watts, thousandths of a degree, milliseconds. */
interface Columns {
  /** From the end of the stretch before to the beginning of this one; of the first, since 1970. */
  readonly gaps: readonly number[];
  readonly lengths: readonly number[];
  readonly values: readonly number[];
  /** Absent where no stretch has one; null where this one has none. */
  readonly lows?: readonly (number | null)[];
  readonly highs?: readonly (number | null)[];
}

const PER_UNIT = 1000;

const differences = (values: readonly number[]): number[] => values.map((value, k) => value - (values[k - 1] ?? 0));

const sums = (differences: readonly number[]): number[] => {
  let sum = 0;
  return differences.map((each) => (sum += each));
};

const toInteger = (value: number): number => Math.round(value * PER_UNIT);

/** The distance of a bound from its middle, which stays small. */
const distances = (stretches: readonly ForecastStretch[], bound: "low" | "high"): (number | null)[] | undefined => {
  if (!stretches.some((each) => each[bound] !== undefined)) return undefined;
  return stretches.map((each) => {
    const at = each[bound];
    return at === undefined ? null : toInteger(at) - toInteger(each.value);
  });
};

/** About 3 to 6 bytes a stretch. Values are rounded to a thousandth of their unit. */
export function packStretches(stretches: readonly ForecastStretch[]): Buffer {
  const lows = distances(stretches, "low");
  const highs = distances(stretches, "high");
  const columns: Columns = {
    gaps: stretches.map(({ startMs }, k) => startMs - (stretches[k - 1]?.endMs ?? 0)),
    lengths: differences(stretches.map(({ startMs, endMs }) => endMs - startMs)),
    values: differences(stretches.map(({ value }) => toInteger(value))),
    ...(lows ? { lows } : {}),
    ...(highs ? { highs } : {}),
  };
  return deflateRawSync(JSON.stringify(columns), { level: 9 });
}

export function unpackStretches(packed: Buffer): ForecastStretch[] {
  const { gaps, lengths, values, lows, highs } = JSON.parse(inflateRawSync(packed).toString("utf8")) as Columns;
  const integers = sums(values);
  let endMs = 0;
  return sums(lengths).map((length, k) => {
    const startMs = endMs + (gaps[k] ?? 0);
    endMs = startMs + length;
    const integer = integers[k] ?? 0;
    const [low, high] = [lows?.[k], highs?.[k]];
    return {
      startMs,
      endMs,
      value: integer / PER_UNIT,
      ...(typeof low === "number" ? { low: (integer + low) / PER_UNIT } : {}),
      ...(typeof high === "number" ? { high: (integer + high) / PER_UNIT } : {}),
    };
  });
}
