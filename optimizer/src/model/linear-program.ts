/**
 * minimise cost·x  subject to  rowLower ≤ A x ≤ rowUpper,  columnLower ≤ x ≤ columnUpper.
 * A in compressed sparse rows: row i has its entries at rowStarts[i] .. rowStarts[i + 1]. Nothing but numbers, so that it can be posted to a thread.
 */
export interface LinearProgram {
  readonly columnCount: number;
  readonly rowCount: number;
  readonly cost: Float64Array;
  readonly columnLower: Float64Array;
  readonly columnUpper: Float64Array;
  readonly rowLower: Float64Array;
  readonly rowUpper: Float64Array;
  readonly rowStarts: Int32Array;
  readonly columnIndices: Int32Array;
  readonly coefficients: Float64Array;
  /** 1 where a column must be a whole number; absent: none must. */
  readonly integrality?: Uint8Array;
}

/** An equality row that says what a column is, given columns that are not defined after it. */
export interface Definition {
  readonly row: number;
  readonly column: number;
}

export type Term = readonly [column: number, coefficient: number];

export interface ColumnSpec {
  readonly lower?: number;
  readonly upper?: number;
  /** Money per unit of the column, hundredths of the currency. */
  readonly cost?: number;
  /** What settles ties and is no money, same unit as cost. */
  readonly tieBreak?: number;
  /** A whole number in the exact programme; the others take it for any number within its bounds. */
  readonly integer?: boolean;
}

/** A programme that grows by columns and rows; the only thing in this folder that changes while it is used. */
export class ProgramBuilder {
  readonly #money: number[] = [];
  readonly #tieBreak: number[] = [];
  readonly #columnLower: number[] = [];
  readonly #columnUpper: number[] = [];
  readonly #integers = new Set<number>();
  readonly #rowLower: number[] = [];
  readonly #rowUpper: number[] = [];
  readonly #rowStarts: number[] = [0];
  readonly #columnIndices: number[] = [];
  readonly #coefficients: number[] = [];
  readonly #definitions: Definition[] = [];
  #constant = 0;

  /** A new column, at least 0 unless said otherwise; returns its index. */
  column({ lower = 0, upper = Infinity, cost = 0, tieBreak = 0, integer = false }: ColumnSpec): number {
    if (integer) this.#integers.add(this.#money.length);
    this.#money.push(cost);
    this.#tieBreak.push(tieBreak);
    this.#columnLower.push(lower);
    this.#columnUpper.push(upper);
    return this.#money.length - 1;
  }

  /** lower ≤ Σ terms ≤ upper; returns the row's index. A column may stand in several terms: they add up. */
  row(lower: number, upper: number, terms: readonly Term[]): number {
    const begin = this.#rowStarts.at(-1) ?? 0;
    for (const [column, coefficient] of terms) {
      const known = this.#columnIndices.indexOf(column, begin);
      if (known < 0) {
        this.#columnIndices.push(column);
        this.#coefficients.push(coefficient);
      } else this.#coefficients[known] = (this.#coefficients[known] ?? 0) + coefficient;
    }
    this.#rowStarts.push(this.#columnIndices.length);
    this.#rowLower.push(lower);
    this.#rowUpper.push(upper);
    return this.#rowLower.length - 1;
  }

  /** An equality that may be used to remove a column: its other columns are free or were defined before. */
  define(column: number, value: number, terms: readonly Term[]): number {
    const row = this.row(value, value, terms);
    this.#definitions.push({ row, column });
    return row;
  }

  /** Money that no decision changes, or more money per unit of a column; hundredths of the currency. */
  addConstant(hundredths: number): void {
    this.#constant += hundredths;
  }
  addCost(column: number, hundredthsPerUnit: number): void {
    this.#money[column] = (this.#money[column] ?? 0) + hundredthsPerUnit;
  }

  /** Whole numbers are asked for only in the exact programme, and only where a column must be one. */
  build({ exact = false }: { readonly exact?: boolean } = {}): BuiltProgram {
    const money = Float64Array.from(this.#money);
    const isInteger = exact && this.#integers.size > 0;
    return {
      lp: {
        columnCount: money.length,
        rowCount: this.#rowLower.length,
        cost: money.map((cost, j) => cost + (this.#tieBreak[j] ?? 0)),
        columnLower: Float64Array.from(this.#columnLower),
        columnUpper: Float64Array.from(this.#columnUpper),
        rowLower: Float64Array.from(this.#rowLower),
        rowUpper: Float64Array.from(this.#rowUpper),
        rowStarts: Int32Array.from(this.#rowStarts),
        columnIndices: Int32Array.from(this.#columnIndices),
        coefficients: Float64Array.from(this.#coefficients),
        ...(isInteger ? { integrality: Uint8Array.from(money, (_, j) => (this.#integers.has(j) ? 1 : 0)) } : {}),
      },
      money,
      moneyConstant: this.#constant,
      definitions: this.#definitions,
    };
  }
}

export interface BuiltProgram {
  readonly lp: LinearProgram;
  /** The cost without what settles ties, hundredths of the currency. */
  readonly money: Float64Array;
  readonly moneyConstant: number;
  /** In an order in which each is given by those before it. */
  readonly definitions: readonly Definition[];
}
