/** No program of this kind existed before: a clock that says otherwise has not been set. */
export const RELEASED_MS = Date.UTC(2025, 0, 1);
/** Two records of one moment may be dated by two machines. */
const SLACK_MS = 2 * 60_000;
/** Should the records themselves be from a clock that was ahead, the house is not to wait for them for years. */
export const LONGEST_DOUBT_MS = 12 * 3_600_000;
/** A step of the clock that is said. */
export const JUMP_MS = 60_000;

export interface ClockEvidence {
  readonly nowMs: number;
  /** When the newest record was written before this program started. */
  readonly newestRecordMs: number | undefined;
  /** The clock cannot be right before this; absent for a simulated clock. */
  readonly releasedMs: number | undefined;
  /** Time since the start that no clock setting moves. */
  readonly runningMs: number;
}

const utc = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;

/**
 * Why the clock cannot be right: a board without a battery for its clock begins in the past, until it has reached the network. Undefined when
 * nothing speaks against it.
 */
export function clockDoubt({ nowMs, newestRecordMs, releasedMs, runningMs }: ClockEvidence): string | undefined {
  const says = `The clock says ${utc(nowMs)}`;
  const remedy =
    "it waits to be set by the network; until then nothing is planned or commanded, and devices stay as they are";
  if (releasedMs !== undefined && nowMs < releasedMs) return `${says}, before this program was made: ${remedy}.`;
  const isBehind = newestRecordMs !== undefined && nowMs < newestRecordMs - SLACK_MS;
  if (!isBehind || runningMs >= LONGEST_DOUBT_MS) return undefined;
  return `${says}, but the newest record is from ${utc(newestRecordMs)}: ${remedy}.`;
}

/** One moment by two clocks: the one on the wall, which can be set, and one that only runs. Both in house time. */
export interface Moment {
  readonly wallMs: number;
  readonly runningMs: number;
}

/** By how much the clock on the wall was set between two moments, forward positive; 0 for what is no more than drift. */
export function clockJumpMs(before: Moment, now: Moment): number {
  const jump = now.wallMs - before.wallMs - (now.runningMs - before.runningMs);
  return Math.abs(jump) > JUMP_MS ? jump : 0;
}
