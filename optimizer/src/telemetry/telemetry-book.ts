import type { TelemetryAnswer, TelemetryBatch, TelemetryReading } from "@ohmstead/contract";
import type { RawState } from "./believable-state.ts";
import type { ReadingQuality } from "../domain/resample.ts";
import { replaces } from "../domain/same-moment.ts";
import { judgeReading, LATEST_AHEAD_MS } from "./judge-reading.ts";
import { createRecentReadings } from "./recent-readings.ts";
import { holdsMs, type Signal } from "./signals.ts";

/** A judged value in the signal's unit, dated by its source. */
export interface SignalReading {
  readonly signal: string;
  readonly atMs: number;
  readonly value: number;
  /** Its source is not sure of it: it is used, and marked. */
  readonly quality?: ReadingQuality;
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

/** A value that came and is not believed. */
export interface RefusedReading {
  readonly signal: string;
  readonly atMs: number;
  /** As it came, with its unit. */
  readonly value: string;
  readonly reason: string;
}

/** What a batch brings for the store. */
export interface BatchNews {
  /** Late ones too; not those that are known already. */
  readonly stored: readonly SignalReading[];
  /** Without those by which a source only says that it has no value. */
  readonly refused: readonly RefusedReading[];
}

export interface TelemetryBook {
  /**
   * Judges, has what is news kept, and then remembers it: when `keep` throws, nothing is remembered, and the same batch may come again. What is
   * older than what is known changes nothing of the present.
   */
  take(
    batch: TelemetryBatch,
    nowMs: number,
    keep?: (news: BatchNews) => void,
  ): BatchNews & { readonly answer: TelemetryAnswer };
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

  const isKnown = ({ signal, atMs, value, quality }: SignalReading): boolean => {
    const before = latest.get(signal);
    return before?.atMs === atMs && before.value === value && before.quality === quality;
  };

  /** A judged reading becomes the present one, unless it is late. */
  function remember(news: SignalReading): void {
    const before = latest.get(news.signal);
    if (before && (news.atMs < before.atMs || (news.atMs === before.atMs && !replaces(news, before)))) return;
    refusals.delete(news.signal);
    latest.set(news.signal, news);
    recent.add(news);
  }

  function rememberRefusal(signal: string, atMs: number, reason: string, nowMs: number): void {
    const before = latest.get(signal);
    if (before && atMs < before.atMs) return;
    refusals.set(signal, reason);
    if (atMs <= nowMs + LATEST_AHEAD_MS) recent.add({ signal, atMs, value: undefined });
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
    take: ({ readings }, nowMs, keep) => {
      const stored: SignalReading[] = [];
      const refused: RefusedReading[] = [];
      const rejected: { source: string; reason: string }[] = [];
      /** In order of time, so that the order in which they came does not matter. */
      const toRemember: { readonly atMs: number; readonly remember: () => void }[] = [];
      let accepted = 0;
      let ignored = 0;
      for (const reading of readings) {
        const { source, atMs } = reading;
        if (!isWanted.has(source)) {
          ignored += 1;
          continue;
        }
        toRemember.push({ atMs, remember: () => takeRaw(reading, nowMs) });
        const reasons = new Set<string>();
        for (const signal of bySource.get(source) ?? []) {
          const judgement = judgeReading(reading, signal, nowMs);
          if (judgement.ok) {
            const news = readingOf(signal.id, reading, judgement.value);
            if (isKnown(news)) continue;
            stored.push(news);
            toRemember.push({ atMs, remember: () => remember(news) });
          } else {
            const { reason, isMissing } = judgement;
            reasons.add(reason);
            if (!isMissing) refused.push({ signal: signal.id, atMs, value: asItCame(reading), reason });
            toRemember.push({ atMs, remember: () => rememberRefusal(signal.id, atMs, reason, nowMs) });
          }
        }
        if (reasons.size > 0) rejected.push({ source, reason: [...reasons].join("; ") });
        else accepted += 1;
      }
      keep?.({ stored, refused });
      for (const each of toRemember.toSorted((a, b) => a.atMs - b.atMs)) each.remember();
      return { answer: { accepted, ignored, rejected }, stored, refused };
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

const readingOf = (signal: string, { atMs, quality }: TelemetryReading, value: number): SignalReading => ({
  signal,
  atMs,
  value,
  ...(quality === "uncertain" ? { quality } : {}),
});

const LONGEST_VALUE = 100;
const asItCame = ({ value, unit }: TelemetryReading): string =>
  `${String(value).slice(0, LONGEST_VALUE)}${unit === undefined || unit === "" ? "" : ` ${unit}`}`;
