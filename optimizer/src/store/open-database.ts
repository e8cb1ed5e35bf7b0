import { closeSync, existsSync, mkdirSync, openSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { StoreError } from "../domain/errors.ts";
import { backupsIn, restoreNewest, setAside } from "./backups.ts";
import { diskTroubleOf } from "./disk-trouble.ts";
import { migrate } from "./migrate.ts";
import { migrations } from "./migrations/index.ts";

/** What a damaged database cost. */
export interface Loss {
  readonly foundAtMs: number;
  readonly damage: string;
  /** Where the damaged file lies now; absent when there was none. */
  readonly setAsideAs?: string;
  /** When the restored backup was made; absent when a new database was begun. */
  readonly backupMadeAtMs?: number;
  /** It failed while running: what control needs was still known, and has been written again. */
  readonly knownInMemory?: boolean;
}

export interface Opened {
  readonly db: Database.Database;
  readonly loss?: Loss;
}

/** The present schema, empty, in memory. */
export function memoryDatabase(): Database.Database {
  const db = new Database(":memory:");
  migrate(db, migrations);
  return db;
}

/** Pages kept in memory, beside what the operating system keeps anyway. The binary's own default is 16 MB. */
const CACHE_KB = 4000;

function openFile(path: string): Database.Database {
  mkdirSync(dirname(path), { recursive: true });
  // Made here for its mode, which SQLite's log files inherit: the readings tell when a family is at home.
  closeSync(openSync(path, "a", 0o600));
  const db = new Database(path);
  try {
    // A new file shrinks page by page; one of before is made so below.
    db.pragma("auto_vacuum = INCREMENTAL");
    // What a process has committed outlives its sudden death in either mode; durable-log.ts looks after the power cut.
    db.pragma("journal_mode = WAL");
    db.pragma("synchronous = NORMAL");
    db.pragma("foreign_keys = ON");
    db.pragma("busy_timeout = 5000");
    db.pragma(`cache_size = -${CACHE_KB}`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

const INCREMENTAL = 2;

/** A file from before it could shrink page by page is written anew, once; where there is no room for that it stays as it is. */
function makeShrinkable(db: Database.Database): void {
  if (Number(db.pragma("auto_vacuum", { simple: true })) === INCREMENTAL) return;
  try {
    db.pragma("auto_vacuum = INCREMENTAL");
    db.exec("VACUUM");
  } catch (error) {
    if (diskTroubleOf(error) !== "full") throw error;
  }
}

/** Why the file cannot be a database any more; undefined for a good one, and for none where there never was one. */
function damageBeforeOpening(path: string, backupsFolder: string): string | undefined {
  if (!existsSync(path)) return backupsIn(backupsFolder).length > 0 ? "the file is missing" : undefined;
  return statSync(path).size === 0 ? "the file is empty" : undefined;
}

/** Opens a file that has been found good; `damage` when SQLite finds otherwise. */
function openChecked(path: string): { readonly db: Database.Database } | { readonly damage: string } {
  let db: Database.Database | undefined;
  try {
    db = openFile(path);
    const found = db.pragma("quick_check(1)", { simple: true });
    if (found !== "ok") throw Object.assign(new Error(String(found)), { code: "SQLITE_CORRUPT" });
    migrate(db, migrations);
    makeShrinkable(db);
    return { db };
  } catch (error) {
    db?.close();
    if (error instanceof StoreError || diskTroubleOf(error) !== "damaged") throw error;
    return { damage: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * Opens the database, or makes it, and brings it to the newest schema. One that is damaged is set aside, and the newest good backup takes its
 * place, or a new database. Throws StoreError when a newer program wrote it, and what SQLite or the disk throw.
 */
export function openDatabase(path: string, backupsFolder: string, nowMs: number, isDamaged = false): Opened {
  const known = isDamaged ? "it failed while running" : damageBeforeOpening(path, backupsFolder);
  const first = known === undefined ? openChecked(path) : { damage: known };
  if ("db" in first) return first;
  const setAsideAs = setAside(path, nowMs);
  const backup = restoreNewest(path, backupsFolder);
  const second = openChecked(path);
  if (!("db" in second)) throw new StoreError(`no database can be made at ${path} (${second.damage}): check the disk`);
  const loss = {
    foundAtMs: nowMs,
    damage: first.damage,
    ...(setAsideAs === undefined ? {} : { setAsideAs }),
    ...(backup ? { backupMadeAtMs: backup.madeAtMs } : {}),
    ...(isDamaged ? { knownInMemory: true } : {}),
  };
  return { db: second.db, loss };
}

/**
 * What can be read of a file that cannot be written; undefined when it cannot be read either. SQLite reads a log only where it may write beside
 * it; a file without one it reads from memory.
 */
export function openReadOnly(path: string): Database.Database | undefined {
  const readers = [
    () => new Database(path, { readonly: true, timeout: 50 }),
    () => new Database(bytesWithoutLog(path)),
  ];
  for (const open of readers)
    try {
      const db = open();
      if (Number(db.pragma("user_version", { simple: true })) === migrations.length) return db;
      db.close();
    } catch {
      // The next reader may be able to; that the disk cannot be used is said by who asked.
    }
  return undefined;
}

/** A copy that claims to have no log: bytes 18 and 19 of the header are the versions that write and read it (sqlite.org/fileformat2.html). */
function bytesWithoutLog(path: string): Buffer {
  if (existsSync(`${path}-wal`) && statSync(`${path}-wal`).size > 0) throw new StoreError("its log cannot be read");
  const bytes = readFileSync(path);
  bytes.set([1, 1], 18);
  return bytes;
}
