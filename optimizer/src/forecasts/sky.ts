import type { Slot } from "@ohmstead/contract";
import { meanOver, type Stretch } from "../domain/series.ts";
import { fade, recentMeans } from "./recent-error.ts";

/** For how long a sky brighter or duller than was forecast is believed to stay: set by judgement; what it is worth is in docs/forecasts.md. */
const SKY_HOURS = 3;
const BRIGHTEST = 3;
/** Below this share of the peak the ratio of measured and expected is mostly noise. */
export const DIMMEST_SHARE = 0.05;

/**
 * By what factor a forecast of the sun is moved because the last hour was brighter or duller than it had said: r · fade, r = measured / expected from 0
 * to 3. 1 where the last hour was not measured, not forecast, or dim.
 */
export function skyOfLastHour({
  expected,
  measured,
  nowMs,
  peakKw,
  skyHours = SKY_HOURS,
}: {
  /** What was forecast, of the last hour too. */
  readonly expected: readonly Stretch[];
  /** Up to now, oldest first. */
  readonly measured: readonly Stretch[];
  readonly nowMs: number;
  readonly peakKw: number;
  readonly skyHours?: number;
}): (slot: Slot) => number {
  const quarter = (startMs: number) => meanOver(expected, { startMs, hours: 0.25 });
  const recent = recentMeans(measured, quarter, 1, nowMs);
  if (!recent || recent.expected < DIMMEST_SHARE * peakKw) return () => 1;
  const ratio = Math.min(BRIGHTEST, Math.max(0, recent.measured / recent.expected));
  return (slot) => 1 + (ratio - 1) * fade(slot, recent.untilMs, skyHours);
}
