import { at } from "./horizon.ts";
import { type Definition, type LinearProgram, ProgramBuilder, type Term } from "./linear-program.ts";

export interface EliminatedProgram {
  readonly lp: LinearProgram;
  /** The values of all columns of the first programme. */
  recover(x: Float64Array): Float64Array;
}

/** A column as constant + Σ factor × remaining column. */
interface Expression {
  readonly constant: number;
  readonly factors: ReadonlyMap<number, number>;
}

/** Effects this small of one decision on a later state are rounding. */
const NEGLIGIBLE = 1e-11;

function plus(sum: { constant: number; factors: Map<number, number> }, factor: number, added: Expression): void {
  sum.constant += factor * added.constant;
  for (const [column, each] of added.factors) sum.factors.set(column, (sum.factors.get(column) ?? 0) + factor * each);
}

const significant = (factors: ReadonlyMap<number, number>): Term[] =>
  [...factors].filter(([, factor]) => Math.abs(factor) > NEGLIGIBLE);

/**
 * The same programme with fewer columns, for an engine with a dense tableau: columns that an equality defines are replaced by what
 * defines them, fixed columns by their value; their bounds become rows, their cost goes to the columns that remain.
 */
export function eliminateStates(lp: LinearProgram, definitions: readonly Definition[]): EliminatedProgram {
  const builder = new ProgramBuilder();
  const definedBy = new Map(definitions.map(({ row, column }) => [column, row]));
  const expressions = new Map<number, Expression>();
  for (let j = 0; j < lp.columnCount; j++) {
    const lower = at(lp.columnLower, j);
    const upper = at(lp.columnUpper, j);
    if (definedBy.has(j)) continue;
    if (lower === upper) expressions.set(j, { constant: lower, factors: new Map() });
    else {
      const kept = builder.column({ lower, upper, cost: at(lp.cost, j) });
      expressions.set(j, { constant: 0, factors: new Map([[kept, 1]]) });
    }
  }
  const termsOf = (row: number): Term[] => {
    const terms: Term[] = [];
    for (let i = at(lp.rowStarts, row); i < at(lp.rowStarts, row + 1); i++)
      terms.push([at(lp.columnIndices, i), at(lp.coefficients, i)]);
    return terms;
  };
  const combine = (terms: readonly Term[]): Expression => {
    const sum = { constant: 0, factors: new Map<number, number>() };
    for (const [column, factor] of terms) {
      const expression = expressions.get(column);
      if (!expression) throw new RangeError(`column ${column} is used before it is defined`);
      plus(sum, factor, expression);
    }
    return sum;
  };
  const addRow = (lower: number, upper: number, { constant, factors }: Expression): void => {
    const terms = significant(factors);
    if (terms.length > 0 && (lower > -Infinity || upper < Infinity))
      builder.row(lower - constant, upper - constant, terms);
  };

  for (const { row, column } of definitions) {
    const terms = termsOf(row);
    const own = terms.find(([each]) => each === column)?.[1] ?? 0;
    const others = combine(terms.filter(([each]) => each !== column));
    const expression = { constant: at(lp.rowLower, row) / own, factors: new Map<number, number>() };
    plus(expression, -1 / own, others);
    expressions.set(column, expression);
    for (const [kept, factor] of expression.factors) builder.addCost(kept, factor * at(lp.cost, column));
    builder.addConstant(expression.constant * at(lp.cost, column));
    addRow(at(lp.columnLower, column), at(lp.columnUpper, column), expression);
  }
  const defining = new Set(definitions.map(({ row }) => row));
  for (let row = 0; row < lp.rowCount; row++)
    if (!defining.has(row)) addRow(at(lp.rowLower, row), at(lp.rowUpper, row), combine(termsOf(row)));

  return {
    lp: builder.build().lp,
    recover: (x) => {
      const all = new Float64Array(lp.columnCount);
      for (const [column, { constant, factors }] of expressions) {
        let value = constant;
        for (const [kept, factor] of factors) value += factor * at(x, kept);
        all[column] = value;
      }
      return all;
    },
  };
}
