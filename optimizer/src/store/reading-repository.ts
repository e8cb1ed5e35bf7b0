import type { Database } from "better-sqlite3";
import type { HoldsMs, ReadingPoint, ReadingQuality, ResampledStep } from "../domain/resample.ts";
import { storedPoints, UNCERTAIN } from "./stored-points.ts";
import { storedSteps } from "./stored-steps.ts";

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
  const signals = db.prepare<[], { readonly id: number; readonly name: string }>("SELECT id, name FROM signal");
  const points = storedPoints(db);
  const { steps } = storedSteps(db, points);

  // An id is remembered only once it is in the database for good: a transaction that fails takes its new signals with it.
  const idOf = (signal: string): number | undefined => {
    const known = ids.get(signal) ?? findSignal.get(signal)?.id;
    if (known !== undefined && !db.inTransaction) ids.set(signal, known);
    return known;
  };
  const saveAll = db.transaction((readings: readonly SignalReading[]) => {
    for (const { signal, atMs, value, quality } of readings) {
      const id = idOf(signal) ?? Number(addSignal.run(signal).lastInsertRowid);
      upsert.run(id, atMs, value, quality === "uncertain" ? UNCERTAIN : 0);
    }
  });
  const remove = db.prepare<[number, number, number]>(
    "DELETE FROM reading WHERE signal_id = ? AND at_ms >= ? AND at_ms < ?",
  );
  const replaceAll = db.transaction(
    (signal: string, fromMs: number, untilMs: number, readings: readonly SignalReading[]) => {
      const id = idOf(signal);
      if (id !== undefined) remove.run(id, fromMs, untilMs);
      saveAll(readings);
    },
  );
  const stepsOf = (signal: string, fromMs: number, untilMs: number, stepMs: number, holdsMs?: HoldsMs) => {
    const id = idOf(signal);
    return id === undefined ? [] : steps(id, { fromMs, untilMs, stepMs }, holdsMs);
  };
  return {
    /** In any order and however often: the same in the end. */
    save: (readings: readonly SignalReading[]): void => {
      saveAll(readings);
    },
    /** What is derived is derived anew: these are all there is of the signal in [fromMs, untilMs). */
    replace: (signal: string, fromMs: number, untilMs: number, readings: readonly SignalReading[]): void => {
      replaceAll(signal, fromMs, untilMs, readings);
    },
    /** Raw points in [fromMs, untilMs), oldest first. */
    between: (signal: string, fromMs: number, untilMs: number): ReadingPoint[] => {
      const id = idOf(signal);
      return id === undefined ? [] : [...points.between(id, fromMs, untilMs)];
    },
    /** Every step of [fromMs, untilMs), with what it rests on; none of a signal that was never read. */
    steps: (signal: string, fromMs: number, untilMs: number, stepMs: number, holdsMs?: HoldsMs): ResampledStep[] =>
      stepsOf(signal, fromMs, untilMs, stepMs, holdsMs),
    /** One time-weighted mean per step of [fromMs, untilMs), without the steps of which less than half is known. */
    means: (signal: string, fromMs: number, untilMs: number, stepMs: number, holdsMs?: HoldsMs): StepMean[] =>
      stepsOf(signal, fromMs, untilMs, stepMs, holdsMs).flatMap(({ startMs, mean, quality }) =>
        mean === undefined || quality === "unknown" ? [] : [{ startMs, value: mean }],
      ),
    /** The newest reading, or the newest that is not after `atMs`. */
    latest: (signal: string, atMs = Number.MAX_SAFE_INTEGER): SignalReading | undefined => {
      const id = idOf(signal);
      const point = id === undefined ? undefined : points.latest(id, atMs);
      return point && readingOf(signal, point);
    },
    /** The newest reading of every signal, for the start of the program. */
    latestOfAll: (): SignalReading[] =>
      signals.all().flatMap(({ id, name }) => {
        const point = points.latest(id, Number.MAX_SAFE_INTEGER);
        return point ? [readingOf(name, point)] : [];
      }),
    /** All that were ever read. */
    names: (): string[] => signals.all().map(({ name }) => name),
  };
}
