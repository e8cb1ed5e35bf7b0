import { MS_PER_HOUR } from "@ohmstead/contract";
import type { LocalTime } from "../domain/local-time.ts";
import { eachQuarter } from "../domain/quarter-hours.ts";
import type { Stretch } from "../domain/series.ts";

/** A week in cells: weekday by weekday, each in local quarter-hours. */
export const QUARTERS = 96;
export const CELLS = 7 * QUARTERS;

/** Where in the week; a public holiday is a Sunday. */
export type WeekTime = Pick<LocalTime, "weekday" | "minuteOfDay">;

export const cellOf = ({ weekday, minuteOfDay }: WeekTime): number =>
  (weekday - 1) * QUARTERS + Math.floor(minuteOfDay / 15);

export const timeOf = (cell: number): WeekTime => ({
  weekday: Math.floor(cell / QUARTERS) + 1,
  minuteOfDay: (cell % QUARTERS) * 15,
});

/** So many quarter-hours later on the same day, around the clock. */
export const besides = (cell: number, quarters: number): number =>
  cell - (cell % QUARTERS) + (((cell % QUARTERS) + quarters + QUARTERS) % QUARTERS);

/** How fast days stop counting, and what a day counts for the same weekday, for days of its sort (working days, weekends), for all others. */
export interface Memory {
  readonly halfLifeDays: number;
  readonly sameWeekday: number;
  readonly sameSort: number;
  readonly otherSort: number;
}

// Chosen on the odd months of three measured houses: docs/learning/load-profile.md.

/** Of how it has been these days, and of how this weekday is. */
export const SHORT_MEMORY: Memory = { halfLifeDays: 1.5, sameWeekday: 1, sameSort: 1, otherSort: 0.3 };
export const LONG_MEMORY: Memory = { halfLifeDays: 10, sameWeekday: 3, sameSort: 1, otherSort: 0.1 };
const LEARN_DAYS = 42;
const DAY_MS = 24 * MS_PER_HOUR;

/** What a day counts for another one; days from 0, Monday. */
export const likeness = ({ sameWeekday, sameSort, otherSort }: Memory, one: number, other: number): number => {
  if (one === other) return sameWeekday;
  return one > 4 === other > 4 ? sameSort : otherSort;
};

/** What was measured by quarter-hour, oldest first; a column each. */
export interface Samples {
  readonly startMs: readonly number[];
  /** How much of the quarter-hour was measured. */
  readonly hours: readonly number[];
  readonly kw: readonly number[];
  readonly cell: readonly number[];
  /** When it was learned. */
  readonly untilMs: number;
  /** What each counts now in the short and in the long memory. */
  readonly shortWeight: Float64Array;
  readonly longWeight: Float64Array;
}

/** The last weeks of a history (sorted) that were over at `untilMs`. */
export function samplesOf(history: readonly Stretch[], untilMs: number, clock: (ms: number) => WeekTime): Samples {
  const [startMs, hours, kw, cell]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (const each of history) {
    if (each.endMs > untilMs || each.startMs < untilMs - LEARN_DAYS * DAY_MS) continue;
    eachQuarter(each.startMs, each.endMs, (ms, shared) => {
      startMs.push(ms);
      hours.push(shared);
      kw.push(each.value);
      cell.push(cellOf(clock(ms)));
    });
  }
  const weightIn = ({ halfLifeDays }: Memory) =>
    Float64Array.from(startMs, (ms, k) => (hours[k] ?? 0) * 2 ** ((ms - untilMs) / DAY_MS / halfLifeDays));
  return { startMs, hours, kw, cell, untilMs, shortWeight: weightIn(SHORT_MEMORY), longWeight: weightIn(LONG_MEMORY) };
}
