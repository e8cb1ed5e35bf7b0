import type { Database } from "better-sqlite3";
import {
  type HoldsMs,
  LONGEST_LINE_MS,
  type ReadingPoint,
  type ReadingQuality,
  resample,
  type ResampledStep,
} from "../domain/resample.ts";

/** A judged reading of a signal, in the signal's unit; good where nothing else is said. */
export interface SignalReading {
  readonly signal: string;
  readonly atMs: number;
  readonly value: number;
  readonly quality?: ReadingQuality;
}

export interface StepMean {
  readonly startMs: number;
  readonly value: number;
}

const UNCERTAIN = 1;
type ReadingRow = readonly [atMs: number, value: number, quality: number];
const ofRow = ([atMs, value, quality]: ReadingRow): ReadingPoint =>
  quality === UNCERTAIN ? [atMs, value, "uncertain"] : [atMs, value];

const readingOf = (signal: string, [atMs, value, quality]: ReadingPoint): SignalReading => ({
  signal,
  atMs,
  value,
  ...(quality ? { quality } : {}),
});

export type ReadingRepository = ReturnType<typeof readingRepository>;

/** Raw readings by signal. */
export function readingRepository(db: Database) {
  const ids = new Map<string, number>();
  const findSignal = db.prepare<[string], { readonly id: number }>("SELECT id FROM signal WHERE name = ?");
  const addSignal = db.prepare<[string]>("INSERT INTO signal (name) VALUES (?)");
  // Of two of the same moment the one that domain/same-moment.ts says, in whichever order they come.
  const upsert = db.prepare<[number, number, number, number]>(
    `INSERT INTO reading (signal_id, at_ms, value, quality) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET value = excluded.value, quality = excluded.quality
     WHERE (-excluded.quality, abs(excluded.value), excluded.value) > (-quality, abs(value), value)`,
  );
  const between = db
    .prepare<[number, number, number], ReadingRow>(
      "SELECT at_ms, value, quality FROM reading WHERE signal_id = ? AND at_ms >= ? AND at_ms < ? ORDER BY at_ms",
    )
    .raw();
  const newest = db
    .prepare<[number, number], ReadingRow>(
      "SELECT at_ms, value, quality FROM reading WHERE signal_id = ? AND at_ms <= ? ORDER BY at_ms DESC LIMIT 1",
    )
    .raw();
  const next = db
    .prepare<[number, number, number], ReadingRow>(
      "SELECT at_ms, value, quality FROM reading WHERE signal_id = ? AND at_ms >= ? AND at_ms < ? ORDER BY at_ms LIMIT 1",
    )
    .raw();
  const signals = db.prepare<[], { readonly id: number; readonly name: string }>("SELECT id, name FROM signal");
  // Signal by signal, because the table is in that order: the old ones of each are found without reading the others.
  const countOld = db.prepare<[number, number], { readonly n: number }>(
    "SELECT count(*) AS n FROM reading WHERE signal_id = ? AND at_ms < ?",
  );
  const prune = db.prepare<[number, number]>("DELETE FROM reading WHERE signal_id = ? AND at_ms < ?");

  // An id is remembered only once it is in the database for good: a transaction that fails takes its new signals with it.
  const idOf = (signal: string): number | undefined => {
    const known = ids.get(signal) ?? findSignal.get(signal)?.id;
    if (known !== undefined && !db.inTransaction) ids.set(signal, known);
    return known;
  };
  function* points(signal: string, fromMs: number, untilMs: number): Generator<ReadingPoint> {
    const id = idOf(signal);
    if (id !== undefined) for (const row of between.iterate(id, fromMs, untilMs)) yield ofRow(row);
  }
  /** With the one before them, which may still hold, and the one after, to which a line may lead. */
  function* pointsAround(signal: string, fromMs: number, untilMs: number): Generator<ReadingPoint> {
    const id = idOf(signal);
    if (id === undefined) return;
    const before = newest.get(id, fromMs - 1);
    if (before) yield ofRow(before);
    yield* points(signal, fromMs, untilMs);
    const after = next.get(id, untilMs, untilMs + LONGEST_LINE_MS);
    if (after) yield ofRow(after);
  }
  const saveAll = db.transaction((readings: readonly SignalReading[]) => {
    for (const { signal, atMs, value, quality } of readings) {
      const id = idOf(signal) ?? Number(addSignal.run(signal).lastInsertRowid);
      upsert.run(id, atMs, value, quality === "uncertain" ? UNCERTAIN : 0);
    }
  });
  const pruneAll = db.transaction((beforeMs: number): number =>
    signals.all().reduce((sum, { id }) => sum + prune.run(id, beforeMs).changes, 0),
  );
  const steps = (signal: string, fromMs: number, untilMs: number, stepMs: number, holdsMs?: HoldsMs): ResampledStep[] =>
    resample(pointsAround(signal, fromMs, untilMs), { fromMs, untilMs, stepMs }, holdsMs);
  return {
    /** In any order and however often: the same in the end. */
    save: (readings: readonly SignalReading[]): void => {
      saveAll(readings);
    },
    /** Raw points in [fromMs, untilMs), oldest first. */
    between: (signal: string, fromMs: number, untilMs: number): ReadingPoint[] => [...points(signal, fromMs, untilMs)],
    /** Every step of [fromMs, untilMs), with what it rests on. */
    steps,
    /** One time-weighted mean per step of [fromMs, untilMs), without the steps of which less than half is known. */
    means: (signal: string, fromMs: number, untilMs: number, stepMs: number, holdsMs?: HoldsMs): StepMean[] =>
      steps(signal, fromMs, untilMs, stepMs, holdsMs).flatMap(({ startMs, mean, quality }) =>
        mean === undefined || quality === "unknown" ? [] : [{ startMs, value: mean }],
      ),
    /** The newest reading, or the newest that is not after `atMs`. */
    latest: (signal: string, atMs = Number.MAX_SAFE_INTEGER): SignalReading | undefined => {
      const id = idOf(signal);
      const row = id === undefined ? undefined : newest.get(id, atMs);
      return row && readingOf(signal, ofRow(row));
    },
    /** The newest reading of every signal, for the start of the program. */
    latestOfAll: (): SignalReading[] =>
      signals.all().flatMap(({ id, name }) => {
        const row = newest.get(id, Number.MAX_SAFE_INTEGER);
        return row ? [readingOf(name, ofRow(row))] : [];
      }),
    countBefore: (beforeMs: number): number =>
      signals.all().reduce((sum, { id }) => sum + (countOld.get(id, beforeMs)?.n ?? 0), 0),
    /** Returns how many were removed. */
    prune: (beforeMs: number): number => pruneAll(beforeMs),
  };
}
