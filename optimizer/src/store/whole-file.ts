import { closeSync, fsyncSync, openSync } from "node:fs";
import Database from "better-sqlite3";

/** What SQLite finds wrong with a file; undefined when it is whole. Reads all of it. */
export function damageOf(path: string): string | undefined {
  let db: Database.Database | undefined;
  try {
    db = new Database(path, { fileMustExist: true });
    // One file, without a log beside it.
    db.pragma("journal_mode = DELETE");
    // Each page is read once: to keep them would only cost memory.
    db.pragma("cache_size = -1000");
    const found = db.pragma("integrity_check(1)", { simple: true });
    return found === "ok" ? undefined : String(found);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    db?.close();
  }
}

/** What was written to a file, or to the names in a folder, is on the disk itself when this returns. */
export function syncFile(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
