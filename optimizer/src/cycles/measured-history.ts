import type { Stretch } from "../domain/series.ts";
import { MS_PER_MINUTE } from "../domain/slots.ts";
import type { Store } from "../store/store.ts";
import { holdsMs, type Signal } from "../telemetry/signals.ts";

const QUARTER_MS = 15 * MS_PER_MINUTE;
const DAY_MS = 24 * 60 * MS_PER_MINUTE;
/** Readings may come late by so much. */
const SETTLING_MS = 2 * QUARTER_MS;

export interface MeasuredHistory {
  /** Takes in what was measured since; cheap when called often. */
  update(nowMs: number): void;
  /** Means of quarter-hours by signal, oldest first; the last one may still be going on. */
  means(): ReadonlyMap<string, readonly Stretch[]>;
}

/** The last days of every signal in quarter-hours, so that no plan has to read weeks of raw readings again. */
export function createMeasuredHistory(
  readings: Pick<Store["readings"], "means">,
  signals: readonly Signal[],
  keepDays: number,
): MeasuredHistory {
  const bySignal = new Map<string, readonly Stretch[]>();
  let settledUntilMs: number | undefined;
  return {
    update: (nowMs) => {
      const oldestMs = Math.floor((nowMs - keepDays * DAY_MS) / QUARTER_MS) * QUARTER_MS;
      const fromMs = Math.max(oldestMs, settledUntilMs ?? oldestMs);
      for (const signal of signals) {
        const kept = (bySignal.get(signal.id) ?? []).filter(({ startMs }) => startMs >= oldestMs && startMs < fromMs);
        const fresh = readings
          .means(signal.id, fromMs, nowMs, QUARTER_MS, (value) => holdsMs(signal, value))
          .map(({ startMs, value }) => ({ startMs, endMs: Math.min(startMs + QUARTER_MS, nowMs), value }));
        bySignal.set(signal.id, [...kept, ...fresh]);
      }
      settledUntilMs = Math.max(fromMs, Math.floor((nowMs - SETTLING_MS) / QUARTER_MS) * QUARTER_MS);
    },
    means: () => bySignal,
  };
}
