import type { Database } from "better-sqlite3";
import { QUARTER_MS } from "../domain/quarter-hours.ts";
import { coarser, type HoldsMs, LONGEST_LINE_MS, type ReadingPoint, type ResampledStep } from "../domain/resample.ts";
import type { Piece } from "./housekeeping.ts";
import { DamagedPack } from "./packing/damaged-pack.ts";
import { packReadings, unpackReadings } from "./packing/packed-readings.ts";
import { packSteps } from "./packing/packed-steps.ts";
import { DAY_MS, dayOf, mergePoints, storedPoints, UNCERTAIN } from "./stored-points.ts";
import { firstDayOfHours, HOUR_MS, hourOf, HOURS_DAYS, stepsOf, storedSteps } from "./stored-steps.ts";

/** So long readings lie as rows, where late ones are added and old ones looked up most; then they are packed. */
const ROWS_DAYS = 2;
/** Whether the disk has changed a pack is looked at once a week: to unpack them all each night would be most of the work. */
const LOOKED_AT_EVERY_DAYS = 7;
/** A day's steps are made when the last line that may lead out of it is known, and readings that come a little late as well. */
const SETTLED_AFTER_MS = LONGEST_LINE_MS + HOUR_MS;

export interface ArchiveWork {
  readonly nowMs: number;
  /** The rule by which a signal's values hold; undefined for a signal that the config does not know any more. */
  readonly holdsOf: (signal: string) => HoldsMs | undefined;
  readonly keepReadingsDays: number;
  readonly keepStepsDays: number;
}

interface Named {
  readonly id: number;
  readonly name: string;
}

/** Undefined for a pack that the disk has changed. */
const intact = (body: Buffer): ReadingPoint[] | undefined => {
  try {
    return unpackReadings(body);
  } catch (error) {
    if (error instanceof DamagedPack) return undefined;
    throw error;
  }
};

/**
 * Old readings become packs, complete days become steps, and what is older than it is kept goes. Each piece is one transaction: whatever ends the
 * program between two of them, or within one, the next run finds what is left to do, because it looks at what there is and not at the date.
 */
