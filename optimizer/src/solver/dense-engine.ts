import solverPackage, { type SolverAPI } from "javascript-lp-solver";
import type { Job, RawAnswer } from "./protocol.ts";

/** The package's types describe its CommonJS face; as an ES module its default export is the solver itself. */
const solver = solverPackage as unknown as SolverAPI;

const values = <T>(array: ArrayLike<T>, index: number): T => array[index] as T;

/**
 * javascript-lp-solver: a dense tableau whose variables are all at least 0. So columns are shifted to their (finite) lower bound, upper
 * bounds and equalities become rows. Its presolve calls feasible programmes infeasible and stays off; it cannot be stopped but by
 * ending its thread; what it calls feasible must be checked.
 */
export function solveDense({ lp }: Job): RawAnswer {
  const model = new solver.Model();
  model.minimize();
  model.usePresolve = false;
  let shiftedCost = 0;
  const columns = Array.from(lp.cost, (cost, j) => {
    const lower = values(lp.columnLower, j);
    if (!Number.isFinite(lower)) throw new RangeError(`column ${j} has no lower bound to shift to`);
    shiftedCost += cost * lower;
    return model.addVariable(cost, `x${j}`, false, false);
  });
  Array.from(lp.columnUpper, (upper, j) => {
    const column = columns[j];
    if (column && upper < Infinity) model.smallerThan(upper - values(lp.columnLower, j)).addTerm(1, column);
  });
  for (let i = 0; i < lp.rowCount; i++) {
    const begin = values(lp.rowStarts, i);
    const end = values(lp.rowStarts, i + 1);
    let shift = 0;
    for (let n = begin; n < end; n++)
      shift += values(lp.coefficients, n) * values(lp.columnLower, values(lp.columnIndices, n));
    const lower = values(lp.rowLower, i) - shift;
    const upper = values(lp.rowUpper, i) - shift;
    const rows = [
      ...(lower > -Infinity ? [model.greaterThan(lower)] : []),
      ...(upper < Infinity ? [model.smallerThan(upper)] : []),
    ];
    for (const row of rows)
      for (let n = begin; n < end; n++) {
        const column = columns[values(lp.columnIndices, n)];
        if (column) row.addTerm(values(lp.coefficients, n), column);
      }
  }
  const { feasible, bounded, evaluation } = model.solve();
  if (!bounded) return { status: "unbounded", detail: "unbounded" };
  if (!feasible) return { status: "infeasible", detail: "infeasible, or a cycle" };
  return {
    status: "optimal",
    detail: "feasible",
    x: Float64Array.from(columns, (column, j) => values(lp.columnLower, j) + column.value),
    objective: evaluation + shiftedCost,
  };
}
