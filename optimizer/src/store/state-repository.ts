import type { FallbackReport } from "@ohmstead/contract";
import type { Database } from "better-sqlite3";

export type StateRepository = ReturnType<typeof stateRepository>;

/** Small facts that must outlive a restart, as JSON under a key. */
export function stateRepository(db: Database) {
  const upsert = db.prepare<[string, string, number]>("INSERT OR REPLACE INTO state VALUES (?, ?, ?)");
  const one = db.prepare<[string], { readonly value: string }>("SELECT value FROM state WHERE key = ?");
  const remove = db.prepare<[string]>("DELETE FROM state WHERE key = ?");
  return {
    /** The reader parses: what is there may have been written by an older program. */
    get: (key: string): unknown => {
      const row = one.get(key);
      return row && JSON.parse(row.value);
    },
    set: (key: string, value: unknown, nowMs: number): void => {
      upsert.run(key, JSON.stringify(value), nowMs);
    },
    remove: (key: string): void => {
      remove.run(key);
    },
  };
}

export type FallbackReportRepository = ReturnType<typeof fallbackReportRepository>;

/** What Node-RED did while no service answered. */
export function fallbackReportRepository(db: Database) {
  const upsert = db.prepare<[number, number, string, string]>(
    "INSERT OR REPLACE INTO fallback_report VALUES (?, ?, ?, ?)",
  );
  const newest = db.prepare<[number], { readonly body: string }>(
    "SELECT body FROM fallback_report ORDER BY from_ms DESC LIMIT ?",
  );
  return {
    /** The same time and rung once more replaces what was said before. */
    save: (report: FallbackReport): void => {
      upsert.run(report.fromMs, report.untilMs, report.rung, JSON.stringify(report));
    },
    /** Newest first. */
    newest: (limit: number): FallbackReport[] => newest.all(limit).map((row) => JSON.parse(row.body) as FallbackReport),
  };
}