export function readingArchive(db: Database) {
  const points = storedPoints(db);
  const { ofReadings } = storedSteps(db, points);
  const signals = db.prepare<[], Named>("SELECT id, name FROM signal ORDER BY id");
  const oldestRow = db
    .prepare<[number, number], number>(
      "SELECT at_ms FROM reading WHERE signal_id = ? AND at_ms < ? ORDER BY at_ms LIMIT 1",
    )
    .pluck();
  const oldestPack = db
    .prepare<[number], number | null>("SELECT min(day) FROM reading_pack WHERE signal_id = ?")
    .pluck();
  const rowsOf = db
    .prepare<[number, number, number], [number, number, number]>(
      "SELECT at_ms, value, quality FROM reading WHERE signal_id = ? AND at_ms >= ? AND at_ms < ? ORDER BY at_ms",
    )
    .raw();
  const removeRows = db.prepare<[number, number, number]>(
    "DELETE FROM reading WHERE signal_id = ? AND at_ms >= ? AND at_ms < ?",
  );
  const packOf = db
    .prepare<[number, number], Buffer>("SELECT body FROM reading_pack WHERE signal_id = ? AND day = ?")
    .pluck();
  const packedDays = db
    .prepare<[number], number>("SELECT day FROM reading_pack WHERE signal_id = ? ORDER BY day")
    .pluck();
  const savePack = db.prepare<[number, number, Buffer]>("INSERT OR REPLACE INTO reading_pack VALUES (?, ?, ?)");
  const removePack = db.prepare<[number, number]>("DELETE FROM reading_pack WHERE signal_id = ? AND day = ?");
  const newestSettled = db
    .prepare<[number], number | null>("SELECT max(first_day) FROM rollup WHERE signal_id = ? AND step_minutes = 15")
    .pluck();
  const lateDays = db.prepare<[number], number>("SELECT day FROM late_day WHERE signal_id = ? ORDER BY day").pluck();
  const notLate = db.prepare<[number, number]>("DELETE FROM late_day WHERE signal_id = ? AND day = ?");
  const forgetLate = db.prepare<[number, number]>("DELETE FROM late_day WHERE signal_id = ? AND day <= ?");
  const rollupOf = db
    .prepare<[number, number, number], Buffer>(
      "SELECT body FROM rollup WHERE signal_id = ? AND step_minutes = ? AND first_day = ?",
    )
    .pluck();
  const saveRollup = db.prepare<[number, number, number, Buffer]>("INSERT OR REPLACE INTO rollup VALUES (?, ?, ?, ?)");
  const oldRollups = db.prepare<[number, number, number]>(
    "DELETE FROM rollup WHERE signal_id = ? AND step_minutes = ? AND first_day < ?",
  );

  const packDay = db.transaction((id: number, day: number): Piece => {
    const [startMs, endMs] = [day * DAY_MS, (day + 1) * DAY_MS];
    const later = rowsOf
      .all(id, startMs, endMs)
      .map(([ms, value, quality]): ReadingPoint => (quality === UNCERTAIN ? [ms, value, "uncertain"] : [ms, value]));
    const body = packOf.get(id, day);
    savePack.run(id, day, packReadings(mergePoints((body && intact(body)) ?? [], later)));
    removeRows.run(id, startMs, endMs);
    return { packedDays: 1 };
  });

  /** The hours of 32 days stand in one row; days that are not settled yet are unknown there. */
  function saveHours(id: number, day: number, quarters: readonly ResampledStep[]): void {
    const firstDay = firstDayOfHours(day);
    const hours = coarser(quarters, (day + 1) * DAY_MS, hourOf);
    const empty = Array.from({ length: HOURS_DAYS * 24 }, (_, k): ResampledStep => ({
      startMs: firstDay * DAY_MS + k * HOUR_MS,
      coverage: 0,
      quality: "unknown",
    }));
    const known = stepsOf(rollupOf.get(id, 60, firstDay)) ?? empty;
    saveRollup.run(id, 60, firstDay, packSteps(known.toSpliced((day - firstDay) * 24, 24, ...hours)));
  }

  const settleDay = db.transaction((id: number, day: number, holdsMs: HoldsMs | undefined): Piece => {
    const window = { fromMs: day * DAY_MS, untilMs: (day + 1) * DAY_MS, stepMs: QUARTER_MS };
    const quarters = ofReadings(id, window, holdsMs);
    saveRollup.run(id, 15, day, packSteps(quarters));
    saveHours(id, day, quarters);
    notLate.run(id, day);
    return { settledDays: 1 };
  });

  function* packSignal({ id, name }: Named, today: number): Generator<Piece> {
    for (const day of packedDays.all(id).filter((each) => (each - today) % LOOKED_AT_EVERY_DAYS === 0)) {
      const body = packOf.get(id, day);
      if (!body || intact(body)) {
        yield {};
        continue;
      }
      removePack.run(id, day);
      const date = new Date(day * DAY_MS).toISOString().slice(0, 10);
      yield {
        damage: [
          `the readings of ${name} on ${date} were damaged on the disk and are lost; its quarter-hours are kept`,
        ],
      };
    }
    const untilMs = (today - ROWS_DAYS) * DAY_MS;
    for (let ms = oldestRow.get(id, untilMs); ms !== undefined; ms = oldestRow.get(id, untilMs))
      yield packDay.immediate(id, dayOf(ms));
  }

  function* settleSignal(
    { id, name }: Named,
    { nowMs, holdsOf, keepReadingsDays, keepStepsDays }: ArchiveWork,
  ): Generator<Piece> {
    const holdsMs = holdsOf(name);
    const untilDay = dayOf(nowMs - SETTLED_AFTER_MS);
    const oldestMs = oldestRow.get(id, Number.MAX_SAFE_INTEGER);
    const oldestDay = Math.min(oldestMs === undefined ? Infinity : dayOf(oldestMs), oldestPack.get(id) ?? Infinity);
    const settled = newestSettled.get(id);
    const firstDay = settled === undefined || settled === null ? oldestDay : settled + 1;
    // Where the readings are gone, a late one cannot change what was made of all of them.
    const readingsDay = dayOf(nowMs) - keepReadingsDays;
    for (const day of lateDays.all(id)) if (day > readingsDay) yield settleDay.immediate(id, day, holdsMs);
    for (let day = Math.max(firstDay, dayOf(nowMs) - keepStepsDays); day < untilDay; day += 1)
      yield settleDay.immediate(id, day, holdsMs);
    yield removeOld.immediate(id, readingsDay, dayOf(nowMs) - keepStepsDays);
  }

  const removeOld = db.transaction((id: number, readingsDay: number, stepsDay: number): Piece => {
    const old = packedDays.all(id).filter((day) => day < readingsDay);
    let removedReadings = removeRows.run(id, 0, readingsDay * DAY_MS).changes;
    for (const day of old) {
      removedReadings += intact(packOf.get(id, day) ?? Buffer.alloc(0))?.length ?? 0;
      removePack.run(id, day);
    }
    forgetLate.run(id, readingsDay);
    oldRollups.run(id, 15, stepsDay);
    oldRollups.run(id, 60, stepsDay - HOURS_DAYS);
    return { removedReadings };
  });

  return {
    /** The work in pieces of some milliseconds each, to be run one by one. Throws what SQLite throws. */
    work: function* (work: ArchiveWork): Generator<Piece> {
      for (const signal of signals.all()) {
        yield* packSignal(signal, dayOf(work.nowMs));
        yield* settleSignal(signal, work);
      }
    },
  };
}
