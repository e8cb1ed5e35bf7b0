import type { RawState } from "./believable-state.ts";
import type { Signal } from "./signals.ts";

/** So far back readings say something about the newest. */
const KEPT_MS = 2 * 3_600_000;
/** Readings that come faster say no more: of those the newest is kept. */
const FINEST_MS = 10_000;

export interface RecentReadings {
  /** `value` undefined: refused. Not older than the one before. */
  add(reading: RawState & { readonly signal: string }): void;
  all(): ReadonlyMap<string, readonly RawState[]>;
}

/** The last two hours, and the reading before them, of each state that cannot jump: states of charge and temperatures. */
export function createRecentReadings(signals: readonly Signal[]): RecentReadings {
  const bySignal = new Map<string, RawState[]>(
    signals.flatMap(({ id, quantity }) => (quantity === "share" || quantity === "temperature" ? [[id, []]] : [])),
  );
  return {
    add: ({ signal, atMs, value }) => {
      const readings = bySignal.get(signal);
      if (!readings) return;
      const [before, last] = readings.slice(-2);
      const isUnchanged = last?.value === value && before?.value === value;
      // Where nothing changes the first and the last reading say it all.
      if (before && last && (isUnchanged || last.atMs - before.atMs < FINEST_MS)) readings.pop();
      readings.push({ atMs, value });
      while ((readings[1]?.atMs ?? atMs) < atMs - KEPT_MS) readings.shift();
    },
    all: () => bySignal,
  };
}
