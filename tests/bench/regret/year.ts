import { readFileSync } from "node:fs";
import { MS_PER_HOUR, type Slot, slotEndMs } from "@ohmstead/contract";
import { parseCsvSeries } from "../../../optimizer/src/domain/csv-series.ts";

/** price = value · factor + add */
export interface Tariff {
  readonly factor: number;
  readonly add: number;
}

export interface YearOptions {
  readonly prices: string;
  /** Default: the file's first. */
  readonly column: string | undefined;
  /** Default: none, what is fed in follows the import price's column. */
  readonly exportColumn: string | undefined;
  readonly unit: number;
  readonly buy: Tariff;
  readonly sell: Tariff;
  readonly load: string | undefined;
  readonly loadColumn: string;
  readonly pvColumn: string | undefined;
  readonly loadUnit: number;
  /** Where there is no file. */
  readonly loadKw: number;
  readonly days: number | undefined;
}

/** What really happened, slot by slot. */
export interface Year {
  readonly slots: readonly Slot[];
  readonly importPricePerKwh: readonly number[];
  readonly exportPricePerKwh: readonly number[];
  readonly loadKw: readonly number[];
  readonly pvKw: readonly number[];
}

const WEEK_MS = 7 * 24 * MS_PER_HOUR;

const read = (path: string) => parseCsvSeries(readFileSync(path, "utf8"), path);

/** Values of a column at any time of any year: moved by whole weeks, so that weekdays match; blanks as the last known. */
function seriesByWeeks(path: string, column: string, unit: number, blank: "held" | "zero"): (ms: number) => number {
  const rows = read(path);
  const startMs = rows[0]?.startMs ?? 0;
  const stepMs = (rows[1]?.startMs ?? MS_PER_HOUR) - startMs;
  let last = 0;
  const values = rows.map(({ values: row }) => (last = row[column] ?? (blank === "held" ? last : 0)) * unit);
  const weeks = Math.floor((values.length * stepMs) / WEEK_MS);
  if (weeks < 1) throw new Error(`${path} has less than a week of ${column}`);
  return (ms) => {
    const within = (((ms - startMs) % (weeks * WEEK_MS)) + weeks * WEEK_MS) % (weeks * WEEK_MS);
    return values[Math.floor(within / stepMs)] ?? 0;
  };
}

/** Mean over a slot of what is given for quarter-hours or longer. */
function meanOver(valueAt: (ms: number) => number, slot: Slot): number {
  const starts = Array.from({ length: Math.round(slot.hours * 4) }, (_, k) => slot.startMs + (k * MS_PER_HOUR) / 4);
  return starts.reduce((sum, ms) => sum + valueAt(ms), 0) / starts.length;
}

/** A year of prices with a house's load in it. A missing price is that of the slot before. */
export function readYear(options: YearOptions): Year {
  const rows = read(options.prices);
  const column = options.column ?? Object.keys(rows[0]?.values ?? {})[0] ?? "";
  const hours = ((rows[1]?.startMs ?? 0) - (rows[0]?.startMs ?? 0)) / MS_PER_HOUR;
  const first = rows[0]?.startMs ?? 0;
  const untilMs = options.days === undefined ? Infinity : first + options.days * 24 * MS_PER_HOUR;
  const slots = rows.map(({ startMs }) => ({ startMs, hours })).filter((slot) => slotEndMs(slot) <= untilMs);
  const pricesOf = (name: string, { factor, add }: Tariff) => {
    let last: number | undefined;
    return slots.map((_, k) => {
      last = rows[k]?.values[name] ?? last;
      if (last === undefined) throw new Error(`${options.prices} has no ${name} at its beginning`);
      return last * options.unit * factor + add;
    });
  };
  const { load, loadColumn, loadUnit, pvColumn, loadKw } = options;
  const loadAt = load === undefined ? () => loadKw : seriesByWeeks(load, loadColumn, loadUnit, "held");
  const pvAt = load === undefined || pvColumn === undefined ? () => 0 : seriesByWeeks(load, pvColumn, loadUnit, "zero");
  return {
    slots,
    importPricePerKwh: pricesOf(column, options.buy),
    exportPricePerKwh: pricesOf(options.exportColumn ?? column, options.sell),
    loadKw: slots.map((slot) => meanOver(loadAt, slot)),
    pvKw: slots.map((slot) => meanOver(pvAt, slot)),
  };
}
