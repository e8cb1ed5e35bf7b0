import { MS_PER_HOUR, type Slot } from "@ohmstead/contract";
import { meanOver, type Stretch } from "../domain/series.ts";
import { type Expected, expectedOver, QUARTER_MS, eachQuarter } from "../domain/quarter-hours.ts";
import { fade } from "./recent-error.ts";

const DAY_MS = 24 * MS_PER_HOUR;
const LEARN_MS = 7 * DAY_MS;
/** Days of which less is known say nothing of the others. */
const LEAST_HOURS = 36;
/** For so long a day that is warmer than the last ones is believed to stay so. */
const STAYS_HOURS = 48;

/**
 * Outdoor °C as on the last days at this time of the UTC day, moved by what the last three hours were warmer or colder than that, which fades over two
 * days. Undefined where less than a day and a half of the last week was measured.
 */
export function usualOutdoor(
  measured: readonly Stretch[],
  nowMs: number,
): ((slot: Slot) => number | undefined) | undefined {
  const past = measured.filter(({ startMs, endMs }) => endMs <= nowMs && startMs >= nowMs - LEARN_MS);
  const hours = past.reduce((sum, { startMs, endMs }) => sum + (endMs - startMs), 0) / MS_PER_HOUR;
  const last = past.at(-1);
  if (!last || hours < LEAST_HOURS) return undefined;
  const sums = new Float64Array(96);
  const weights = new Float64Array(96);
  for (const { startMs, endMs, value } of past)
    eachQuarter(startMs, endMs, (ms, shared) => {
      const quarter = quarterOf(ms);
      sums[quarter] = (sums[quarter] ?? 0) + shared * value;
      weights[quarter] = (weights[quarter] ?? 0) + shared;
    });
  const usual: Expected = (ms) => {
    const weight = weights[quarterOf(ms)] ?? 0;
    return weight > 0 ? (sums[quarterOf(ms)] ?? 0) / weight : undefined;
  };
  const recent = { startMs: last.endMs - 3 * MS_PER_HOUR, hours: 3 };
  const [came, expected] = [meanOver(past, recent), expectedOver(usual, recent)];
  const warmer = came === undefined || expected === undefined ? 0 : came - expected;
  return (slot) => {
    const value = expectedOver(usual, slot);
    return value === undefined ? undefined : value + warmer * fade(slot, last.endMs, STAYS_HOURS);
  };
}

const quarterOf = (ms: number): number => Math.floor((((ms % DAY_MS) + DAY_MS) % DAY_MS) / QUARTER_MS);
