import type { HouseholdProblem, Schedule } from "@ohmstead/contract";
import { type HouseholdModel, type ModelOptions, buildModel } from "../build-model.ts";
import type { FixedDirections } from "../house-program.ts";
import type { LinearProgram } from "../linear-program.ts";
import type { Pattern } from "../switches.ts";

/** What these tests need of a solver. */
export interface Engine {
  solve(
    lp: LinearProgram,
    options: { readonly engine: "highs"; readonly timeLimitMs: number; readonly gap?: number },
  ): Promise<{ readonly x: Float64Array; readonly rowDuals: Float64Array | undefined; readonly objective: number }>;
}

export interface SolvedHouse {
  readonly model: HouseholdModel;
  readonly x: Float64Array;
  readonly rowDuals: Float64Array;
  readonly schedule: Schedule;
  readonly money: number;
}

const TIME_LIMIT_MS = 20_000;

/** More solves than any of these houses needs until all its directions are settled. */
const MAX_RUNS = 8;

/** One optimum of a household's programme, with the switches of a pattern fixed if there is one. */
export async function solveHouse(
  engine: Engine,
  problem: HouseholdProblem,
  { pattern, ...options }: ModelOptions & { readonly pattern?: Pattern } = {},
): Promise<SolvedHouse> {
  const model = buildModel(problem, options);
  const columnLower = model.lp.columnLower.slice();
  const columnUpper = model.lp.columnUpper.slice();
  if (pattern)
    for (const [column, lower, upper] of model.boundsFor(pattern)) {
      columnLower[column] = lower;
      columnUpper[column] = upper;
    }
  const lp = { ...model.lp, columnLower, columnUpper };
  const { x, rowDuals = new Float64Array() } = await engine.solve(lp, {
    engine: "highs",
    timeLimitMs: TIME_LIMIT_MS,
    ...(options.exact ? { gap: 0 } : {}),
  });
  return { model, x, rowDuals, schedule: model.schedule(x), money: model.objectiveMoney(x) };
}

/** The same again with directions fixed as found, until none is open. */
export async function settleHouse(
  engine: Engine,
  problem: HouseholdProblem,
  options: Pick<ModelOptions, "meter"> & { readonly pattern?: Pattern } = {},
): Promise<SolvedHouse & { readonly fixed: FixedDirections | undefined }> {
  let fixed: FixedDirections | undefined;
  for (let run = 0; run < MAX_RUNS; run++) {
    const solved = await solveHouse(engine, problem, { ...options, ...(fixed ? { fixed } : {}) });
    const next = solved.model.directionsToFix(solved.x);
    if (!next) return { ...solved, fixed };
    fixed = next;
  }
  throw new RangeError("directions are still open");
}
