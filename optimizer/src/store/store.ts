import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { StoreError } from "../domain/errors.ts";
import { type CommandRepository, commandRepository } from "./command-repository.ts";
import { type DeviationRepository, deviationRepository } from "./deviation-repository.ts";
import { migrate } from "./migrate.ts";
import { migrations } from "./migrations/index.ts";
import { demandNodeApi } from "./node-api.ts";
import { type OverrideRepository, overrideRepository } from "./override-repository.ts";
import { type PlanRepository, planRepository } from "./plan-repository.ts";
import { type PriceRepository, priceRepository } from "./price-repository.ts";
import { type ReadingRepository, readingRepository } from "./reading-repository.ts";
import {
  type FallbackReportRepository,
  fallbackReportRepository,
  type StateRepository,
  stateRepository,
} from "./state-repository.ts";

const DAY_MS = 86_400_000;
/** How long things are kept, in days. A plan with its inputs takes about 10 kB, and there are 288 a day. */
export const KEPT_DAYS = { readings: 90, plans: 30, commands: 730 } as const;

export interface Store {
  readonly prices: PriceRepository;
  readonly readings: ReadingRepository;
  readonly plans: PlanRepository;
  readonly commands: CommandRepository;
  readonly deviations: DeviationRepository;
  readonly overrides: OverrideRepository;
  readonly fallbackReports: FallbackReportRepository;
  readonly state: StateRepository;
  /** All or nothing; may be nested. */
  transaction<T>(work: () => T): T;
  /** Removes what is older than it is kept, and answers how many rows of each went. */
  prune(nowMs: number): { readonly readings: number; readonly plans: number; readonly commands: number };
  /** Moves the log into the database file and onto the disk: what was written before survives a power cut, too. */
  checkpoint(): void;
  /** May come twice. */
  close(): void;
}

function open(path: string): Database.Database {
  if (path !== ":memory:") {
    mkdirSync(dirname(path), { recursive: true });
    // Made here for its mode, which SQLite's log files inherit: the readings tell when a family is at home.
    closeSync(openSync(path, "a", 0o600));
  }
  const db = new Database(path);
  try {
    // What a process has committed outlives its sudden death in either mode; NORMAL leaves only the last minutes before a power cut
    // to the next checkpoint, and spares an SD card one flush per event.
    db.pragma("journal_mode = WAL");
    db.pragma("synchronous = NORMAL");
    db.pragma("foreign_keys = ON");
    db.pragma("busy_timeout = 5000");
    migrate(db, migrations);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * Opens the database, makes it if there is none, and brings it to the newest schema. Throws StoreError when it cannot be used: written by
 * a newer program, no database at all, a folder that cannot be written, a Node that is too old.
 */
export function openStore(path: string): Store {
  demandNodeApi();
  let db: Database.Database;
  try {
    db = open(path);
  } catch (error) {
    if (error instanceof StoreError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StoreError(
      `the database ${path} cannot be used (${reason}): check its folder, or move the file away to begin anew`,
      { cause: error },
    );
  }
  const readings = readingRepository(db);
  const plans = planRepository(db);
  const commands = commandRepository(db);
  const deviations = deviationRepository(db);
  return {
    prices: priceRepository(db),
    readings,
    plans,
    commands,
    deviations,
    overrides: overrideRepository(db),
    fallbackReports: fallbackReportRepository(db),
    state: stateRepository(db),
    transaction: (work) => db.transaction(work).immediate(),
    prune: (nowMs) => {
      deviations.prune(nowMs - KEPT_DAYS.commands * DAY_MS);
      return {
        readings: readings.prune(nowMs - KEPT_DAYS.readings * DAY_MS),
        plans: plans.prune(nowMs - KEPT_DAYS.plans * DAY_MS),
        commands: commands.prune(nowMs - KEPT_DAYS.commands * DAY_MS),
      };
    },
    checkpoint: () => {
      db.pragma("wal_checkpoint(TRUNCATE)");
    },
    close: () => {
      if (db.open) db.close();
    },
  };
}
