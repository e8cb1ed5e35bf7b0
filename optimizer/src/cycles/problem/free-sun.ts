import type { Stretch } from "../../domain/series.ts";
import { eachQuarter } from "../../domain/quarter-hours.ts";

/** Our own limit on an array, in force from until. */
export interface PvLimitSpan {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly kw: number;
}

/** A mean so near to the limit, or above it, was held back by it for some of its time. */
const AT_LIMIT = 0.9;
const DAY_MS = 24 * 3_600_000;

/** Whether what was measured says only that the sun offered at least that much. */
const isHeldBack = ({ startMs, endMs, value }: Stretch, limits: readonly PvLimitSpan[]): boolean =>
  limits.some(({ fromMs, untilMs, kw }) => fromMs < endMs && untilMs > startMs && value >= AT_LIMIT * kw);

/** The quarter-hours of the UTC day that it touches. */
function timesOf({ startMs, endMs }: Stretch): number[] {
  const times: number[] = [];
  eachQuarter(startMs, endMs, (ms) => times.push(ms % DAY_MS));
  return times;
}

/**
 * What an array has given without our own limit, sorted as it came. A forecast made from limited power would keep the limit for ever. Only at
 * times of day at which the array was never free, what was limited stays: that is better than night.
 */
export function freeSun(history: readonly Stretch[], limits: readonly PvLimitSpan[]): readonly Stretch[] {
  if (limits.length === 0) return history;
  const isFree = history.map((each) => !isHeldBack(each, limits));
  const seen = new Set(history.flatMap((each, k) => (isFree[k] ? timesOf(each) : [])));
  return history.filter((each, k) => isFree[k] || timesOf(each).some((time) => !seen.has(time)));
}

/** The limit of this moment. */
export const limitAt = (limits: readonly PvLimitSpan[] | undefined, ms: number): number | undefined =>
  limits?.findLast(({ fromMs, untilMs }) => fromMs <= ms && ms < untilMs)?.kw;
