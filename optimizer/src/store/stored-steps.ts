import type { Database } from "better-sqlite3";
import { QUARTER_MS } from "../domain/quarter-hours.ts";
import { coarser, type HoldsMs, resample, type ResampledStep, type StepWindow } from "../domain/resample.ts";
import { DamagedPack } from "./packing/damaged-pack.ts";
import { unpackSteps } from "./packing/packed-steps.ts";
import { DAY_MS, dayOf, type StoredPoints } from "./stored-points.ts";

export const HOUR_MS = 3_600_000;
/** Days of hours in one row: a year of one signal is twelve rows. */
export const HOURS_DAYS = 32;
export const hourOf = (ms: number): number => Math.floor(ms / HOUR_MS) * HOUR_MS;
export const firstDayOfHours = (day: number): number => Math.floor(day / HOURS_DAYS) * HOURS_DAYS;

/** What the disk has changed is not known any more; undefined, so that it is made again from readings. */
export function stepsOf(body: Buffer | undefined): ResampledStep[] | undefined {
  try {
    return body && unpackSteps(body);
  } catch (error) {
    if (error instanceof DamagedPack) return undefined;
    throw error;
  }
}

/**
 * Steps of a signal, by its number: from the quarter-hours and hours that the nightly work has made where these are right, else from the readings
 * themselves. A step that cannot be made of whole quarter-hours is always made of readings.
 */
export function storedSteps(db: Database, points: Pick<StoredPoints, "around">) {
  const settledDays = db
    .prepare<[number, number, number], number>(
      `SELECT first_day FROM rollup WHERE signal_id = ? AND step_minutes = 15 AND first_day BETWEEN ? AND ?
       AND NOT EXISTS (SELECT 1 FROM late_day WHERE late_day.signal_id = rollup.signal_id AND late_day.day = first_day)
       ORDER BY first_day`,
    )
    .pluck();
  const body = db
    .prepare<[number, number, number], Buffer>(
      "SELECT body FROM rollup WHERE signal_id = ? AND step_minutes = ? AND first_day = ?",
    )
    .pluck();

  const ofReadings = (id: number, window: StepWindow, holdsMs?: HoldsMs): ResampledStep[] =>
    resample(points.around(id, window.fromMs, window.untilMs), window, holdsMs);

  function dayReader(id: number, stepMs: number): (day: number) => readonly ResampledStep[] | undefined {
    if (stepMs === QUARTER_MS) return (day) => stepsOf(body.get(id, 15, day));
    const known = new Map<number, readonly ResampledStep[] | undefined>();
    return (day) => {
      const firstDay = firstDayOfHours(day);
      if (!known.has(firstDay)) known.set(firstDay, stepsOf(body.get(id, 60, firstDay)));
      return known.get(firstDay)?.slice((day - firstDay) * 24, (day - firstDay + 1) * 24);
    };
  }

  /** Quarter-hours or hours; `fromMs` lies on their border. */
  function even(id: number, window: StepWindow, holdsMs?: HoldsMs): ResampledStep[] {
    const { fromMs, untilMs, stepMs } = window;
    const readDay = dayReader(id, stepMs);
    const steps: ResampledStep[][] = [];
    let atMs = fromMs;
    const fill = (endMs: number): void => {
      if (endMs > atMs) {
        // Hours are made of quarter-hours everywhere, so that it does not show which were stored.
        const quarters = ofReadings(id, { fromMs: atMs, untilMs: endMs, stepMs: QUARTER_MS }, holdsMs);
        steps.push(stepMs === QUARTER_MS ? quarters : coarser(quarters, endMs, hourOf));
      }
      atMs = Math.max(atMs, endMs);
    };
    for (const day of settledDays.all(id, dayOf(fromMs), dayOf(untilMs - 1))) {
      const ofDay = readDay(day);
      if (!ofDay) continue;
      fill(day * DAY_MS);
      const whole = ofDay.filter(({ startMs }) => startMs >= fromMs && startMs + stepMs <= untilMs);
      steps.push(whole);
      atMs = Math.max(atMs, (whole.at(-1)?.startMs ?? atMs - stepMs) + stepMs);
    }
    fill(untilMs);
    return steps.flat();
  }

  return {
    /** Made of readings alone. */
    ofReadings,
    /** Every step of the window, oldest first. */
    steps: (id: number, window: StepWindow, holdsMs?: HoldsMs): ResampledStep[] => {
      const { fromMs, untilMs, stepMs } = window;
      const baseMs = [HOUR_MS, QUARTER_MS].find((ms) => stepMs % ms === 0 && fromMs % ms === 0);
      if (baseMs === undefined) return ofReadings(id, window, holdsMs);
      const base = even(id, { ...window, stepMs: baseMs }, holdsMs);
      if (baseMs === stepMs) return base;
      return coarser(base, untilMs, (ms) => fromMs + Math.floor((ms - fromMs) / stepMs) * stepMs);
    },
  };
}
