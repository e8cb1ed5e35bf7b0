import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type Database from "better-sqlite3";
import { StoreError } from "../domain/errors.ts";
import type { HoldsMs } from "../domain/resample.ts";
import { type Backup, makeBackup } from "./backups.ts";
import { type CommandRepository, commandRepository } from "./command-repository.ts";
import { conditionOf, type StoreCondition } from "./condition.ts";
import { type DeviationRepository, deviationRepository } from "./deviation-repository.ts";
import { diskTroubleOf } from "./disk-trouble.ts";
import { durableLog } from "./durable-log.ts";
import { housekeeping, KEPT_DAYS, NOTHING_DONE, type Tidied, together } from "./housekeeping.ts";
import { demandNodeApi } from "./node-api.ts";
import { type ForecastRepository, forecastRepository } from "./forecast-repository.ts";
import { type Loss, memoryDatabase, openDatabase, openReadOnly, type Opened } from "./open-database.ts";
import { type OverrideRepository, overrideRepository } from "./override-repository.ts";
import { type PlanRepository, planRepository } from "./plan-repository.ts";
import { type PriceRepository, priceRepository } from "./price-repository.ts";
import { type PriceVintageRepository, priceVintageRepository } from "./price-vintage-repository.ts";
import { type QuarantineRepository, quarantineRepository } from "./quarantine-repository.ts";
import { type ReadingRepository, readingRepository } from "./reading-repository.ts";
import {
  type FallbackReportRepository,
  fallbackReportRepository,
  type StateRepository,
  stateRepository,
} from "./state-repository.ts";
import { steadyDatabase } from "./steady-database.ts";
import { DAY_MS } from "./stored-points.ts";

export interface Store {
  readonly prices: PriceRepository;
  readonly priceVintages: PriceVintageRepository;
  readonly forecasts: ForecastRepository;
  readonly readings: ReadingRepository;
  readonly plans: PlanRepository;
  readonly commands: CommandRepository;
  readonly deviations: DeviationRepository;
  readonly overrides: OverrideRepository;
  readonly quarantine: QuarantineRepository;
  readonly fallbackReports: FallbackReportRepository;
  readonly state: StateRepository;
  /** All or nothing; may be nested. When the disk fails in its middle the work is done again from the start, in memory. */
  transaction<T>(work: () => T): T;
  /**
   * Packs old readings, makes steps of complete days, removes what is older than it is kept, and shrinks the file where that is worth it: in small
   * pieces, between which `pause` is awaited. May be broken off anywhere, and begun again. Throws StoreError while the disk cannot be used.
   */
  tidy(work: TidyWork): Promise<Tidied>;
  /**
   * A checked copy in the backups folder, made in a thread of its own. Rejects with StoreError when there is nothing to copy, or the copy is not
   * whole; with the reason of the signal when it is broken off. One at a time.
   */
  backup(signal?: AbortSignal): Promise<Backup>;
  /** What the owner must know: the disk cannot be used, or something was lost. Looks whether the disk is back. */
  condition(): StoreCondition;
  /** Moves the log into the database file and onto the disk: what was written before survives a power cut, too. */
  checkpoint(): void;
  /** May come twice. */
  close(): void;
}

export interface TidyWork {
  readonly nowMs: number;
  /** The rule by which a signal's values hold. */
  readonly holdsOf: (signal: string) => HoldsMs | undefined;
  readonly pause: () => Promise<void>;
}

const LOSS_KEY = "database-loss";
const RETRY_MS = 5000;
const BUSY_MS = 2000;

export interface StoreOptions {
  /** Beside the database when nothing else is said. */
  readonly backupsFolder?: string;
  /** House time, for what is said about failures. */
  readonly nowMs?: () => number;
  /** Real time between two looks at a disk that failed. */
  readonly retryMs?: number;
  /** Real time that another program may hold the database before control goes on without it. */
  readonly busyMs?: number;
}

type FoundDatabase = Partial<Opened> & { readonly error?: unknown };

/** The database on the disk, or the error that keeps it from being used, where control can go on without. */
function openOrExplain(path: string, backupsFolder: string, nowMs: number): FoundDatabase {
  const wasThere = existsSync(path);
  try {
    return openDatabase(path, backupsFolder, nowMs);
  } catch (error) {
    if (error instanceof StoreError) throw error;
    // A house that has been controlled before must be controlled now; a first start with a wrong folder is a mistake to be told.
    if (wasThere && diskTroubleOf(error)) return { error };
    const reason = error instanceof Error ? error.message : String(error);
    throw new StoreError(
      `the database ${path} cannot be used (${reason}): check its folder, or move the file away to begin anew`,
      { cause: error },
    );
  }
}

