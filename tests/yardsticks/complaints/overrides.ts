import type { Overrides } from "./case-file.ts";

type Cell = number | string | null;
interface Table {
  columns: string[];
  rows: Cell[][];
}

const cyclic = <T>(values: T | readonly T[], k: number): T =>
  Array.isArray(values) ? ((values as readonly T[])[k % values.length] as T) : (values as T);

/** A copy of the input with the overrides in force. */
export function withOverrides(input: unknown, overrides: Overrides | undefined): unknown {
  const copy = structuredClone(input);
  if (!overrides) return copy;
  for (const [path, value] of Object.entries(overrides.set ?? {})) setAt(copy, path.split("/"), value, path);
  const changesColumns = overrides.setColumn ?? overrides.multiplyColumn ?? overrides.setCells;
  if (!changesColumns) return copy;
  const { slots } = copy as { slots: Table };
  for (const [column, values] of Object.entries(overrides.setColumn ?? {}))
    changeColumn(slots, column, true, (_, k) => cyclic(values, k));
  for (const [column, factors] of Object.entries(overrides.multiplyColumn ?? {}))
    changeColumn(slots, column, false, (cell, k) => (typeof cell === "number" ? cell * cyclic(factors, k) : cell));
  for (const { column, from, until, value } of overrides.setCells ?? []) {
    const start = slots.columns.indexOf("start");
    let found = 0;
    changeColumn(slots, column, false, (cell, _, row) => {
      const ms = Date.parse(String(row[start]));
      if (ms < Date.parse(from) || ms >= Date.parse(until)) return cell;
      found += 1;
      return cyclic(value, found - 1);
    });
  }
  return copy;
}

function changeColumn(
  { columns, rows }: Table,
  column: string,
  mayBeNew: boolean,
  change: (cell: Cell, k: number, row: readonly Cell[]) => Cell,
): void {
  let index = columns.indexOf(column);
  if (index < 0 && !mayBeNew) throw new Error(`an override names the column "${column}", which is not there`);
  if (index < 0) index = columns.push(column) - 1;
  rows.forEach((row, k) => {
    row[index] = change(row[index] ?? null, k, row);
  });
}

function setAt(target: unknown, path: readonly string[], value: unknown, whole: string): void {
  const [head, ...rest] = path;
  if (head === undefined || typeof target !== "object" || target === null)
    throw new Error(`an override sets "${whole}", which is not there`);
  const holder = target as Record<string, unknown>;
  if (rest.length === 0) {
    holder[head] = value;
    return;
  }
  holder[head] ??= {};
  setAt(holder[head], rest, value, whole);
}
