import type { HouseholdProblem } from "@ohmstead/contract";
import type { HouseholdModel } from "../../model/build-model.ts";
import type { LinearProgram } from "../../model/linear-program.ts";
import type { Pattern } from "../../model/switches.ts";
import type { EngineAnswer } from "../../solver/solver.ts";
import type { Move } from "./moves.ts";

/**
 * What one optimum proves about all other settings of the switches. Without the price of starts, which a setting tells by itself, the least
 * cost is a convex function of the switches, and the reduced costs d of their columns are its slope here: cost(z) ≥ cost + d·(z − z here). So no
 * setting can be better than the highest cut says it is: most neighbours need not be solved to be refused.
 */
export interface Cut {
  /** With everything off, without the price of starts. */
  readonly base: number;
  /** By switch id, per slot or option. */
  readonly slopes: ReadonlyMap<string, Float64Array>;
}

/** What makes cuts for the programmes of one house, which differ in bounds and costs only. */
export interface CutMaker {
  /** The cut of an optimum; undefined from an engine without duals. */
  cutOf(solved: { readonly lp: LinearProgram; readonly answer: EngineAnswer }): Cut | undefined;
  /** The price of the starts in a setting of one switch, hundredths of the currency. */
  startCost(id: string, set: readonly boolean[] | number): number;
}

const HUNDREDTHS = 100;

export function cutMaker(problem: HouseholdProblem, model: HouseholdModel): CutMaker {
  const { switches } = model;
  const { isLogicalRow, logicalColumns } = logicalPart(model);
  const startPrices = new Map(problem.heatPumps.map(({ id, startPrice }) => [`${id}.run`, startPrice]));
  return {
    cutOf({ lp, answer }) {
      if (!answer.rowDuals) return undefined;
      const reduced = reducedCosts(lp, answer.rowDuals, isLogicalRow);
      let base = answer.objective;
      for (const column of logicalColumns) base -= (lp.cost[column] ?? 0) * (answer.x[column] ?? 0);
      const slopes = new Map(
        switches.map(({ id, columns }) => [
          id,
          Float64Array.from(columns, (column) => {
            if (column === undefined) return 0;
            const slope = reduced[column] ?? 0;
            base -= slope * (answer.x[column] ?? 0);
            return slope;
          }),
        ]),
      );
      return { base, slopes };
    },
    startCost(id, set) {
      const price = startPrices.get(id) ?? 0;
      const series = switches.find((each) => each.id === id);
      if (price === 0 || typeof set === "number" || series?.kind !== "series") return 0;
      let wasOn = series.before.isOn;
      let starts = 0;
      for (const isOn of set) {
        if (isOn && !wasOn) starts += 1;
        wasOn = isOn;
      }
      return HUNDREDTHS * price * starts;
    },
  };
}

/**
 * Rows and columns that hang on the switches alone (starts, stops, runs): not reached from any power or state without passing through a
 * switch. For whole switches they say nothing that the setting does not say.
 */
function logicalPart({ lp, switches, powerColumns, definitions }: HouseholdModel) {
  const isSwitch = new Uint8Array(lp.columnCount);
  for (const { columns } of switches) for (const column of columns) if (column !== undefined) isSwitch[column] = 1;
  const rowsOf: number[][] = Array.from({ length: lp.columnCount }, () => []);
  for (let i = 0; i < lp.rowCount; i++)
    for (let n = lp.rowStarts[i] ?? 0; n < (lp.rowStarts[i + 1] ?? 0); n++) rowsOf[lp.columnIndices[n] ?? 0]?.push(i);
  const isReachedRow = new Uint8Array(lp.rowCount);
  const isReachedColumn = new Uint8Array(lp.columnCount);
  const waiting = [
    ...powerColumns.flatMap(({ terms }) => terms.map(([column]) => column)),
    ...definitions.map(({ column }) => column),
  ];
  for (let column = waiting.pop(); column !== undefined; column = waiting.pop()) {
    if (isReachedColumn[column] || isSwitch[column]) continue;
    isReachedColumn[column] = 1;
    for (const i of rowsOf[column] ?? []) {
      if (isReachedRow[i]) continue;
      isReachedRow[i] = 1;
      for (let n = lp.rowStarts[i] ?? 0; n < (lp.rowStarts[i + 1] ?? 0); n++) waiting.push(lp.columnIndices[n] ?? 0);
    }
  }
  const columns = Array.from({ length: lp.columnCount }, (_, j) => j);
  return {
    isLogicalRow: (i: number): boolean => isReachedRow[i] === 0,
    logicalColumns: columns.filter((j) => !isSwitch[j] && !isReachedColumn[j]),
  };
}

/** Cost less what every row that is not left out charges for the column: what one more unit of the column alone would cost. */
function reducedCosts(lp: LinearProgram, rowDuals: Float64Array, isLeftOut: (row: number) => boolean): Float64Array {
  const reduced = lp.cost.slice();
  for (let i = 0; i < lp.rowCount; i++) {
    const dual = rowDuals[i] ?? 0;
    if (dual === 0 || isLeftOut(i)) continue;
    for (let n = lp.rowStarts[i] ?? 0; n < (lp.rowStarts[i + 1] ?? 0); n++) {
      const column = lp.columnIndices[n] ?? 0;
      reduced[column] = (reduced[column] ?? 0) - dual * (lp.coefficients[n] ?? 0);
    }
  }
  return reduced;
}

/** What the cut says of a setting, without the price of starts. */
export function boundAt({ base, slopes }: Cut, setting: Pattern): number {
  let bound = base;
  for (const [id, mine] of slopes) {
    const set = setting.get(id);
    if (typeof set === "number") bound += mine[set] ?? 0;
    else set?.forEach((isOn, k) => (bound += isOn ? (mine[k] ?? 0) : 0));
  }
  return bound;
}

/** By how much a move changes that. */
export function changeBy({ slopes }: Cut, { id, on, off }: Move): number {
  const mine = slopes.get(id);
  if (!mine) return 0;
  let change = 0;
  for (const k of on) change += mine[k] ?? 0;
  for (const k of off) change -= mine[k] ?? 0;
  return change;
}
