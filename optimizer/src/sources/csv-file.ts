import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { InputError, SourceError } from "../domain/errors.ts";
import { parseCsvSeries, type SeriesRow } from "../domain/csv-series.ts";
import type { Stretch } from "../domain/series.ts";
import type { SourceDeps } from "./source.ts";

export interface CsvFile {
  /** The rows by time; rejects with SourceError that names file, row and column. Read again only when the file has changed. */
  rows(signal: AbortSignal): Promise<readonly SeriesRow[]>;
}

const HOUR_MS = 3_600_000;

export function openCsv(file: string, kind: string, deps: SourceDeps): CsvFile {
  const path = resolve(deps.baseFolder ?? ".", file);
  let known: { readonly version: string; readonly rows: readonly SeriesRow[] } | undefined;
  return {
    rows: async (signal) => {
      signal.throwIfAborted();
      try {
        const { mtimeMs, size } = await stat(path);
        const version = `${mtimeMs} ${size}`;
        if (known?.version !== version) {
          const text = await readFile(path, { encoding: "utf8", signal });
          known = { version, rows: inOrder(parseCsvSeries(text, path), kind, path) };
        }
        return known.rows;
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof SourceError) throw error;
        if (error instanceof InputError) throw new SourceError(kind, error.message, { cause: error });
        const code = (error as NodeJS.ErrnoException).code;
        throw new SourceError(
          kind,
          code === "ENOENT" ? `${path} is not there` : `${path} cannot be read (${String(error)})`,
          { cause: error },
        );
      }
    },
  };
}

function inOrder(rows: readonly SeriesRow[], kind: string, path: string): readonly SeriesRow[] {
  rows.forEach((row, k) => {
    const before = rows[k - 1];
    if (before && before.startMs >= row.startMs)
      throw new SourceError(
        kind,
        `${path}, data row ${k + 1}: time_utc ${new Date(row.startMs).toISOString()} is not after the row before it`,
      );
  });
  return rows;
}

/** What a value can be after its factor, and what is likely wrong when it is not. */
export interface Plausible {
  readonly min: number;
  readonly max: number;
  readonly hint: string;
}

/**
 * One column as stretches, each until the next row but never longer than the file's usual step. A blank cell is unknown and gives
 * none, unless the file's maker says that blank means zero. Throws SourceError for a column that is not there and a value that cannot be.
 */
export function stretchesOf(
  rows: readonly SeriesRow[],
  column: { readonly column: string; readonly factor: number; readonly blankIsZero?: boolean },
  kind: string,
  plausible: Plausible,
): Stretch[] {
  const [first] = rows;
  if (first && !Object.hasOwn(first.values, column.column))
    throw new SourceError(
      kind,
      `there is no column "${column.column}"; there are: ${Object.keys(first.values).join(", ")}`,
    );
  const stepMs = usualStepMs(rows);
  return rows.flatMap((row, k) => {
    const value = row.values[column.column] ?? (column.blankIsZero ? 0 : undefined);
    if (value === undefined) return [];
    const converted = value * column.factor;
    if (converted < plausible.min || converted > plausible.max)
      throw new SourceError(
        kind,
        `${column.column} is ${value} at ${new Date(row.startMs).toISOString()}, with factor ${column.factor} ${converted}: ${plausible.hint}`,
      );
    const endMs = Math.min(rows[k + 1]?.startMs ?? Number.POSITIVE_INFINITY, row.startMs + stepMs);
    return [{ startMs: row.startMs, endMs, value: converted }];
  });
}

/** The most common distance between rows; an hour for a file of a single row. */
function usualStepMs(rows: readonly SeriesRow[]): number {
  const counts = new Map<number, number>();
  rows.forEach((row, k) => {
    const before = rows[k - 1];
    if (before) counts.set(row.startMs - before.startMs, (counts.get(row.startMs - before.startMs) ?? 0) + 1);
  });
  return [...counts].reduce((best, each) => (each[1] > best[1] ? each : best), [HOUR_MS, 0] as const)[0];
}
