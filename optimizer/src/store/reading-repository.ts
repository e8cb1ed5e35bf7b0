import type { Database } from "better-sqlite3";

/** A judged reading of a signal, in the signal's unit. */
export interface SignalReading {
  readonly signal: string;
  readonly atMs: number;
  readonly value: number;
}

export interface StepMean {
  readonly startMs: number;
  readonly value: number;
}

/** For how long a value stands without another: a source that sends only changes is taken at its last word. */
export type HoldsMs = (value: number) => number;

const HALF_AN_HOUR: HoldsMs = () => 30 * 60_000;

/**
 * Time-weighted means over steps; a reading holds until the next, at most as long as such a value holds. Steps of which less than half is
 * known are left out. `points` are sorted by time.
 */
export function meansOfSteps(
  points: Iterable<readonly [atMs: number, value: number]>,
  fromMs: number,
  untilMs: number,
  stepMs: number,
  holdsMs: HoldsMs = HALF_AN_HOUR,
): StepMean[] {
  const count = Math.max(0, Math.ceil((untilMs - fromMs) / stepMs));
  const sums = new Float64Array(count);
  const weights = new Float64Array(count);
  const add = (startMs: number, endMs: number, value: number) => {
    let at = Math.max(startMs, fromMs);
    const stop = Math.min(endMs, untilMs);
    while (at < stop) {
      const k = Math.floor((at - fromMs) / stepMs);
      const until = Math.min(stop, fromMs + (k + 1) * stepMs);
      sums[k] = (sums[k] ?? 0) + value * (until - at);
      weights[k] = (weights[k] ?? 0) + (until - at);
      at = until;
    }
  };
  let last: readonly [number, number] | undefined;
  for (const point of points) {
    if (last) add(last[0], Math.min(point[0], last[0] + holdsMs(last[1])), last[1]);
    last = point;
  }
  if (last) add(last[0], last[0] + holdsMs(last[1]), last[1]);
  return Array.from(weights, (weight, k) => ({ startMs: fromMs + k * stepMs, weight, sum: sums[k] ?? 0 }))
    .filter(({ startMs, weight }) => weight * 2 >= Math.min(stepMs, untilMs - startMs) && weight > 0)
    .map(({ startMs, weight, sum }) => ({ startMs, value: sum / weight }));
}

export type ReadingRepository = ReturnType<typeof readingRepository>;

/** Raw readings by signal. */
export function readingRepository(db: Database) {
  const ids = new Map<string, number>();
  const findSignal = db.prepare<[string], { readonly id: number }>("SELECT id FROM signal WHERE name = ?");
  const addSignal = db.prepare<[string]>("INSERT INTO signal (name) VALUES (?)");
  const upsert = db.prepare<[number, number, number]>("INSERT OR REPLACE INTO reading VALUES (?, ?, ?)");
  const between = db.prepare<[number, number, number], [number, number]>(
    "SELECT at_ms, value FROM reading WHERE signal_id = ? AND at_ms >= ? AND at_ms < ? ORDER BY at_ms",
  );
  const newest = db.prepare<[number, number], { readonly atMs: number; readonly value: number }>(
    "SELECT at_ms AS atMs, value FROM reading WHERE signal_id = ? AND at_ms <= ? ORDER BY at_ms DESC LIMIT 1",
  );
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
  const points = (signal: string, fromMs: number, untilMs: number): IterableIterator<[number, number]> => {
    const id = idOf(signal);
    return id === undefined ? [][Symbol.iterator]() : between.raw().iterate(id, fromMs, untilMs);
  };
  /** With the one before them, which may still hold. */
  function* pointsSince(signal: string, fromMs: number, untilMs: number): Generator<readonly [number, number]> {
    const id = idOf(signal);
    const before = id === undefined ? undefined : newest.get(id, fromMs - 1);
    if (before) yield [before.atMs, before.value];
    yield* points(signal, fromMs, untilMs);
  }
  const saveAll = db.transaction((readings: readonly SignalReading[]) => {
    for (const { signal, atMs, value } of readings)
      upsert.run(idOf(signal) ?? Number(addSignal.run(signal).lastInsertRowid), atMs, value);
  });
  const pruneAll = db.transaction((beforeMs: number): number =>
    signals.all().reduce((sum, { id }) => sum + prune.run(id, beforeMs).changes, 0),
  );
  return {
    /** A second reading of the same signal and time replaces the first. */
    save: (readings: readonly SignalReading[]): void => {
      saveAll(readings);
    },
    /** Raw points in [fromMs, untilMs), oldest first. */
    between: (signal: string, fromMs: number, untilMs: number): (readonly [atMs: number, value: number])[] => [
      ...points(signal, fromMs, untilMs),
    ],
    /** One time-weighted mean per step of [fromMs, untilMs), without the steps of which less than half is known. */
    means: (signal: string, fromMs: number, untilMs: number, stepMs: number, holdsMs?: HoldsMs): StepMean[] =>
      meansOfSteps(pointsSince(signal, fromMs, untilMs), fromMs, untilMs, stepMs, holdsMs),
    /** The newest reading, or the newest that is not after `atMs`. */
    latest: (
      signal: string,
      atMs = Number.MAX_SAFE_INTEGER,
    ): { readonly atMs: number; readonly value: number } | undefined => {
      const id = idOf(signal);
      return id === undefined ? undefined : newest.get(id, atMs);
    },
    /** The newest reading of every signal, for the start of the program. */
    latestOfAll: (): SignalReading[] =>
      signals.all().flatMap(({ id, name }) => {
        const reading = newest.get(id, Number.MAX_SAFE_INTEGER);
        return reading ? [{ signal: name, ...reading }] : [];
      }),
    countBefore: (beforeMs: number): number =>
      signals.all().reduce((sum, { id }) => sum + (countOld.get(id, beforeMs)?.n ?? 0), 0),
    /** Returns how many were removed. */
    prune: (beforeMs: number): number => pruneAll(beforeMs),
  };
}
