import type { FallbackPack, FallbackReport, ServiceCall } from "@ohmstead/contract";
import type { FallbackDecision, FallbackRung } from "@ohmstead/fallback";

/** A stretch in which fallback drove the house. */
export interface Shift {
  readonly sinceMs: number;
  readonly rung: FallbackRung;
  /** For people: what it does at present. */
  readonly text: string;
  readonly log: FallbackReport["actions"];
}

/** What the dashboard shows. */
export interface FallbackStatus {
  readonly active: boolean;
  readonly rung?: FallbackRung;
  readonly sinceMs?: number;
  readonly text: string;
}

const MOST_LOGGED = 5000;

export const statusFor = (shift: Shift | undefined, hasPack: boolean): FallbackStatus =>
  shift
    ? { active: true, rung: shift.rung, sinceMs: shift.sinceMs, text: shift.text }
    : { active: false, text: hasPack ? "Ready to take over." : "Waits for the first plan." };

/** Two statuses that a reader could not tell apart. */
export const isSameStatus = (a: FallbackStatus | undefined, b: FallbackStatus): boolean =>
  a !== undefined && a.active === b.active && a.rung === b.rung && a.sinceMs === b.sinceMs && a.text === b.text;

export interface Step {
  readonly shift: Shift;
  /** Only what differs from what the device was last told. */
  readonly orders: FallbackDecision["actions"];
}

/** One tick of fallback. `wasTold`: whether these were the last calls the device got, from whomever. */
export function stepFallback(
  shift: Shift | undefined,
  decision: FallbackDecision,
  text: string,
  nowMs: number,
  wasTold: (deviceId: string, calls: readonly ServiceCall[]) => boolean,
): Step {
  const orders = decision.actions.filter(({ deviceId, calls }) => calls.length > 0 && !wasTold(deviceId, calls));
  const logged = orders.map(({ deviceId, intent, reason }) => ({ atMs: nowMs, deviceId, intent, reason }));
  return {
    shift: {
      sinceMs: shift?.sinceMs ?? nowMs,
      rung: decision.rung,
      text,
      log: [...(shift?.log ?? []), ...logged].slice(-MOST_LOGGED),
    },
    orders,
  };
}

export const reportOf = (shift: Shift, nowMs: number): FallbackReport => ({
  fromMs: shift.sinceMs,
  untilMs: nowMs,
  rung: shift.rung,
  actions: shift.log,
});

/** Real milliseconds between two looks: a tenth of a cycle, within what makes sense on any clock. */
export const tickMs = (cycleMs: number, speed: number): number => Math.min(10_000, Math.max(100, cycleMs / speed / 10));

/** Before the first pack nothing is known of the cycle; then there is nothing to do either. */
export const cycleOf = (pack: FallbackPack | undefined): number => pack?.cycleMs ?? 300_000;

const SLOWEST_BEAT_MS = 60_000;

/**
 * Real milliseconds between two heartbeats for a watchdog that waits so long ("0:10:00", as Home Assistant tells a timer's duration): at
 * least four fit in, so that a lost one does no harm. Undefined while there is no such timer.
 */
export function beatMs(duration: number | string | undefined): number | undefined {
  const [, hours, minutes, seconds] = /^(\d+):(\d\d):(\d\d)$/.exec(String(duration)) ?? [];
  if (seconds === undefined) return undefined;
  const waitsMs = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
  return Math.min(SLOWEST_BEAT_MS, waitsMs / 4);
}
