import { MS_PER_HOUR, type Slot } from "../../../optimizer/contract/src/slot.ts";
import type { PlanningInput } from "./case-file.ts";

export const COLUMNS = ["importPricePerKwh", "exportPricePerKwh", "loadKw", "pvKw", "outdoorTempC"] as const;
export type Column = (typeof COLUMNS)[number];

export interface SlotTable {
  readonly slots: readonly Slot[];
  /** Undefined where the input says null or NaN; the column is undefined where it is not there at all. */
  readonly columns: Readonly<Record<Column, readonly (number | undefined)[] | undefined>>;
}

/** Starts are exact and lengths rounded: a slot lasts until the next one starts. Throws where a column is unknown or a cell is no number. */
export function slotTable({ slots: { columns, rows } }: PlanningInput): SlotTable {
  const place = new Map(columns.map((name, index) => [name, index]));
  for (const name of columns)
    if (name !== "start" && name !== "hours" && !COLUMNS.includes(name as Column))
      throw new Error(`the slots have a column "${name}" that nobody here knows`);
  const cellsOf = (name: string) => {
    const index = place.get(name);
    return index === undefined ? undefined : rows.map((row) => row[index]);
  };
  const starts = (cellsOf("start") ?? []).map((cell) => Date.parse(String(cell)));
  const lengths = cellsOf("hours") ?? [];
  if (starts.length === 0 || starts.some(Number.isNaN)) throw new Error("the slots have no readable start");
  const slots = starts.map((startMs, k) => {
    const next = starts[k + 1];
    const hours = next === undefined ? roundedToSeconds(Number(lengths[k])) : (next - startMs) / MS_PER_HOUR;
    return { startMs, hours };
  });
  const numbers = (name: Column) =>
    cellsOf(name)?.map((cell, k) => {
      if (typeof cell === "number") return cell;
      if (cell === null || cell === "NaN") return undefined;
      throw new Error(`${name} of slot ${k} is ${JSON.stringify(cell)}: neither a number, nor null, nor NaN`);
    });
  return {
    slots,
    columns: {
      importPricePerKwh: numbers("importPricePerKwh"),
      exportPricePerKwh: numbers("exportPricePerKwh"),
      loadKw: numbers("loadKw"),
      pvKw: numbers("pvKw"),
      outdoorTempC: numbers("outdoorTempC"),
    },
  };
}

/** 0.083333333 h are five minutes. */
const roundedToSeconds = (hours: number): number => Math.round(hours * 3600) / 3600;

export const numberOrUnknown = (value: number | null | "NaN"): number | undefined =>
  typeof value === "number" ? value : undefined;