/**
 * Opens the database, makes it if there is none, and brings it to the newest schema. A damaged one is set aside and the newest good backup
 * restored; where the disk cannot be used for now, the store works from memory until it can (decisions/0012). Throws StoreError when it
 * cannot be used at all: written by a newer program, a folder that cannot be written at the first start, a Node that is too old.
 */
export function openStore(path: string, options: StoreOptions = {}): Store {
  demandNodeApi();
  const isInMemory = path === ":memory:";
  const {
    backupsFolder = join(dirname(path), "backups"),
    nowMs = Date.now,
    retryMs = RETRY_MS,
    busyMs = BUSY_MS,
  } = options;
  const opened: FoundDatabase = isInMemory ? {} : openOrExplain(path, backupsFolder, nowMs());
  const log = durableLog(path);
  let foundLoss: Loss | undefined = opened.loss;
  const steady = isInMemory
    ? undefined
    : steadyDatabase({
        disk: opened.db,
        error: opened.error,
        readOnly: opened.db ? undefined : openReadOnly(path),
        memory: memoryDatabase(),
        reopen: (isDamaged) => {
          const again = openDatabase(path, backupsFolder, nowMs(), isDamaged);
          foundLoss = again.loss ?? foundLoss;
          return again.db;
        },
        onWritten: () => log.written(),
        nowMs,
        retryMs,
        busyMs,
      });
  const db = steady?.face ?? memoryDatabase();
  const readings = readingRepository(db);
  const plans = planRepository(db);
  const commands = commandRepository(db);
  const deviations = deviationRepository(db);
  const quarantine = quarantineRepository(db);
  const forecasts = forecastRepository(db);
  const priceVintages = priceVintageRepository(db);
  const state = stateRepository(db);
  let loss = state.get(LOSS_KEY) as Loss | undefined;

  /** A new loss outlives a restart, so that the owner hears of it. */
  function lossNow(): Loss | undefined {
    if (foundLoss) {
      loss = foundLoss;
      foundLoss = undefined;
      state.set(LOSS_KEY, loss, nowMs());
    }
    return loss;
  }

  /** The whole database itself: what works on all of it makes no sense on the part that is in memory. */
  function diskOrSay(what: string): Database.Database {
    if (!steady) return db;
    const disk = steady.disk();
    if (!disk) throw new StoreError(`${what}: ${steady.outage()?.message ?? "the disk cannot be used"}`);
    return disk;
  }

  return {
    prices: priceRepository(db),
    forecasts,
    priceVintages,
    readings,
    plans,
    commands,
    deviations,
    overrides: overrideRepository(db),
    quarantine,
    fallbackReports: fallbackReportRepository(db),
    state,
    transaction: (work) => db.transaction(work).immediate(),
    tidy: async ({ nowMs: atMs, holdsOf, pause }) => {
      const whole = diskOrSay("nothing can be tidied up");
      const pieces = housekeeping(whole, { nowMs: atMs, holdsOf });
      let done = NOTHING_DONE;
      for (;;) {
        await pause();
        if (diskOrSay("the tidying up was broken off") !== whole)
          throw new StoreError("the tidying up was broken off: the database had to be opened anew");
        const { value, done: isOver } = steady ? steady.onDisk(() => pieces.next()) : pieces.next();
        if (isOver) break;
        done = together(done, value);
      }
      quarantine.prune(atMs - KEPT_DAYS.readings * DAY_MS);
      forecasts.prune(atMs - KEPT_DAYS.forecasts * DAY_MS);
      priceVintages.prune(atMs - KEPT_DAYS.priceVintages * DAY_MS);
      deviations.prune(atMs - KEPT_DAYS.commands * DAY_MS);
      commands.prune(atMs - KEPT_DAYS.commands * DAY_MS);
      steady?.refresh();
      return done;
    },
    checkpoint: () => {
      steady?.disk()?.pragma("wal_checkpoint(TRUNCATE)");
    },
    backup: async (signal) => {
      const outage = steady?.outage();
      const disk = steady?.disk();
      if (!disk) throw new StoreError(`no backup can be made: ${outage ? outage.message : "the store is in memory"}`);
      return makeBackup(disk.name, backupsFolder, { nowMs: nowMs(), signal });
    },
    condition: () => {
      const outage = steady?.outage();
      return conditionOf(outage, lossNow(), nowMs());
    },
    close: () => {
      log.stop();
      if (steady) steady.close();
      else if (db.open) db.close();
    },
  };
}
