import type Database from "better-sqlite3";
import { type DiskTrouble, diskTroubleOf } from "./disk-trouble.ts";
import { createMirror } from "./mirror.ts";

type Statement = Database.Statement;

/** Why the disk is not used at the moment. */
export interface Outage {
  readonly trouble: DiskTrouble;
  /** What the database itself said. */
  readonly message: string;
  readonly sinceMs: number;
  /** Readings and plans that had to be given up for lack of memory. */
  readonly dropped: number;
}

export interface SteadyDatabase {
  /** What a repository uses of a database: prepare, transaction, inTransaction. */
  readonly face: Database.Database;
  /** Undefined while the disk is used. Tries the disk again when it is time to. */
  outage(): Outage | undefined;
  /** The database on the disk, for what makes no sense in memory: backup, checkpoint. Undefined during an outage. */
  disk(): Database.Database | undefined;
  /** Work on that database; when it fails for a trouble of the disk, the outage begins. Throws what the work throws. */
  onDisk<T>(work: () => T): T;
  /** Takes over from the disk once more, so that what was pruned there is forgotten here, too. */
  refresh(): void;
  close(): void;
}

export interface SteadySetup {
  /** Opened and migrated; undefined when the disk cannot be used from the start, with the error that says why. */
  readonly disk: Database.Database | undefined;
  readonly error?: unknown;
  /** What can at least be read, where it cannot be written from the start. Closed after it has been. */
  readonly readOnly?: Database.Database | undefined;
  /** Empty, and migrated to the same schema. */
  readonly memory: Database.Database;
  /** Opens the file anew; a damaged one is set aside before. Throws what SQLite throws. */
  readonly reopen: (isDamaged: boolean) => Database.Database;
  /** Told of every statement that wrote to the file. */
  readonly onWritten: () => void;
  readonly nowMs: () => number;
  /** Real time between two looks at a disk that failed. */
  readonly retryMs: number;
  /** Real time that another program may hold the database before control goes on without it. */
  readonly busyMs: number;
  /** Real time, which no clock setting moves. */
  readonly monotonicMs?: () => number;
}

const WRITTEN_TABLE =
  /^\s*(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|REPLACE\s+INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM)\s+(\w+)/i;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Two databases behind one face: the file, and a mirror in memory of the part that control needs. While the file can be used, it answers, and
 * the mirror repeats what is written. When it cannot (full, locked, read-only, damaged), the same statements run on the mirror, and nobody
 * above notices; when it can again, the mirror's rows go onto the disk in one transaction, and only then the file answers again.
 *
 * The work of a transaction may be run a second time, on the mirror, when the disk fails in its middle.
 */
