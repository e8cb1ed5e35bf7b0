import type { Database } from "better-sqlite3";
import { LONGEST_LINE_MS, type ReadingPoint } from "../domain/resample.ts";
import { DamagedPack } from "./packing/damaged-pack.ts";
import { unpackReadings } from "./packing/packed-readings.ts";

export const DAY_MS = 86_400_000;
export const dayOf = (ms: number): number => Math.floor(ms / DAY_MS);

export const UNCERTAIN = 1;
type ReadingRow = readonly [atMs: number, value: number, quality: number];
interface PackRow {
  readonly day: number;
  readonly body: Buffer;
}
const ofRow = ([atMs, value, quality]: ReadingRow): ReadingPoint =>
  quality === UNCERTAIN ? [atMs, value, "uncertain"] : [atMs, value];

/** What the disk has changed is not known any more; the nightly work finds it and says so. */
function pointsOf(body: Buffer): ReadingPoint[] {
  try {
    return unpackReadings(body);
  } catch (error) {
    if (error instanceof DamagedPack) return [];
    throw error;
  }
}

/** Both sorted by time; of one moment the one that came later counts. */
export function mergePoints(packed: readonly ReadingPoint[], later: readonly ReadingPoint[]): readonly ReadingPoint[] {
  if (later.length === 0) return packed;
  const merged: ReadingPoint[] = [];
  let k = 0;
  for (const point of later) {
    for (let each = packed[k]; each && each[0] < point[0]; each = packed[(k += 1)]) merged.push(each);
    if (packed[k]?.[0] === point[0]) k += 1;
    merged.push(point);
  }
  return [...merged, ...packed.slice(k)];
}

export type StoredPoints = ReturnType<typeof storedPoints>;

/** Readings of a signal, by its number, whether they lie as rows or packed by day; rows came later than the pack of their day. */
export function storedPoints(db: Database) {
  const columns = "at_ms, value, quality";
  const rows = db
    .prepare<[number, number, number], ReadingRow>(
      `SELECT ${columns} FROM reading WHERE signal_id = ? AND at_ms >= ? AND at_ms < ? ORDER BY at_ms`,
    )
    .raw();
  const rowBefore = db
    .prepare<[number, number], ReadingRow>(
      `SELECT ${columns} FROM reading WHERE signal_id = ? AND at_ms <= ? ORDER BY at_ms DESC LIMIT 1`,
    )
    .raw();
  const packedDays = db
    .prepare<[number, number, number], number>(
      "SELECT day FROM reading_pack WHERE signal_id = ? AND day BETWEEN ? AND ? ORDER BY day",
    )
    .pluck();
  const pack = db
    .prepare<[number, number], Buffer>("SELECT body FROM reading_pack WHERE signal_id = ? AND day = ?")
    .pluck();
  const packBefore = db.prepare<[number, number], PackRow>(
    "SELECT day, body FROM reading_pack WHERE signal_id = ? AND day <= ? ORDER BY day DESC LIMIT 1",
  );

  /** In [fromMs, untilMs), oldest first. */
  function* between(id: number, fromMs: number, untilMs: number): Generator<ReadingPoint> {
    let atMs = fromMs;
    for (const day of packedDays.all(id, dayOf(fromMs), dayOf(untilMs - 1))) {
      const [startMs, endMs] = [day * DAY_MS, (day + 1) * DAY_MS];
      yield* rows.all(id, atMs, startMs).map(ofRow);
      const later = rows.all(id, startMs, endMs).map(ofRow);
      for (const point of mergePoints(pointsOf(pack.get(id, day) ?? Buffer.alloc(0)), later))
        if (point[0] >= fromMs && point[0] < untilMs) yield point;
      atMs = Math.max(atMs, endMs);
    }
    yield* rows.all(id, atMs, untilMs).map(ofRow);
  }

  /** The newest that is not after a moment. */
  function latest(id: number, atMs: number): ReadingPoint | undefined {
    const row = rowBefore.get(id, atMs);
    for (let day = dayOf(atMs); ;) {
      const packed = packBefore.get(id, day);
      if (!packed || (row && dayOf(row[0]) > packed.day)) return row && ofRow(row);
      const point = pointsOf(packed.body).findLast(([ms]) => ms <= atMs);
      if (point) return row && row[0] >= point[0] ? ofRow(row) : point;
      day = packed.day - 1;
    }
  }

  return {
    between,
    latest,
    /** With the one before them, which may still hold, and what comes after, to which a line may lead. */
    around: function* (id: number, fromMs: number, untilMs: number): Generator<ReadingPoint> {
      const before = latest(id, fromMs - 1);
      if (before) yield before;
      yield* between(id, fromMs, untilMs + LONGEST_LINE_MS);
    },
  };
}
