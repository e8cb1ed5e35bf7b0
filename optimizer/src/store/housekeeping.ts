import type { Database } from "better-sqlite3";
import type { HoldsMs } from "../domain/resample.ts";
import { planRepository } from "./plan-repository.ts";
import { readingArchive } from "./reading-archive.ts";
import { DAY_MS } from "./stored-points.ts";

/** How long things are kept, in days. A plan with its inputs takes about 10 kB, and there are 288 a day: of older ones two an hour are kept. A forecast takes half a kB. */
export const KEPT_DAYS = {
  readings: 90,
  steps: 730,
  allPlans: 3,
  plans: 30,
  commands: 730,
  forecasts: 60,
  priceVintages: 730,
} as const;

/** What a night's work did. */
export interface Tidied {
  /** Days of one signal that were packed, and made into steps. */
  readonly packedDays: number;
  readonly settledDays: number;
  readonly removedReadings: number;
  readonly removedPlans: number;
  /** Pages of the file that went back to the disk. */
  readonly freedPages: number;
  /** What was found damaged, in words. */
  readonly damage: readonly string[];
}

export type Piece = { readonly [Key in keyof Tidied]?: Tidied[Key] | undefined };

export const together = (sum: Tidied, piece: Piece): Tidied => ({
  packedDays: sum.packedDays + (piece.packedDays ?? 0),
  settledDays: sum.settledDays + (piece.settledDays ?? 0),
  removedReadings: sum.removedReadings + (piece.removedReadings ?? 0),
  removedPlans: sum.removedPlans + (piece.removedPlans ?? 0),
  freedPages: sum.freedPages + (piece.freedPages ?? 0),
  damage: [...sum.damage, ...(piece.damage ?? [])],
});
export const NOTHING_DONE: Tidied = {
  packedDays: 0,
  settledDays: 0,
  removedReadings: 0,
  removedPlans: 0,
  freedPages: 0,
  damage: [],
};

const PLANS_AT_ONCE = 20;
/** The file shrinks when more than a fifth of it is empty, and until a twentieth is: what comes tomorrow needs room, too. */
const WORTH_SHRINKING = 0.2;
const ROOM_LEFT = 0.05;
const PAGES_AT_ONCE = 25;

/** All work on a database that control does not wait for, in pieces of some milliseconds. Throws what SQLite throws. */
export function* housekeeping(
  db: Database,
  { nowMs, holdsOf }: { readonly nowMs: number; readonly holdsOf: (signal: string) => HoldsMs | undefined },
): Generator<Piece> {
  const keep = { keepReadingsDays: KEPT_DAYS.readings, keepStepsDays: KEPT_DAYS.steps };
  yield* readingArchive(db).work({ nowMs, holdsOf, ...keep });
  const plans = planRepository(db);
  const old = plans.outlived(nowMs - KEPT_DAYS.plans * DAY_MS, nowMs - KEPT_DAYS.allPlans * DAY_MS);
  const removePlans = db.transaction((ids: readonly string[]) => plans.remove(ids));
  for (let k = 0; k < old.length; k += PLANS_AT_ONCE)
    yield { removedPlans: removePlans.immediate(old.slice(k, k + PLANS_AT_ONCE)) };
  yield* shrink(db);
}

function* shrink(db: Database): Generator<Piece> {
  const pages = (name: string): number => Number(db.pragma(name, { simple: true }));
  if (pages("freelist_count") < WORTH_SHRINKING * pages("page_count")) return;
  for (let free = pages("freelist_count"); free > ROOM_LEFT * pages("page_count");) {
    db.pragma(`incremental_vacuum(${PAGES_AT_ONCE})`);
    const left = pages("freelist_count");
    // A file that cannot shrink page by page stays as it is.
    if (left >= free) return;
    yield { freedPages: free - left };
    free = left;
  }
}
