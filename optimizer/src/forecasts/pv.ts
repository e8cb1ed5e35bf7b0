import { MS_PER_HOUR, type Slot } from "@ohmstead/contract";
import type { Stretch } from "../domain/series.ts";
import { eachQuarter, type Expected, expectedOver, QUARTER_MS } from "../domain/quarter-hours.ts";
import { beforeLastHour, fade, recentMeans } from "./recent-error.ts";

const DAY_MS = 24 * MS_PER_HOUR;
const LEARN_MS = 21 * DAY_MS;
const HALF_LIFE_MS = 10 * DAY_MS;
/** For how long a sky brighter or duller than usual is believed to stay: chosen on a measured year (docs/inputs.md). */
const SKY_HOURS = 6;
const BRIGHTEST = 3;
/** Below this share of the peak the ratio of measured and usual is mostly noise. */
const DIMMEST_SHARE = 0.05;

export interface PvInputs {
  readonly slots: readonly Slot[];
  /** Measured power of one array, kW, sorted; what is later than now is not looked at. */
  readonly history: readonly Stretch[];
  readonly nowMs: number;
  readonly peakKw: number;
}

/** Mean kW per slot, from 0 to the peak; undefined where there is no history at all. Times of day that were never seen count as dark. */
export function forecastPv({ slots, history, nowMs, peakKw }: PvInputs): number[] | undefined {
  const past = history.filter(({ startMs, endMs }) => endMs <= nowMs && startMs >= nowMs - LEARN_MS);
  if (past.length === 0) return undefined;
  const expected = learnDay(beforeLastHour(past, nowMs), nowMs);
  const recent = recentMeans(past, expected, 1, nowMs);
  const isBright = recent !== undefined && recent.expected >= DIMMEST_SHARE * peakKw;
  const ratio = isBright ? Math.min(BRIGHTEST, Math.max(0, recent.measured / recent.expected)) : 1;
  return slots.map((slot) => {
    const usual = expectedOver(expected, slot) ?? 0;
    const sky = isBright ? 1 + (ratio - 1) * fade(slot, recent.untilMs, SKY_HOURS) : 1;
    return Math.min(peakKw, Math.max(0, usual * sky));
  });
}

const quarterOf = (ms: number): number => Math.floor((ms - Math.floor(ms / DAY_MS) * DAY_MS) / QUARTER_MS);

/** Mean by quarter-hour of the day in UTC, which is the sun's clock, recent days counting more. */
function learnDay(past: readonly Stretch[], nowMs: number): Expected {
  const sums = new Float64Array(96);
  const weights = new Float64Array(96);
  for (const { startMs, endMs, value } of past)
    eachQuarter(startMs, endMs, (ms, hours) => {
      const quarter = quarterOf(ms);
      const weight = hours * 2 ** ((ms - nowMs) / HALF_LIFE_MS);
      sums[quarter] = (sums[quarter] ?? 0) + weight * value;
      weights[quarter] = (weights[quarter] ?? 0) + weight;
    });
  return (ms) => {
    const weight = weights[quarterOf(ms)] ?? 0;
    return weight > 0 ? (sums[quarterOf(ms)] ?? 0) / weight : 0;
  };
}
