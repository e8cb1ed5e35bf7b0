import type { LinearProgram, Term } from "../../model/linear-program.ts";

interface Column {
  readonly lower?: number;
  readonly upper?: number;
  readonly cost?: number;
}
interface Row {
  readonly lower?: number;
  readonly upper?: number;
  readonly terms: readonly Term[];
}

function program(columns: readonly Column[], rows: readonly Row[], whole: readonly number[] = []): LinearProgram {
  const entries = rows.flatMap(({ terms }) => terms);
  let end = 0;
  return {
    columnCount: columns.length,
    rowCount: rows.length,
    cost: Float64Array.from(columns, ({ cost = 0 }) => cost),
    columnLower: Float64Array.from(columns, ({ lower = 0 }) => lower),
    columnUpper: Float64Array.from(columns, ({ upper = Infinity }) => upper),
    rowLower: Float64Array.from(rows, ({ lower = -Infinity }) => lower),
    rowUpper: Float64Array.from(rows, ({ upper = Infinity }) => upper),
    rowStarts: Int32Array.from([0, ...rows.map(({ terms }) => (end += terms.length))]),
    columnIndices: Int32Array.from(entries, ([column]) => column),
    coefficients: Float64Array.from(entries, ([, coefficient]) => coefficient),
    ...(whole.length > 0
      ? { integrality: Uint8Array.from(columns, (_, column) => (whole.includes(column) ? 1 : 0)) }
      : {}),
  };
}

/** minimise 3a + 2b − c/2 with a + b = 4 + shift, b ≤ 3, 1 ≤ c ≤ 5, b + c ≤ 6: a = 1 + shift, b = 3, c = 3, cost 7.5 + 3·shift. */
export const smallProgram = (shift = 0): LinearProgram =>
  program(
    [{ cost: 3 }, { upper: 3, cost: 2 }, { lower: 1, upper: 5, cost: -0.5 }],
    [
      {
        lower: 4 + shift,
        upper: 4 + shift,
        terms: [
          [0, 1],
          [1, 1],
        ],
      },
      {
        upper: 6,
        terms: [
          [1, 1],
          [2, 1],
        ],
      },
    ],
  );

export const infeasibleProgram = (): LinearProgram => program([{ upper: 1, cost: 1 }], [{ lower: 2, terms: [[0, 1]] }]);

export const unboundedProgram = (): LinearProgram => program([{ cost: -1 }], [{ lower: 0, terms: [[0, 1]] }]);

/** The best of 9a + 12b + 10c with 4a + 6b + 4c ≤ 10, each taken or not: b and c, 22; shares of them would give 23. */
export const knapsack = (): LinearProgram =>
  program(
    [9, 12, 10].map((worth) => ({ upper: 1, cost: -worth })),
    [
      {
        upper: 10,
        terms: [
          [0, 4],
          [1, 6],
          [2, 4],
        ],
      },
    ],
    [0, 1, 2],
  );

/** Columns of a slot of the storage: bought, switched on, charge, discharge, stored. */
export const COLUMNS_PER_SLOT = 5;

/** Buys at prices that swing, stores with losses, and must cover a load; `whole`: charges with full power or not at all. */
export function storageProgram(slotCount: number, { whole = false } = {}): LinearProgram {
  const slots = Array.from({ length: slotCount }, (_, k) => k);
  const columns = slots.flatMap((k): Column[] => [
    { upper: 20, cost: 20 + 10 * Math.sin(k / 3) + 3 * Math.sin(k * 1.7) },
    { upper: 1, cost: 0.1 },
    { upper: 3 },
    { upper: 3, cost: 1 },
    { upper: 10 },
  ]);
  const rows = slots.flatMap((k): Row[] => {
    const first = COLUMNS_PER_SLOT * k;
    const [bought, isOn, charge, discharge, stored] = [first, first + 1, first + 2, first + 3, first + 4];
    const held = k === 0 ? 2 : 0;
    return [
      {
        lower: 0,
        upper: 0,
        terms: [
          [charge, 1],
          [isOn, -3],
        ],
      },
      {
        lower: 0.5 + Math.sin(k) ** 2,
        terms: [
          [bought, 1],
          [charge, -1],
          [discharge, 1],
        ],
      },
      {
        lower: held,
        upper: held,
        terms: [
          [stored, 1],
          ...(k === 0 ? [] : [[stored - COLUMNS_PER_SLOT, -0.999] as const]),
          [charge, -0.93],
          [discharge, 1.07],
        ],
      },
    ];
  });
  return program(columns, rows, whole ? slots.map((k) => COLUMNS_PER_SLOT * k + 1) : []);
}
