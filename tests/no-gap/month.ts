import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { MS_PER_HOUR } from "@ohmstead/contract";
import { readYear, type Year } from "../bench/regret/year.ts";

/** Currency per kWh for one unit of a price column, and what the meter makes of a price of that sort. */
const UNITS = [
  {
    column: /_per_mwh/,
    unit: 0.001,
    // A market price: tax and network on what is bought, a commission on what is sold.
    buy: { factor: 1.24, add: 0.07 },
    sell: { factor: 1, add: -0.005 },
  },
  { column: /^(?!export).*(pence|cent)_per_kwh/, unit: 0.01, buy: { factor: 1, add: 0 }, sell: { factor: 1, add: 0 } },
] as const;

const columnsOf = (path: string): string[] => readFileSync(path, "utf8").split("\n", 1)[0]?.trim().split(",") ?? [];
const csvFiles = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".csv"))
    .toSorted()
    .map((name) => join(folder, name));

export interface Recording {
  readonly path: string;
  readonly read: () => Year;
}

/** Every price file of a folder, with the first house in it that has load and sun. Throws where either is missing. */
export function recordingsIn(folder: string): Recording[] {
  const files = csvFiles(folder).map((path) => ({ path, columns: columnsOf(path) }));
  const house = files.find(({ columns }) => columns.some((each) => each.startsWith("load_")) && columns.some(isSun));
  const priced = files.flatMap(({ path, columns }) => {
    if (columns[0] !== "time_utc") return [];
    for (const { column: pattern, ...how } of UNITS) {
      const column = columns.find((each) => pattern.test(each));
      if (column !== undefined) return [{ path, column, ...how, exportColumn: columns.find(isExport) }];
    }
    return [];
  });
  if (!house) throw new Error(`${folder} holds no house: a CSV with time_utc, load_w or load_kwh, and pv_w or pv_kwh`);
  if (priced.length === 0)
    throw new Error(`${folder} holds no prices: a CSV with time_utc and a column such as price_eur_per_mwh`);
  const loadColumn = house.columns.find((each) => each.startsWith("load_")) ?? "";
  return priced.map(({ path, ...prices }) => ({
    path,
    read: () =>
      readYear({
        prices: path,
        ...prices,
        load: house.path,
        loadColumn,
        pvColumn: house.columns.find(isSun),
        // Hourly kWh are mean kW.
        loadUnit: loadColumn.endsWith("_w") ? 0.001 : 1,
        loadKw: 0,
        days: undefined,
      }),
  }));
}

const isSun = (column: string): boolean => /^pv_k?wh?$/.test(column);
const isExport = (column: string): boolean => column.startsWith("export_");

/** What was real, by time. */
export interface Truth {
  readonly hours: number;
  readonly at: (ms: number) => {
    readonly importPricePerKwh: number;
    readonly exportPricePerKwh: number;
    readonly loadKw: number;
    readonly pvKw: number;
  };
  /** From the beginning of the file to its end. */
  readonly fromMs: number;
  readonly untilMs: number;
  /** Slots that begin in [fromMs, untilMs), by index. */
  readonly between: (fromMs: number, untilMs: number) => readonly number[];
  readonly year: Year;
}

export function truthOf(year: Year): Truth {
  const fromMs = year.slots[0]?.startMs ?? 0;
  const hours = year.slots[0]?.hours ?? 1;
  const stepMs = hours * MS_PER_HOUR;
  const indexAt = (ms: number): number => Math.floor((ms - fromMs) / stepMs);
  return {
    hours,
    fromMs,
    untilMs: fromMs + year.slots.length * stepMs,
    year,
    at: (ms) => {
      const k = indexAt(ms);
      const [importPricePerKwh, exportPricePerKwh] = [year.importPricePerKwh[k], year.exportPricePerKwh[k]];
      const [loadKw, pvKw] = [year.loadKw[k], year.pvKw[k]];
      if (
        importPricePerKwh === undefined ||
        exportPricePerKwh === undefined ||
        loadKw === undefined ||
        pvKw === undefined
      )
        throw new RangeError(`nothing is recorded for ${new Date(ms).toISOString()}`);
      return { importPricePerKwh, exportPricePerKwh, loadKw, pvKw };
    },
    between: (from, until) => {
      const first = Math.max(0, Math.ceil((from - fromMs) / stepMs));
      const end = Math.min(year.slots.length, Math.ceil((until - fromMs) / stepMs));
      return Array.from({ length: Math.max(0, end - first) }, (_, k) => first + k);
    },
  };
}
