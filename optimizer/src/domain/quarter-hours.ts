import { type Slot, slotEndMs } from "@ohmstead/contract";

/** Wall clocks differ from UTC by whole quarter-hours, everywhere: what follows the clock is counted in them. */
export const QUARTER_MS = 900_000;

/** Calls back with each UTC quarter-hour that a stretch of time touches, and the hours they share. */
export function eachQuarter(
  startMs: number,
  endMs: number,
  visit: (quarterStartMs: number, hours: number) => void,
): void {
  for (let ms = Math.floor(startMs / QUARTER_MS) * QUARTER_MS; ms < endMs; ms += QUARTER_MS)
    visit(ms, (Math.min(endMs, ms + QUARTER_MS) - Math.max(startMs, ms)) / 3_600_000);
}

/** What is expected in the quarter-hour that begins at `ms`; undefined where nothing was ever seen. */
export type Expected = (quarterStartMs: number) => number | undefined;

/** Mean over a slot of what is expected in its quarter-hours; undefined where none of them is known. */
export function expectedOver(expected: Expected, slot: Slot): number | undefined {
  let weight = 0;
  let sum = 0;
  eachQuarter(slot.startMs, slotEndMs(slot), (ms, hours) => {
    const value = expected(ms);
    if (value === undefined) return;
    weight += hours;
    sum += value * hours;
  });
  return weight > 0 ? sum / weight : undefined;
}
