import type { Slot } from "@ohmstead/contract";
import { expectedOver } from "../domain/quarter-hours.ts";
import type { Stretch } from "../domain/series.ts";
import { fade, recentMeans } from "./recent-error.ts";

/** What will probably be drawn, kW: on average (that is planned with), and what one, five and nine of ten times is not exceeded. */
export type LoadMeasure = "meanKw" | "lowKw" | "middleKw" | "highKw";

/** What a house usually draws; every quarter-hour has a value. */
export interface LoadProfile {
  /** Days' worth of measured quarter-hours that it was learned from. */
  readonly days: number;
  /** kW, never below 0; the mean where not said otherwise. */
  readonly at: (quarterStartMs: number, what?: LoadMeasure) => number;
}

/** How much of the last half-hour's surprise goes on, and for how long: chosen with the profile (docs/learning/load-profile.md). */
const PERSISTENCE = 0.7;
const PERSISTENCE_HOURS = 2;

export interface BaseLoadInputs {
  readonly slots: readonly Slot[];
  readonly profile: LoadProfile;
  /** Measured base load, kW, sorted; what is later than now is not looked at. */
  readonly history: readonly Stretch[];
  readonly nowMs: number;
}

/** kW per slot, never below 0: the usual, and for a while what the last half-hour was above or below it. */
export function forecastBaseLoad(
  { slots, profile, history, nowMs }: BaseLoadInputs,
  what: LoadMeasure = "meanKw",
): number[] {
  const recent = recentMeans(history, (ms) => profile.at(ms), 0.5, nowMs);
  const surprise = recent ? PERSISTENCE * (recent.measured - recent.expected) : 0;
  return slots.map((slot) => {
    const usual = expectedOver((ms) => profile.at(ms, what), slot) ?? 0;
    return Math.max(0, usual + (recent ? surprise * fade(slot, recent.untilMs, PERSISTENCE_HOURS) : 0));
  });
}
