import { parse } from "csv-parse/sync";
import { InputError } from "./errors.ts";

/** One row of a time series file: `time_utc` marks the beginning of its interval; a blank cell is unknown. */
export interface SeriesRow {
  readonly startMs: number;
  readonly values: Readonly<Record<string, number | undefined>>;
}

/**
 * Reads a CSV with a column `time_utc` (ISO 8601, UTC) and numeric columns. Lines that begin with # are comments.
 * Throws InputError that names line and column.
 */
export function parseCsvSeries(text: string, where: string): SeriesRow[] {
  const rows: Record<string, string>[] = parse(text, {
    columns: true,
    comment: "#",
    skip_empty_lines: true,
    trim: true,
  });
  return rows.map((row, index) => {
    const complain = (field: string, message: string) =>
      new InputError(`${where}, data row ${index + 1}: ${field} ${message}`, [{ field, message }]);
    const startMs = Date.parse(row["time_utc"] ?? "");
    if (Number.isNaN(startMs)) throw complain("time_utc", "is not a time such as 2024-01-05T00:00:00Z");
    const values: Record<string, number | undefined> = {};
    for (const [column, cell] of Object.entries(row)) {
      if (column === "time_utc") continue;
      const value = cell === "" ? undefined : Number(cell);
      if (value !== undefined && !Number.isFinite(value)) throw complain(column, `"${cell}" is not a number`);
      values[column] = value;
    }
    return { startMs, values };
  });
}
