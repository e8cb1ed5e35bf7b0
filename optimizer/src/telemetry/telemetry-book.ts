import type { TelemetryAnswer, TelemetryBatch, TelemetryReading } from "@ohmstead/contract";
import type { RawState } from "./believable-state.ts";
import { judgeReading, LATEST_AHEAD_MS } from "./judge-reading.ts";
import { createRecentReadings } from "./recent-readings.ts";
import { holdsMs, type Signal } from "./signals.ts";

/** A judged value in the signal's unit, dated by its source. */
export interface SignalReading {
  readonly signal: string;
  readonly atMs: number;
  readonly value: number;
}

/** A source's state as it came, for adapters that read back what they have set. */
export interface RawReading {
  readonly value: number | string | boolean;
  readonly atMs: number;
  /** Since when the source says that it has no value; what it said before is kept, and is not known to hold. */
  readonly goneSinceMs?: number;
  /** When it last came back. */
  readonly backSinceMs?: number;
  /** Who changed it to this value. */
  readonly changedBy?: TelemetryReading["changedBy"];
}

const NO_VALUE: readonly unknown[] = ["unavailable", "unknown"];

export interface DatedState {
  readonly value: number;
  readonly atMs: number;
  readonly isStale: boolean;
}

export interface StaleSignal {
  readonly signal: string;
  readonly source: string;
  /** Absent: never read. */
  readonly ageMinutes?: number;
  /** Why the newest reading was refused, where it was. */
  readonly lastRefusal?: string;
}

export interface TelemetryBook {
  /** Judges and remembers; `stored` are the readings that are news, for the store. */
  take(batch: TelemetryBatch, nowMs: number): { readonly answer: TelemetryAnswer; readonly stored: SignalReading[] };
  /** The last good reading, however old. */
  latest(signal: string): SignalReading | undefined;
  /** The last usable state of each source, signals' sources and extra ones. */
  raw(): ReadonlyMap<string, RawReading>;
  /** Each signal that was read at least once, with the mark that says whether it may still be used. */
  states(nowMs: number): ReadonlyMap<string, DatedState>;
  /** Of each state that cannot jump the readings of the last hours, refused ones too, oldest first. */
  recent(): ReadonlyMap<string, readonly RawState[]>;
  /** Signals without a good reading within their limit. */
  stale(nowMs: number): StaleSignal[];
  /** All sources that are listened to. */
  wantedSources(): readonly string[];
}

export interface TelemetryBookOptions {
  readonly signals: readonly Signal[];
  /** Sources that no signal names but adapters read back: kept raw. */
  readonly extraSources?: readonly string[];
  /** What was known before a restart, oldest first. */
  readonly known?: readonly SignalReading[];
}

/** What the house has last said of itself. */
export function createTelemetryBook({ signals, extraSources = [], known = [] }: TelemetryBookOptions): TelemetryBook {
  const bySource = Map.groupBy(signals, (each) => each.source);
  const wanted = [...new Set([...bySource.keys(), ...extraSources])];
  const isWanted = new Set(wanted);
  const latest = new Map(known.map((each) => [each.signal, each]));
  const raw = new Map<string, RawReading>();
  const refusals = new Map<string, string>();
  /** Sources of which nothing has been heard but that they have no value. */
  const goneAtFirst = new Set<string>();
  const recent = createRecentReadings(signals);
  for (const reading of known) recent.add(reading);

  const isStale = (signal: Signal, nowMs: number): boolean => {
    const reading = latest.get(signal.id);
    return !reading || nowMs - reading.atMs > holdsMs(signal, reading.value);
  };

  /** Why the reading cannot be used, or undefined; what is news goes to `stored`. */
  function takeSignal(reading: TelemetryReading, signal: Signal, nowMs: number, stored: SignalReading[]) {
    const before = latest.get(signal.id);
    if (before && reading.atMs < before.atMs) return undefined;
    const judgement = judgeReading(reading, signal, nowMs);
    if (!judgement.ok) {
      refusals.set(signal.id, judgement.reason);
      if (reading.atMs <= nowMs + LATEST_AHEAD_MS)
        recent.add({ signal: signal.id, atMs: reading.atMs, value: undefined });
      return judgement.reason;
    }
    refusals.delete(signal.id);
    const { value } = judgement;
    if (before && reading.atMs === before.atMs && value === before.value) return undefined;
    const news = { signal: signal.id, atMs: reading.atMs, value };
    latest.set(signal.id, news);
    recent.add(news);
    stored.push(news);
    return undefined;
  }

  function takeRaw({ source, value, atMs, changedBy }: TelemetryReading, nowMs: number): void {
    const before = raw.get(source);
    if (value === null || atMs > nowMs + LATEST_AHEAD_MS || (before && atMs < before.atMs)) return;
    if (NO_VALUE.includes(value)) {
      // What was never known cannot be lost; but it comes back.
      if (!before) goneAtFirst.add(source);
      else if (before.goneSinceMs === undefined) raw.set(source, { ...before, goneSinceMs: atMs });
      return;
    }
    const isBack = before?.goneSinceMs !== undefined || goneAtFirst.delete(source);
    const backSinceMs = isBack ? atMs : before?.backSinceMs;
    const by = before?.value === value ? before.changedBy : changedBy;
    raw.set(source, {
      value,
      atMs,
      ...(backSinceMs === undefined ? {} : { backSinceMs }),
      ...(by === undefined ? {} : { changedBy: by }),
    });
  }

  return {
    take: ({ readings }, nowMs) => {
      const stored: SignalReading[] = [];
      const rejected: { source: string; reason: string }[] = [];
      let accepted = 0;
      let ignored = 0;
      for (const reading of readings) {
        const { source } = reading;
        if (!isWanted.has(source)) {
          ignored += 1;
          continue;
        }
        takeRaw(reading, nowMs);
        const reasons = (bySource.get(source) ?? []).flatMap(
          (signal) => takeSignal(reading, signal, nowMs, stored) ?? [],
        );
        if (reasons.length > 0) rejected.push({ source, reason: [...new Set(reasons)].join("; ") });
        else accepted += 1;
      }
      return { answer: { accepted, ignored, rejected }, stored };
    },
    latest: (signal) => latest.get(signal),
    raw: () => raw,
    states: (nowMs) =>
      new Map(
        signals.flatMap((signal) => {
          const reading = latest.get(signal.id);
          if (!reading) return [];
          const { value, atMs } = reading;
          return [[signal.id, { value, atMs, isStale: isStale(signal, nowMs) }] as const];
        }),
      ),
    recent: () => recent.all(),
    stale: (nowMs) =>
      signals
        .filter((signal) => isStale(signal, nowMs))
        .map(({ id, source }) => {
          const reading = latest.get(id);
          const lastRefusal = refusals.get(id);
          return {
            signal: id,
            source,
            ...(reading ? { ageMinutes: (nowMs - reading.atMs) / 60_000 } : {}),
            ...(lastRefusal === undefined ? {} : { lastRefusal }),
          };
        }),
    wantedSources: () => wanted,
  };
}
