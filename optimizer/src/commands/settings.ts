import type { FailureKind, HomeConfig } from "@ohmstead/contract";

/** The times and counts of a command's life, in milliseconds of house time. */
export interface CommandSettings {
  readonly attempts: number;
  readonly acknowledgeWithinMs: number;
  readonly verifyWithinMs: number;
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
  /** A device that is busy, as while it takes a new firmware, is not asked again before this. */
  readonly busyRetryMs: number;
  /** A measured value that has stood unchanged so long after the acknowledgement counts as measured after it. */
  readonly settleMs: number;
  /** A measurement this young tells what a device does now. */
  readonly recentMs: number;
  /** A change of a proved device must stand for so long before anything is concluded from it. */
  readonly confirmMs: number;
  /** A change so soon after a source came back is the device's own doing, not a person's. */
  readonly returnMs: number;
  /** A device without a value for so long is out of reach. */
  readonly unreachableMs: number;
  /** What nobody has been able to tell for so long is said to be unknown. */
  readonly reconcileMs: number;
  /** A change by hand is respected for so long. */
  readonly overrideMs: number;
  /** After a failed command the same intent is not ordered again for this long. */
  readonly restAfterFailureMs: number;
  /** A stretch of intent that is over before it could be proved is not ordered at all. */
  readonly shortestOrderMs: number;
  readonly breaker: { readonly failures: number; readonly halfOpenAfterMs: number; readonly successes: number };
  readonly writes: {
    readonly perDay: number;
    readonly perHour: number;
    readonly perMinute: number;
    /** Of perDay: kept for what people ask for and for the safe state. */
    readonly reserved: number;
  };
  /** From 0 up to 1: spreads retries, so that devices which failed together do not come back together. */
  readonly random: () => number;
}

const RESERVED_WRITES = 4;

/**
 * Limits from the config. Networks and processes stay as slow as they are when the house's clock runs faster (the demo's `speed`),
 * so every limit on an answer is also some time of the real world: a second or two that a busy machine may need.
 */
export function commandSettings(config: HomeConfig["commands"], speed: number, random: () => number): CommandSettings {
  const atLeastReal = (houseMs: number, realMs: number) => Math.max(houseMs, realMs * speed);
  const { breaker } = config;
  return {
    attempts: config.attempts,
    acknowledgeWithinMs: atLeastReal(config.acknowledgeWithinS * 1000, 2000),
    verifyWithinMs: atLeastReal(config.verifyWithinS * 1000, 3000),
    firstRetryMs: atLeastReal(config.firstRetryS * 1000, 100),
    longestRetryMs: atLeastReal(config.longestRetryS * 1000, 1000),
    busyRetryMs: atLeastReal(60_000, 100),
    settleMs: 120_000,
    recentMs: atLeastReal(180_000, 1000),
    confirmMs: atLeastReal(30_000, 500),
    returnMs: atLeastReal(120_000, 2000),
    unreachableMs: atLeastReal(60_000, 2000),
    reconcileMs: atLeastReal(config.reconcileMinutes * 60_000, 1000),
    overrideMs: config.overrideMinutes * 60_000,
    restAfterFailureMs: 1_800_000,
    shortestOrderMs: atLeastReal(30_000, 200),
    breaker: {
      failures: breaker.failures,
      halfOpenAfterMs: atLeastReal(breaker.halfOpenAfterS * 1000, 1000),
      successes: breaker.successes,
    },
    writes: {
      perDay: config.writesPerDay,
      perHour: config.perHour,
      perMinute: config.perMinute,
      reserved: Math.min(RESERVED_WRITES, Math.floor(config.writesPerDay / 2)),
    },
    random,
  };
}

/** Delays differ by so much of themselves, to either side. */
const JITTER = 0.1;

/**
 * How long to wait before the next attempt: 5 s, 10 s, 20 s … up to the longest, give or take a tenth. A busy device is given a minute at
 * least, one that named a time gets it.
 */
export function retryDelayMs(
  failedAttempt: number,
  failure: FailureKind,
  retryAfterMs: number | undefined,
  settings: CommandSettings,
): number {
  const firstMs = failure === "busy" ? settings.busyRetryMs : settings.firstRetryMs;
  const doubledMs = Math.min(firstMs * 2 ** (failedAttempt - 1), Math.max(settings.longestRetryMs, firstMs));
  const spreadMs = Math.round(doubledMs * (1 + JITTER * (2 * settings.random() - 1)));
  return Math.max(spreadMs, retryAfterMs ?? 0);
}
