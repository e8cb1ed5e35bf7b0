import type { LinearProgram, Term } from "../../optimizer/src/model/linear-program.ts";

export interface ExtraColumn {
  readonly lower?: number;
  readonly upper?: number;
  readonly cost?: number;
  readonly integer?: boolean;
}

/** Adds columns and rows behind those of a programme: what a foreign format asks for beyond our problem. */
export class MoreRows {
  readonly #lp: LinearProgram;
  readonly #columns: ExtraColumn[] = [];
  readonly #rows: { readonly lower: number; readonly upper: number; readonly terms: readonly Term[] }[] = [];

  constructor(lp: LinearProgram) {
    this.#lp = lp;
  }

  column(column: ExtraColumn): number {
    this.#columns.push(column);
    return this.#lp.columnCount + this.#columns.length - 1;
  }

  row(lower: number, upper: number, terms: readonly Term[]): void {
    this.#rows.push({ lower, upper, terms });
  }

  /** `costs`: instead of the programme's own; extra columns keep theirs. */
  build(costs: Float64Array = this.#lp.cost): LinearProgram {
    const lp = this.#lp;
    const extra = (value: (column: ExtraColumn) => number): number[] => this.#columns.map(value);
    const terms = this.#rows.flatMap((row) => row.terms);
    let end = lp.columnIndices.length;
    const rowEnds = this.#rows.map((row) => (end += row.terms.length));
    const isInteger = lp.integrality ?? new Uint8Array(lp.columnCount);
    return {
      columnCount: lp.columnCount + this.#columns.length,
      rowCount: lp.rowCount + this.#rows.length,
      cost: Float64Array.from([...costs, ...extra(({ cost = 0 }) => cost)]),
      columnLower: Float64Array.from([...lp.columnLower, ...extra(({ lower = 0 }) => lower)]),
      columnUpper: Float64Array.from([...lp.columnUpper, ...extra(({ upper = Infinity }) => upper)]),
      rowLower: Float64Array.from([...lp.rowLower, ...this.#rows.map((row) => row.lower)]),
      rowUpper: Float64Array.from([...lp.rowUpper, ...this.#rows.map((row) => row.upper)]),
      rowStarts: Int32Array.from([...lp.rowStarts, ...rowEnds]),
      columnIndices: Int32Array.from([...lp.columnIndices, ...terms.map(([column]) => column)]),
      coefficients: Float64Array.from([...lp.coefficients, ...terms.map(([, coefficient]) => coefficient)]),
      integrality: Uint8Array.from([...isInteger, ...extra(({ integer = false }) => (integer ? 1 : 0))]),
    };
  }
}
