import type { LinearProgram } from "../../optimizer/src/model/linear-program.ts";

const bound = (type: string, column: number, value?: number): string =>
  ` ${type} BND x${column}${value === undefined ? "" : ` ${value}`}`;

function boundsOf(column: number, lower: number, upper: number): string[] {
  if (lower === upper) return [bound("FX", column, lower)];
  return [
    ...(lower === -Infinity ? [bound("MI", column)] : lower === 0 ? [] : [bound("LO", column, lower)]),
    ...(upper === Infinity ? [] : [bound("UP", column, upper)]),
  ];
}

/** The programme in free MPS, for other solvers: minimise, columns x0.., rows r0... Rows with two different finite limits get a range. */
export function toMps(lp: LinearProgram): string {
  const rows: string[] = [];
  const rhs: string[] = [];
  const ranges: string[] = [];
  const entries = Array.from({ length: lp.columnCount }, (): string[] => []);
  for (let i = 0; i < lp.rowCount; i++) {
    const lower = lp.rowLower[i] ?? -Infinity;
    const upper = lp.rowUpper[i] ?? Infinity;
    const type = lower === upper ? "E" : lower === -Infinity ? (upper === Infinity ? "N" : "L") : "G";
    rows.push(` ${type} r${i}`);
    const value = type === "L" ? upper : lower;
    if (type !== "N" && value !== 0) rhs.push(` RHS r${i} ${value}`);
    if (type === "G" && upper < Infinity) ranges.push(` RNG r${i} ${upper - lower}`);
    for (let n = lp.rowStarts[i] ?? 0; n < (lp.rowStarts[i + 1] ?? 0); n++)
      entries[lp.columnIndices[n] ?? 0]?.push(` x${lp.columnIndices[n]} r${i} ${lp.coefficients[n]}`);
  }
  const columns = entries.flatMap((own, j) => {
    const cost = ` x${j} COST ${lp.cost[j] ?? 0}`;
    const isInteger = lp.integrality?.[j] === 1;
    const marker = (what: string): string => ` M${j} 'MARKER' '${what}'`;
    return isInteger ? [marker("INTORG"), cost, ...own, marker("INTEND")] : [cost, ...own];
  });
  const bounds = Array.from(lp.columnLower, (lower, j) => boundsOf(j, lower, lp.columnUpper[j] ?? Infinity)).flat();
  return ["NAME household", "ROWS", " N COST", ...rows, "COLUMNS", ...columns, "RHS", ...rhs]
    .concat(ranges.length > 0 ? ["RANGES", ...ranges] : [])
    .concat("BOUNDS", bounds, "ENDATA", "")
    .join("\n");
}
