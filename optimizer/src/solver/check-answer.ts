import type { LinearProgram } from "../model/linear-program.ts";
import type { RawAnswer } from "./protocol.ts";

export interface AnswerTolerance {
  /** How far a row or a column may lie outside its bounds, in its own unit. */
  readonly residual: number;
  /** How far the claimed objective may be off, relative, or absolute below 1. */
  readonly objective: number;
}

/** So far from a whole number is still rounding. */
const WHOLE = 1e-5;

/** What is wrong with an answer, or undefined when it can be used: engines have claimed optimal plans that break every limit. */
export function faultOf(lp: LinearProgram, answer: RawAnswer, tolerance: AnswerTolerance): string | undefined {
  const { x } = answer;
  if (!x || !(answer.status === "optimal" || answer.status === "limit")) return `no solution: ${answer.detail}`;
  if (x.length !== lp.columnCount) return `${x.length} values for ${lp.columnCount} columns`;
  if (!x.every(Number.isFinite)) return "a value is not a number";
  if (answer.rowDuals && !(answer.rowDuals.length === lp.rowCount && answer.rowDuals.every(Number.isFinite)))
    return "the duals are unusable";
  const outside = worstResidual(lp, x);
  // Not "greater than", here and below: NaN must not pass.
  if (!(outside <= tolerance.residual)) return `a limit is missed by ${outside.toPrecision(3)}`;
  const broken = x.findIndex(
    (value, j) => lp.integrality?.[j] === 1 && !(Math.abs(value - Math.round(value)) <= WHOLE),
  );
  if (broken >= 0) return `column ${broken} must be whole, but is ${x[broken]}`;
  const objective = x.reduce((sum, value, j) => sum + value * (lp.cost[j] ?? 0), 0);
  const claimed = answer.objective ?? Number.NaN;
  if (!(Math.abs(objective - claimed) <= tolerance.objective * Math.max(1, Math.abs(objective))))
    return `the claimed objective ${claimed} is ${objective} when recomputed`;
  return undefined;
}

function worstResidual(lp: LinearProgram, x: Float64Array): number {
  let worst = 0;
  const note = (value: number, lower = -Infinity, upper = Infinity): void => {
    worst = Math.max(worst, lower - value, value - upper);
  };
  x.forEach((value, j) => note(value, lp.columnLower[j], lp.columnUpper[j]));
  for (let i = 0; i < lp.rowCount; i++) {
    let activity = 0;
    for (let n = lp.rowStarts[i] ?? 0; n < (lp.rowStarts[i + 1] ?? 0); n++)
      activity += (lp.coefficients[n] ?? 0) * (x[lp.columnIndices[n] ?? 0] ?? 0);
    note(activity, lp.rowLower[i], lp.rowUpper[i]);
  }
  return worst;
}