export function steadyDatabase(setup: SteadySetup): SteadyDatabase {
  const { memory, reopen, onWritten, nowMs, retryMs, busyMs, monotonicMs = () => performance.now() } = setup;
  // An event may come for a command so old that only the disk knows it.
  memory.pragma("foreign_keys = OFF");
  const mirror = createMirror(memory);
  let disk = setup.disk;
  let outage: Omit<Outage, "dropped"> | undefined;
  /** Until the file has been replaced. */
  let isDamaged = false;
  let nextTryMs = 0;
  let hasSeenDisk = false;
  let depth = 0;
  /** Of the transaction under way: the mirror hears of it only when the disk has taken it. */
  let unmirrored: (() => void)[] = [];

  function giveUp(error: unknown, trouble: DiskTrouble): void {
    outage = { trouble, message: messageOf(error), sinceMs: nowMs() };
    isDamaged ||= trouble === "damaged";
    nextTryMs = monotonicMs() + retryMs;
  }

  /** Its trouble, when it is one of the disk. */
  function noteTrouble(error: unknown): boolean {
    const trouble = diskTroubleOf(error);
    if (trouble) giveUp(error, trouble);
    return trouble !== undefined;
  }

  function tryDisk(): void {
    if (!outage || depth > 0 || memory.inTransaction || monotonicMs() < nextTryMs) return;
    nextTryMs = monotonicMs() + retryMs;
    const before = outage;
    try {
      if (isDamaged || !disk?.open) {
        disk?.close();
        disk = reopen(isDamaged);
        isDamaged = false;
      }
      const opened = disk;
      // Nobody may wait long for a disk that is likely still in use elsewhere.
      opened.pragma(`busy_timeout = ${Math.min(busyMs, 50)}`);
      opened.transaction(() => mirror.bringBack(opened, nowMs(), !hasSeenDisk)).immediate();
      opened.pragma(`busy_timeout = ${busyMs}`);
      mirror.settle();
      if (!hasSeenDisk) mirror.takeFrom(opened, nowMs());
      hasSeenDisk = true;
      outage = undefined;
    } catch (error) {
      // What is no trouble of the disk must not end control either: it is said, and tried again.
      outage = { ...before, trouble: diskTroubleOf(error) ?? before.trouble, message: messageOf(error) };
      isDamaged ||= outage.trouble === "damaged";
    }
  }

  function repeat(write: () => void): void {
    if (depth > 0) unmirrored.push(write);
    else mirrorNow([write]);
  }

  /** A mirror that has fallen out of step is made anew. */
  function mirrorNow(writes: readonly (() => void)[]): void {
    try {
      for (const write of writes) write();
    } catch {
      if (disk) mirror.takeFrom(disk, nowMs());
    }
  }

  function atomically<T>(work: () => T, isImmediate: boolean): T {
    tryDisk();
    const mark = unmirrored.length;
    if (!outage && disk) {
      const run = disk.transaction(work);
      depth += 1;
      try {
        const answer = isImmediate ? run.immediate() : run();
        if (depth > 1) return answer;
        const writes = unmirrored;
        unmirrored = [];
        depth = 0;
        mirrorNow(writes);
        return answer;
      } catch (error) {
        unmirrored.length = mark;
        // Within another transaction it is for the outermost to begin again.
        if (depth > 1 || !noteTrouble(error)) throw error;
      } finally {
        depth = Math.max(0, depth - 1);
      }
    }
    return memory.transaction(work)();
  }

  /** Rows are read when they are asked for: a disk that fails then is noticed, and who asked begins again when he wants to. */
  function* watched(rows: Iterable<unknown>): Generator {
    try {
      yield* rows;
    } catch (error) {
      if (!outage) noteTrouble(error);
      throw error;
    }
  }

  function statementOf(sql: string, dress: (statement: Statement) => Statement): Statement {
    const prepared = new WeakMap<Database.Database, Statement>();
    const on = (db: Database.Database): Statement => {
      const known = prepared.get(db);
      if (known) return known;
      const made = dress(db.prepare(sql));
      prepared.set(db, made);
      return made;
    };
    const inMemory = on(memory);
    const isWrite = !inMemory.readonly;
    const table = (isWrite && WRITTEN_TABLE.exec(sql)?.[1]) || "";
    const isRepeated = isWrite && mirror.repeats(table);

    function onEither<T>(run: (statement: Statement) => T): T {
      if (depth === 0) tryDisk();
      if (!outage && disk) {
        try {
          const answer = run(on(disk));
          if (isRepeated) repeat(() => void run(inMemory));
          if (isWrite) onWritten();
          return answer;
        } catch (error) {
          // In a transaction its whole work begins again.
          if (depth > 0 || !noteTrouble(error)) throw error;
        }
      }
      const answer = run(inMemory);
      if (isWrite) mirror.onWaiting(table);
      return answer;
    }

    return {
      run: (...args: unknown[]) => onEither((statement) => statement.run(...args)),
      get: (...args: unknown[]) => onEither((statement) => statement.get(...args)),
      all: (...args: unknown[]) => onEither((statement) => statement.all(...args)),
      iterate: (...args: unknown[]) => watched(onEither((statement) => statement.iterate(...args))),
      raw: () => statementOf(sql, (statement) => dress(statement).raw()),
      pluck: () => statementOf(sql, (statement) => dress(statement).pluck()),
    } as unknown as Statement;
  }

  const transaction = <A extends unknown[], T>(work: (...args: A) => T) => {
    const run =
      (isImmediate: boolean) =>
      (...args: A) =>
        atomically(() => work(...args), isImmediate);
    return Object.assign(run(false), { deferred: run(false), immediate: run(true), exclusive: run(true) });
  };

  const readable = disk ?? setup.readOnly;
  disk?.pragma(`busy_timeout = ${busyMs}`);
  if (readable) mirror.takeFrom(readable, nowMs());
  hasSeenDisk = readable !== undefined;
  setup.readOnly?.close();
  if (!disk) giveUp(setup.error, diskTroubleOf(setup.error) ?? "failing");

  return {
    face: {
      prepare: (sql: string) => statementOf(sql, (statement) => statement),
      transaction,
      get inTransaction() {
        return depth > 0 || memory.inTransaction;
      },
    } as unknown as Database.Database,
    outage: () => {
      tryDisk();
      return outage && { ...outage, dropped: mirror.dropped() };
    },
    disk: () => (outage ? undefined : disk),
    onDisk: (work) => {
      try {
        const answer = work();
        onWritten();
        return answer;
      } catch (error) {
        noteTrouble(error);
        throw error;
      }
    },
    refresh: () => {
      if (!outage && disk) mirror.takeFrom(disk, nowMs());
    },
    close: () => {
      nextTryMs = 0;
      tryDisk();
      if (disk?.open) disk.close();
      if (memory.open) memory.close();
    },
  };
}
