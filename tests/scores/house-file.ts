import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { MS_PER_HOUR } from "@ohmstead/contract";
import { parseCsvSeries, type SeriesRow } from "../../optimizer/src/domain/csv-series.ts";
import type { Stretch } from "../../optimizer/src/domain/series.ts";

/** A recorded house: equally spaced rows, `time_utc` the beginning of each, units in the names of the columns, unknown is blank. */
export interface HouseFile {
  readonly name: string;
  readonly rows: readonly SeriesRow[];
  readonly stepMs: number;
  readonly columns: readonly string[];
}

/** Every CSV file of a folder that has such a column, by name. */
export function houseFiles(folder: string, hasColumn: (column: string) => boolean): HouseFile[] {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith(".csv"))
    .toSorted();
  return names.flatMap((name) => {
    const text = readFileSync(join(folder, name), "utf8");
    const columns = (text.slice(0, text.indexOf("\n")).trim().split(",") ?? []).slice(1);
    if (!columns.some(hasColumn)) return [];
    const rows = parseCsvSeries(text, name);
    const [first, second] = rows;
    return first && second ? [{ name, rows, columns, stepMs: second.startMs - first.startMs }] : [];
  });
}

/** kW from a column in W, or in kWh of each row. */
export const kwFactor = (column: string, stepMs: number): number =>
  column.includes("_kwh") ? MS_PER_HOUR / stepMs : 0.001;

/** A column as stretches, blank ones left out unless blank is said to be nothing. */
export function columnOf(
  { rows, stepMs }: HouseFile,
  column: string,
  { factor = 1, blankIsZero = false }: { readonly factor?: number; readonly blankIsZero?: boolean } = {},
): Stretch[] {
  return rows.flatMap(({ startMs, values }) => {
    const value = values[column] ?? (blankIsZero ? 0 : undefined);
    return value === undefined ? [] : [{ startMs, endMs: startMs + stepMs, value: value * factor }];
  });
}
