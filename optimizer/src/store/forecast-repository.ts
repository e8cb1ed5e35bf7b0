import type { Database } from "better-sqlite3";
import type { IssuedForecast, Vintage } from "../domain/forecast.ts";
import { packStretches, unpackStretches } from "./packed-stretches.ts";

interface Row {
  readonly source: string;
  readonly issuedAtMs: number;
  readonly packed: Buffer;
}

export type ForecastRepository = ReturnType<typeof forecastRepository>;

/** Forecasts as they were issued, by series and source. */
export function forecastRepository(db: Database) {
  const insert = db.prepare<[string, string, number, Buffer]>("INSERT OR REPLACE INTO forecast VALUES (?, ?, ?, ?)");
  const columns = "source, issued_at_ms AS issuedAtMs, packed";
  const newest = db.prepare<[string, string], Row>(
    `SELECT ${columns} FROM forecast WHERE series = ? AND source = ? ORDER BY issued_at_ms DESC LIMIT 1`,
  );
  const since = db.prepare<[string, number], Row>(
    `SELECT ${columns} FROM forecast WHERE series = ? AND issued_at_ms >= ? ORDER BY issued_at_ms, source`,
  );
  const prune = db.prepare<[number]>("DELETE FROM forecast WHERE issued_at_ms < ?");
  const unpacked = ({ source, issuedAtMs, packed }: Row): Vintage => ({
    source,
    issuedAtMs,
    stretches: unpackStretches(packed),
  });
  return {
    /** What was issued at the same moment before is replaced; what says the same as the newest is not kept twice. Answers whether it was kept. */
    save: (series: string, source: string, { issuedAtMs, stretches }: IssuedForecast): boolean => {
      const packed = packStretches(stretches);
      if (newest.get(series, source)?.packed.equals(packed)) return false;
      insert.run(series, source, issuedAtMs, packed);
      return true;
    },
    /** Oldest first, values rounded to a thousandth of their unit. */
    since: (series: string, fromMs: number): Vintage[] => since.all(series, fromMs).map(unpacked),
    /** Returns how many were removed. */
    prune: (beforeMs: number): number => prune.run(beforeMs).changes,
  };
}
