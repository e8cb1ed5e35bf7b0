import type { LinearProgram, Term } from "../../optimizer/src/model/linear-program.ts";

export interface MpsProgram {
  readonly lp: LinearProgram;
  /** Added to the cost of every answer. */
  readonly constant: number;
}

interface Row {
  readonly kind: string;
  readonly terms: Term[];
  value: number;
  range: number | undefined;
}

interface Column {
  cost: number;
  lower: number;
  upper: number | undefined;
  readonly isInteger: boolean;
}

/** Sections in which a name of the set may stand before the pairs. */
const pairsOf = (words: readonly string[], hasSet: boolean): [name: string, value: number][] => {
  const from = hasSet && words.length % 2 === 1 ? 1 : 0;
  const pairs: [string, number][] = [];
  for (let i = from; i + 1 < words.length; i += 2) pairs.push([words[i] ?? "", Number(words[i + 1])]);
  return pairs;
};

/** Reads a programme in free MPS: names without spaces, minimise. Throws where it says something this reader does not know. */
export function readMps(text: string): MpsProgram {
  const rows = new Map<string, Row>();
  const columns = new Map<string, Column & { readonly index: number }>();
  let objectiveName: string | undefined;
  let constant = 0;
  let section = "";
  let isInteger = false;
  let sign = 1;

  const rowOf = (name: string): Row => {
    const row = rows.get(name);
    if (!row) throw new Error(`MPS: there is no row ${name}`);
    return row;
  };
  const columnOf = (name: string) => {
    const known = columns.get(name);
    if (known) return known;
    const column = { cost: 0, lower: 0, upper: undefined, isInteger, index: columns.size };
    columns.set(name, column);
    return column;
  };

  const read: Record<string, (words: readonly string[]) => void> = {
    OBJSENSE: ([word = ""]) => {
      sign = /^max/i.test(word) ? -1 : 1;
    },
    ROWS: ([kind = "", name = ""]) => {
      if (!/^[NELG]$/.test(kind)) throw new Error(`MPS: unknown kind of row ${kind}`);
      if (kind === "N" && objectiveName === undefined) objectiveName = name;
      rows.set(name, { kind, terms: [], value: 0, range: undefined });
    },
    COLUMNS: ([name = "", ...words]) => {
      if (words[0] === "'MARKER'") {
        isInteger = words[1] === "'INTORG'";
        return;
      }
      const column = columnOf(name);
      for (const [row, value] of pairsOf(words, false))
        if (row === objectiveName) column.cost += value;
        else rowOf(row).terms.push([column.index, value]);
    },
    RHS: (words) => {
      for (const [row, value] of pairsOf(words, true))
        if (row === objectiveName) constant = -value;
        else rowOf(row).value = value;
    },
    RANGES: (words) => {
      for (const [row, value] of pairsOf(words, true)) rowOf(row).range = value;
    },
    BOUNDS: (words) => {
      const [kind = "", ...rest] = words;
      const takesValue = !["FR", "MI", "PL", "BV"].includes(kind);
      const [name = "", given = ""] = rest.length > (takesValue ? 2 : 1) ? rest.slice(1) : rest;
      const found = columns.get(name);
      if (!found) throw new Error(`MPS: there is no column ${name}`);
      setBound(found, kind, Number(given));
    },
  };

  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith("*") || line.trim() === "") continue;
    const words = line.trim().split(/\s+/);
    if (!/^\s/.test(line)) {
      section = words[0] ?? "";
      // The sense may stand behind its heading, or on a line of its own.
      if (section === "OBJSENSE" && words[1]) read["OBJSENSE"]?.(words.slice(1));
      if (section === "ENDATA") break;
      continue;
    }
    const reader = read[section];
    if (!reader) throw new Error(`MPS: unknown section ${section}`);
    reader(words);
  }
  return { lp: programOf([...columns.values()], [...rows.values()], sign), constant: sign * constant };
}

function setBound(column: Column, kind: string, value: number): void {
  switch (kind) {
    case "UP":
    case "UI":
      // By old custom a negative upper bound frees a column whose lower bound was never given.
      if (value < 0 && column.lower === 0) column.lower = -Infinity;
      column.upper = value;
      return;
    case "LO":
    case "LI":
      column.lower = value;
      return;
    case "FX":
      column.lower = value;
      column.upper = value;
      return;
    case "FR":
      column.lower = -Infinity;
      column.upper = Infinity;
      return;
    case "MI":
      column.lower = -Infinity;
      return;
    case "PL":
      column.upper = Infinity;
      return;
    case "BV":
      column.lower = 0;
      column.upper = 1;
      return;
    default:
      throw new Error(`MPS: unknown kind of bound ${kind}`);
  }
}

function sidesOf({ kind, value, range }: Row): readonly [lower: number, upper: number] {
  if (kind === "E") {
    if (range === undefined) return [value, value];
    return range < 0 ? [value + range, value] : [value, value + range];
  }
  const width = range === undefined ? Infinity : Math.abs(range);
  return kind === "L" ? [value - width, value] : [value, value + width];
}

function programOf(columns: readonly Column[], rows: readonly Row[], sign: number): LinearProgram {
  // Objectives beside the first are free rows: they limit nothing.
  const limits = rows.filter((row) => row.kind !== "N");
  const sides = limits.map(sidesOf);
  const terms = limits.flatMap((row) => row.terms);
  let end = 0;
  return {
    columnCount: columns.length,
    rowCount: limits.length,
    cost: Float64Array.from(columns, (each) => sign * each.cost),
    columnLower: Float64Array.from(columns, (each) => each.lower),
    // By custom a whole number without an upper bound is 0 or 1.
    columnUpper: Float64Array.from(columns, (each) => each.upper ?? (each.isInteger ? 1 : Infinity)),
    rowLower: Float64Array.from(sides, ([lower]) => lower),
    rowUpper: Float64Array.from(sides, ([, upper]) => upper),
    rowStarts: Int32Array.from([0, ...limits.map((row) => (end += row.terms.length))]),
    columnIndices: Int32Array.from(terms, ([column]) => column),
    coefficients: Float64Array.from(terms, ([, coefficient]) => coefficient),
    ...(columns.some((each) => each.isInteger)
      ? { integrality: Uint8Array.from(columns, (each) => (each.isInteger ? 1 : 0)) }
      : {}),
  };
}
