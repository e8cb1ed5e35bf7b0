import type { HomeConfig } from "@ohmstead/contract";

/** The times and counts of a command's life, in milliseconds of house time. */
export interface CommandSettings {
  readonly attempts: number;
  readonly acknowledgeWithinMs: number;
  readonly verifyWithinMs: number;
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
  /** A measured value that has stood unchanged so long after the acknowledgement counts as measured after it. */
  readonly settleMs: number;
  /** A setting that somebody or something changed is ordered again when it has stayed so for this long. */
  readonly driftMs: number;
  /** After a failed command the same intent is not ordered again for this long. */
  readonly restAfterFailureMs: number;
  /** A stretch of intent that is over before it could be proved is not ordered at all. */
  readonly shortestOrderMs: number;
}

/**
 * Limits from the config. Networks and processes stay as slow as they are when the house's clock runs faster (the demo's `speed`),
 * so every limit on an answer is also some time of the real world: a second or two that a busy machine may need.
 */
export function commandSettings(config: HomeConfig["commands"], speed = 1): CommandSettings {
  const atLeastReal = (houseMs: number, realMs: number) => Math.max(houseMs, realMs * speed);
  return {
    attempts: config.attempts,
    acknowledgeWithinMs: atLeastReal(config.acknowledgeWithinS * 1000, 2000),
    verifyWithinMs: atLeastReal(config.verifyWithinS * 1000, 3000),
    firstRetryMs: atLeastReal(config.firstRetryS * 1000, 100),
    longestRetryMs: atLeastReal(config.longestRetryS * 1000, 1000),
    settleMs: 120_000,
    driftMs: atLeastReal(300_000, 1000),
    restAfterFailureMs: 1_800_000,
    shortestOrderMs: atLeastReal(30_000, 200),
  };
}

/** How long to wait before the next attempt: 5 s, 10 s, 20 s … up to the longest. */
export const retryDelayMs = (failedAttempt: number, settings: CommandSettings): number =>
  Math.min(settings.firstRetryMs * 2 ** (failedAttempt - 1), settings.longestRetryMs);
