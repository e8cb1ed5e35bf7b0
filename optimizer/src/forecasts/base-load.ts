import { MS_PER_HOUR, type Slot } from "@ohmstead/contract";
import type { LocalTime } from "../domain/local-time.ts";
import type { Stretch } from "../domain/series.ts";
import { eachQuarter, type Expected, expectedOver } from "../domain/quarter-hours.ts";
import { beforeLastHour, fade, recentMeans } from "./recent-error.ts";

const DAY_MS = 24 * MS_PER_HOUR;
const LEARN_MS = 28 * DAY_MS;
const HALF_LIFE_MS = 4 * DAY_MS;
/** A quarter-hour counts for the same weekday, for days of the same sort (working days, weekends), for all others. */
const SAME_WEEKDAY = 2;
const SAME_SORT = 1;
const OTHER_SORT = 0.5;
/** How much of the last half-hour's surprise goes on, and for how long: chosen on a measured year (docs/inputs.md). */
const PERSISTENCE = 0.7;
const PERSISTENCE_HOURS = 2;

export interface BaseLoadInputs {
  readonly slots: readonly Slot[];
  /** Measured base load, kW, sorted; what is later than now is not looked at. */
  readonly history: readonly Stretch[];
  readonly nowMs: number;
  readonly clock: (ms: number) => LocalTime;
}

/** Mean kW per slot, never below 0; undefined where there is no history at all. */
export function forecastBaseLoad({ slots, history, nowMs, clock }: BaseLoadInputs): number[] | undefined {
  const past = history.filter(({ startMs, endMs }) => endMs <= nowMs && startMs >= nowMs - LEARN_MS);
  const expected = learnWeek(beforeLastHour(past, nowMs), nowMs, clock);
  const recent = recentMeans(past, expected, 0.5, nowMs);
  const surprise = recent ? PERSISTENCE * (recent.measured - recent.expected) : 0;
  const loads = slots.flatMap((slot) => {
    const usual = expectedOver(expected, slot);
    if (usual === undefined) return [];
    return [Math.max(0, usual + (recent ? surprise * fade(slot, recent.untilMs, PERSISTENCE_HOURS) : 0))];
  });
  return loads.length === slots.length ? loads : undefined;
}

/** Mean by weekday and local quarter-hour, recent days and like days counting more; a time never seen gets the mean of all. */
function learnWeek(past: readonly Stretch[], nowMs: number, clock: (ms: number) => LocalTime): Expected {
  const sums = new Float64Array(7 * 96);
  const weights = new Float64Array(7 * 96);
  let totalSum = 0;
  let totalWeight = 0;
  for (const { startMs, endMs, value } of past)
    eachQuarter(startMs, endMs, (ms, hours) => {
      const { minuteOfDay, weekday } = clock(ms);
      const quarter = Math.floor(minuteOfDay / 15);
      const weight = hours * 2 ** ((ms - nowMs) / HALF_LIFE_MS);
      totalSum += weight * value;
      totalWeight += weight;
      for (let day = 1; day <= 7; day += 1) {
        const likeness = day === weekday ? SAME_WEEKDAY : day > 5 === weekday > 5 ? SAME_SORT : OTHER_SORT;
        const index = (day - 1) * 96 + quarter;
        sums[index] = (sums[index] ?? 0) + likeness * weight * value;
        weights[index] = (weights[index] ?? 0) + likeness * weight;
      }
    });
  const mean = totalWeight > 0 ? totalSum / totalWeight : undefined;
  return (ms) => {
    const { minuteOfDay, weekday } = clock(ms);
    const index = (weekday - 1) * 96 + Math.floor(minuteOfDay / 15);
    const weight = weights[index] ?? 0;
    return weight > 0 ? (sums[index] ?? 0) / weight : mean;
  };
}
