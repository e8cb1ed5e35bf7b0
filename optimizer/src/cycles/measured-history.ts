import { LONGEST_LINE_MS } from "../domain/resample.ts";
import type { Stretch } from "../domain/series.ts";
import { MS_PER_MINUTE } from "../domain/slots.ts";
import type { Store } from "../store/store.ts";
import { holdsMs, type Signal } from "../telemetry/signals.ts";

const QUARTER_MS = 15 * MS_PER_MINUTE;
const DAY_MS = 24 * 60 * MS_PER_MINUTE;
/** A reading may draw a line back over so much, and may itself come a little late. */
const SETTLING_MS = LONGEST_LINE_MS + QUARTER_MS;

export interface MeasuredHistory {
  /** A reading has come for a time that was taken in already: from there on, and as far back as it may draw a line, the signal is read again. */
  reopen(readings: readonly { readonly signal: string; readonly atMs: number }[]): void;
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
  /** Of signals with late readings: from when on. */
  const reopened = new Map<string, number>();
  return {
    reopen: (late) => {
      for (const { signal, atMs } of late) {
        const fromMs = atMs - LONGEST_LINE_MS;
        if (settledUntilMs !== undefined && fromMs < settledUntilMs)
          reopened.set(signal, Math.min(reopened.get(signal) ?? fromMs, fromMs));
      }
    },
    update: (nowMs) => {
      const oldestMs = Math.floor((nowMs - keepDays * DAY_MS) / QUARTER_MS) * QUARTER_MS;
      const newFromMs = Math.max(oldestMs, settledUntilMs ?? oldestMs);
      for (const signal of signals) {
        const lateMs = reopened.get(signal.id) ?? newFromMs;
        const fromMs = Math.max(oldestMs, Math.min(newFromMs, Math.floor(lateMs / QUARTER_MS) * QUARTER_MS));
        const kept = (bySignal.get(signal.id) ?? []).filter(({ startMs }) => startMs >= oldestMs && startMs < fromMs);
        const fresh = readings
          .means(signal.id, fromMs, nowMs, QUARTER_MS, (value) => holdsMs(signal, value))
          .map(({ startMs, value }) => ({ startMs, endMs: Math.min(startMs + QUARTER_MS, nowMs), value }));
        bySignal.set(signal.id, [...kept, ...fresh]);
      }
      reopened.clear();
      settledUntilMs = Math.max(newFromMs, Math.floor((nowMs - SETTLING_MS) / QUARTER_MS) * QUARTER_MS);
    },
    means: () => bySignal,
  };
}
