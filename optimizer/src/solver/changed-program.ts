import type { LinearProgram } from "../model/linear-program.ts";
import type { ColumnBounds } from "../model/switches.ts";
import type { ColumnChanges } from "./protocol.ts";

export type ColumnCost = readonly [column: number, cost: number];

/** What is asked of an open programme otherwise than when it was opened. Columns that are not named are as they were then. */
export interface ProgramChanges {
  readonly bounds?: readonly ColumnBounds[] | undefined;
  readonly costs?: readonly ColumnCost[] | undefined;
}

/** The programme with other bounds and costs of some columns; of several for one column the last counts. */
export function changedProgram(lp: LinearProgram, { bounds = [], costs = [] }: ProgramChanges): LinearProgram {
  const inside = (column: number): number => {
    if (!(column >= 0 && column < lp.columnCount))
      throw new RangeError(`there is no column ${column} among ${lp.columnCount}`);
    return column;
  };
  const columnLower = lp.columnLower.slice();
  const columnUpper = lp.columnUpper.slice();
  const cost = lp.cost.slice();
  for (const [column, lower, upper] of bounds) {
    columnLower[inside(column)] = lower;
    columnUpper[column] = upper;
  }
  for (const [column, value] of costs) cost[inside(column)] = value;
  return { ...lp, columnLower, columnUpper, cost };
}

const pick = (columns: Int32Array, values: Float64Array) => Float64Array.from(columns, (column) => values[column] ?? 0);

/** What leads from one programme to another that differs in bounds and costs only. */
export function changesBetween(from: LinearProgram, to: LinearProgram): ColumnChanges {
  const differing = (isOther: (column: number) => boolean): Int32Array => {
    const columns: number[] = [];
    for (let j = 0; j < to.columnCount; j++) if (isOther(j)) columns.push(j);
    return Int32Array.from(columns);
  };
  const bounds = differing(
    (j) => from.columnLower[j] !== to.columnLower[j] || from.columnUpper[j] !== to.columnUpper[j],
  );
  const costs = differing((j) => from.cost[j] !== to.cost[j]);
  return {
    bounds: { columns: bounds, lower: pick(bounds, to.columnLower), upper: pick(bounds, to.columnUpper) },
    costs: { columns: costs, values: pick(costs, to.cost) },
  };
}
