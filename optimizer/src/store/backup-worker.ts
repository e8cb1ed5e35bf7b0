// The thread of a backup: backup-thread.ts starts it. It may be ended in the middle of anything.
import { renameSync } from "node:fs";
import { dirname } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import Database from "better-sqlite3";
import type { BackupAnswer, BackupOrder } from "./backup-thread.ts";
import { damageOf, syncFile } from "./whole-file.ts";

const port = parentPort;
if (!port) throw new Error("backup-worker.ts runs as a worker thread only");
const { database, unfinished, backup } = workerData as BackupOrder;

const db = new Database(database, { readonly: true, fileMustExist: true });
try {
  // Each page is read once: to keep them would only cost memory.
  db.pragma("cache_size = -1000");
  // All of one moment: without a transaction, whatever is written meanwhile would make the copying begin anew.
  db.exec("BEGIN; SELECT 1 FROM sqlite_schema");
  await db.backup(unfinished);
} finally {
  db.close();
}
const answer: BackupAnswer = { damage: damageOf(unfinished) };
if (answer.damage === undefined) {
  syncFile(unfinished);
  renameSync(unfinished, backup);
  syncFile(dirname(backup));
}
port.postMessage(answer);
