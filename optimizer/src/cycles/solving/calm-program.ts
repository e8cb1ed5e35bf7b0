import type { LinearProgram, Term } from "../../model/linear-program.ts";
import type { Basis } from "../../solver/protocol.ts";

/** A power that should be near to a given one. */
export interface Nearness {
  readonly terms: readonly Term[];
  readonly kw: number;
  /** Per kW of distance. */
  readonly weight: number;
}

export interface CalmWishes {
  readonly near: readonly Nearness[];
  /** What is left open then: as little of these columns as possible, by their weight. */
  readonly little: readonly (readonly [column: number, weight: number])[];
  /** Of the programme's own cost. */
  readonly costLimit: number;
}

export interface CalmProgram {
  readonly lp: LinearProgram;
  /** The given optimum as a basis of this programme: feasible, so that the primal simplex sets out from it. */
  readonly basis: Basis;
}

/** HiGHS's words for where a column or row of a basis stands. */
const AT_LOWER = 0;
const BASIC = 1;

/** The values with more behind them. */
const behind = <T extends Float64Array | Int32Array>(values: T, more: readonly number[]): T => {
  const all = new (values.constructor as new (length: number) => T)(values.length + more.length);
  all.set(values);
  all.set(more, values.length);
  return all;
};

/**
 * Among all answers that cost no more than the limit the one nearest to what is wished for:
 * minimise Σ weight·(above + below) + Σ weight·column  subject to the programme's rows,  power − above + below = wished power,  cost·x ≤ limit.
 * Its first columns are those of the programme.
 */
export function calmProgram(
  lp: LinearProgram,
  optimum: { readonly x: Float64Array; readonly basis: Basis },
  { near, little, costLimit }: CalmWishes,
): CalmProgram {
  const priced = Array.from(lp.cost.keys()).filter((j) => lp.cost[j] !== 0);
  const rows: readonly (readonly Term[])[] = [
    ...near.map(({ terms }, i): Term[] => [...terms, [lp.columnCount + 2 * i, -1], [lp.columnCount + 2 * i + 1, 1]]),
    priced.map((j): Term => [j, lp.cost[j] ?? 0]),
  ];
  const isAbove = near.map(
    ({ terms, kw }) => terms.reduce((sum, [column, factor]) => sum + factor * (optimum.x[column] ?? 0), 0) > kw,
  );
  const columnCount = lp.columnCount + 2 * near.length;
  const cost = new Float64Array(columnCount);
  for (const [column, weight] of little) cost[column] = (cost[column] ?? 0) + weight;
  near.forEach(({ weight }, i) => cost.fill(weight, lp.columnCount + 2 * i, lp.columnCount + 2 * i + 2));
  const wishedKw = near.map(({ kw }) => kw);
  let entry = lp.columnIndices.length;
  return {
    lp: {
      columnCount,
      rowCount: lp.rowCount + rows.length,
      cost,
      columnLower: behind(
        lp.columnLower,
        Array.from({ length: 2 * near.length }, () => 0),
      ),
      columnUpper: behind(
        lp.columnUpper,
        Array.from({ length: 2 * near.length }, () => Infinity),
      ),
      rowLower: behind(lp.rowLower, [...wishedKw, -Infinity]),
      rowUpper: behind(lp.rowUpper, [...wishedKw, costLimit]),
      rowStarts: behind(
        lp.rowStarts,
        rows.map((row) => (entry += row.length)),
      ),
      columnIndices: behind(
        lp.columnIndices,
        rows.flatMap((row) => row.map(([column]) => column)),
      ),
      coefficients: behind(
        lp.coefficients,
        rows.flatMap((row) => row.map(([, coefficient]) => coefficient)),
      ),
    },
    basis: {
      columnStatus: behind(
        optimum.basis.columnStatus,
        isAbove.flatMap((is) => (is ? [BASIC, AT_LOWER] : [AT_LOWER, BASIC])),
      ),
      rowStatus: behind(optimum.basis.rowStatus, [...near.map(() => AT_LOWER), BASIC]),
    },
  };
}
