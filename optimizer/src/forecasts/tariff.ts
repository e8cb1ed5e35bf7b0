import { type GridFee, type PriceRule, type PriceSlot, slotEndMs, type Tariff } from "@ohmstead/contract";
import { type LocalTime, minuteOfDay } from "../domain/local-time.ts";
import { QUARTER_MS } from "../domain/quarter-hours.ts";
import { holdsAt } from "../domain/season-rule.ts";
import { MS_PER_MINUTE, splitAt } from "../domain/slots.ts";
import type { SpotSlot } from "../domain/spot-slot.ts";

/**
 * Final prices at the meter: spot · factor · (1 + vat) + grid fees of the time + addPerKwh, for each direction. A slot within which a fee
 * begins or ends is split there. Times are those of the clock on the wall: an hour that comes twice has its fee twice, one that is skipped never.
 */
export function applyTariff(
  spots: readonly SpotSlot[],
  { import: buying, export: selling }: Tariff,
  wallClock: (ms: number) => LocalTime,
): PriceSlot[] {
  const borderMinutes = [...new Set([...buying.gridFees, ...selling.gridFees].flatMap(bordersOf))];
  return spots.flatMap(({ startMs, hours, importPerKwh, exportPerKwh = importPerKwh }) => {
    const pieces = splitAt(
      [{ startMs, hours }],
      feeChanges(startMs, slotEndMs({ startMs, hours }), borderMinutes, wallClock),
    );
    const priced = pieces.map((piece): PriceSlot => {
      const time = wallClock(piece.startMs);
      return {
        ...piece,
        importPricePerKwh: finalPrice(importPerKwh, buying, time),
        exportPricePerKwh: finalPrice(exportPerKwh, selling, time),
      };
    });
    const joined = joinEqual(priced);
    return joined.length === 1 ? joined.map((each) => ({ ...each, hours })) : joined;
  });
}

/** No fee begins or ends within it. */
const MOMENT_HOURS = 1 / 60;

/** Whether a final price is what the meter makes of a zero, at that time: a spot price of nothing, and the fees. */
export function isPriceOfNothing(
  { startMs, importPricePerKwh }: PriceSlot,
  tariff: Tariff,
  wallClock: (ms: number) => LocalTime,
): boolean {
  if (importPricePerKwh === 0) return true;
  const [ofZero] = applyTariff([{ startMs, hours: MOMENT_HOURS, importPerKwh: 0 }], tariff, wallClock);
  return importPricePerKwh === ofZero?.importPricePerKwh;
}

/** Neighbours of the same price are one slot. */
function joinEqual(pieces: readonly PriceSlot[]): PriceSlot[] {
  const joined: PriceSlot[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (last && isSamePrice(last, piece)) joined[joined.length - 1] = { ...last, hours: last.hours + piece.hours };
    else joined.push(piece);
  }
  return joined;
}

const finalPrice = (spotPerKwh: number, rule: PriceRule, time: LocalTime): number =>
  spotPerKwh * rule.factor * (1 + rule.vat) +
  rule.gridFees.reduce((sum, fee) => sum + (holdsAt(fee, time) ? fee.perKwh : 0), 0) +
  rule.addPerKwh;

const isSamePrice = (a: PriceSlot, b: PriceSlot): boolean =>
  a.importPricePerKwh === b.importPricePerKwh && a.exportPricePerKwh === b.exportPricePerKwh;

/** Minutes of the local day at which a fee may change; every fee may at midnight, with the day and the month. */
const bordersOf = ({ from, until }: GridFee): number[] => [0, minuteOfDay(from), minuteOfDay(until)];

/** Within a quarter-hour of UTC no clock is set, so that its local minutes follow each other. */
function feeChanges(
  startMs: number,
  endMs: number,
  borderMinutes: readonly number[],
  wallClock: (ms: number) => LocalTime,
): number[] {
  if (borderMinutes.length === 0) return [];
  const changes: number[] = [];
  for (let ms = Math.floor(startMs / QUARTER_MS) * QUARTER_MS; ms < endMs; ms += QUARTER_MS) {
    const first = wallClock(ms).minuteOfDay;
    // A quarter-hour's own beginning may be one where the clock was set.
    changes.push(ms);
    for (const minute of borderMinutes)
      if (minute > first && minute < first + 15) changes.push(ms + (minute - first) * MS_PER_MINUTE);
  }
  return changes;
}
