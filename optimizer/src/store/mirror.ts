import type { Database } from "better-sqlite3";

/** How a table is kept in memory, and how it goes back onto the disk. */
interface MirroredTable {
  /** Which rows are known in memory from the start, as a condition over :sinceMs; NONE: only those that could not be written. */
  readonly known: string;
  /** How a row goes back; the mirror has the last word where nothing else is said. */
  readonly conflict?: string;
  /** What the disk forgets first. */
  readonly first?: string;
  /** Given anew by the disk. */
  readonly withoutNumber?: boolean;
}

const COMMANDS = `is_live = 1 OR number IN (SELECT max(number) FROM command GROUP BY device_id)
  OR id IN (SELECT command_id FROM command_event WHERE at_ms >= :sinceMs)`;
const EVENTS = `command_id IN (SELECT id FROM command WHERE ${COMMANDS})`;

const ALL = "TRUE";
const NONE = "FALSE";

/** What has no line here is small, known as a whole, and goes back row by row. */
const TABLES: Readonly<Record<string, MirroredTable>> = {
  reading: { known: NONE },
  // Made of readings on the disk, by the nightly work, on the disk alone.
  reading_pack: { known: NONE },
  rollup: { known: NONE },
  late_day: { known: NONE },
  plan: { known: NONE, conflict: "OR IGNORE" },
  price: { known: "end_ms > :sinceMs", first: "DELETE FROM price WHERE end_ms > :sinceMs" },
  forecast: { known: "issued_at_ms > :sinceMs" },
  // Ids never change: where the disk knows a name, it is the same.
  signal: { known: ALL, conflict: "OR IGNORE" },
  // The mirror knows every live command; replacing a row would take its events away.
  command: {
    known: COMMANDS,
    first: "UPDATE command SET is_live = 0 WHERE is_live = 1",
    withoutNumber: true,
  },
  command_event: { known: EVENTS, conflict: "OR IGNORE", withoutNumber: true },
  price_vintage: { known: "until_ms > :sinceMs", conflict: "OR IGNORE", withoutNumber: true },
  state: { known: ALL, first: "DELETE FROM state" },
};
const WHOLE: MirroredTable = { known: ALL };

const KNOWN_MS = 3 * 86_400_000;
/** What waits for the disk, at most: about a day of readings of a house, and four hours of plans. */
const MOST_ROWS: Readonly<Record<string, number>> = { reading: 100_000, plan: 50 };
const ORDER: Readonly<Record<string, string>> = { reading: "at_ms", plan: "created_at_ms" };

const tableOf = (name: string): MirroredTable => TABLES[name] ?? WHOLE;

/** SQLite refuses a name that a statement does not use. */
const named = (sql: string, sinceMs: number): unknown[] => (sql.includes(":sinceMs") ? [{ sinceMs }] : []);

export type Mirror = ReturnType<typeof createMirror>;

/**
 * The part of the database that control needs, in memory, in the same schema: the same statements run on either. Every row has a key of its own,
 * so that bringing it back onto the disk may be begun as often as need be: what is there already is not doubled.
 */
export function createMirror(memory: Database) {
  const names = memory
    .prepare<[], string>(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid",
    )
    .pluck()
    .all();
  const waiting: Record<string, number> = { reading: 0, plan: 0 };
  let dropped = 0;

  const columnsOf = (name: string): string[] =>
    memory
      .prepare<[], { readonly name: string }>(`PRAGMA table_info(${name})`)
      .all()
      .map((column) => column.name)
      .filter((column) => column !== "number" || !tableOf(name).withoutNumber);

  /** Those that the database itself orders come in that order. */
  const rowsOf = (db: Database, name: string, condition: string, sinceMs: number): IterableIterator<unknown[]> => {
    const order = tableOf(name).withoutNumber ? "ORDER BY number" : "";
    const sql = `SELECT ${columnsOf(name).join(", ")} FROM ${name} WHERE ${condition} ${order}`;
    return db
      .prepare<unknown[], unknown[]>(sql)
      .raw()
      .iterate(...named(sql, sinceMs));
  };

  const insertInto = (db: Database, name: string) => {
    const columns = columnsOf(name);
    const { conflict = "OR REPLACE" } = tableOf(name);
    const values = `(${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`;
    return db.prepare(
      name === "command"
        ? `INSERT INTO command ${values} ON CONFLICT (id) DO UPDATE SET is_live = excluded.is_live`
        : `INSERT ${conflict} INTO ${name} ${values}`,
    );
  };

  const clear = (table: string): void => {
    memory.prepare(`DELETE FROM ${table}`).run();
  };

  return {
    /** Forgets everything and takes over from the disk what control needs. */
    takeFrom: (disk: Database, nowMs: number): void => {
      memory.transaction(() => {
        for (const name of names) {
          clear(name);
          const { known } = tableOf(name);
          if (known === NONE) continue;
          const insert = insertInto(memory, name);
          for (const row of rowsOf(disk, name, known, nowMs - KNOWN_MS)) insert.run(...row);
        }
      })();
    },
    /** Whether what is written to this table on the disk is repeated here. */
    repeats: (table: string): boolean => tableOf(table).known !== NONE,
    /** A row of a table came that the disk could not take: bounded, the oldest go first. */
    onWaiting: (table: string): void => {
      const most = MOST_ROWS[table];
      if (most === undefined) return;
      waiting[table] = (waiting[table] ?? 0) + 1;
      if (waiting[table] <= most * 1.1) return;
      const surplus = waiting[table] - most;
      const key = table === "reading" ? "(signal_id, at_ms)" : "id";
      const columns = table === "reading" ? "signal_id, at_ms" : "id";
      memory
        .prepare<[number]>(
          `DELETE FROM ${table} WHERE ${key} IN (SELECT ${columns} FROM ${table} ORDER BY ${ORDER[table]} LIMIT ?)`,
        )
        .run(surplus);
      waiting[table] = most;
      dropped += surplus;
    },
    /** How many rows had to be given up since the disk failed. */
    dropped: (): number => dropped,
    /**
     * Brings all that is known here onto the disk. To be called within a transaction of the disk. Where this mirror has never seen the disk
     * (`isBlind`), nothing there is forgotten, but that a command is live: a device has one, and that is known here.
     */
    bringBack: (disk: Database, nowMs: number, isBlind: boolean): void => {
      const sinceMs = nowMs - KNOWN_MS;
      for (const name of names) {
        const { first } = tableOf(name);
        if (first && (!isBlind || name === "command")) disk.prepare(first).run(...named(first, sinceMs));
        const insert = insertInto(disk, name);
        const condition = name === "price" ? tableOf(name).known : ALL;
        for (const row of rowsOf(memory, name, condition, sinceMs)) insert.run(...row);
      }
    },
    /** The disk has everything again: only what control needs stays. */
    settle: (): void => {
      for (const name of names) if (tableOf(name).known === NONE) clear(name);
      for (const name of Object.keys(waiting)) waiting[name] = 0;
      dropped = 0;
    },
  };
}
