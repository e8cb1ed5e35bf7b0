import { readFileSync } from "node:fs";
import { HouseholdProblem, type ProblemDocument } from "@ohmstead/contract";
import { solveHousehold } from "../cycles/solve-household.ts";
import { InputError } from "../domain/errors.ts";
import { parseInput } from "../domain/parse-config.ts";
import { createSolver } from "../solver/solver.ts";

const EXIT_BAD_INPUT = 2;
const VALID_HOURS = 2;
export const EXACT_TIME_LIMIT_S = 60;
export const EXACT_GAP = 0.001;

interface SolveFlags {
  readonly exact?: boolean;
  readonly timeLimit: number;
  readonly gap: number;
}

const complain = (message: string) => new InputError(message, [{ field: "(file)", message }]);

function readProblem(file: string): unknown {
  const text = (() => {
    try {
      return readFileSync(file === "-" ? 0 : file, "utf8");
    } catch (error) {
      throw complain(`${file} cannot be read: ${(error as Error).message}`);
    }
  })();
  try {
    return JSON.parse(text);
  } catch (error) {
    throw complain(`${file} is not JSON: ${(error as Error).message}`);
  }
}

const problemDocument = (error: InputError): ProblemDocument => ({
  type: "about:blank",
  title: "The problem cannot be used",
  status: 422,
  detail: error.message,
  errors: error.errors,
});

/** Prints the plan as JSON. Bad input: a problem document that names the field, exit 2. */
export async function solveFile(file: string, { exact, timeLimit, gap }: SolveFlags): Promise<void> {
  try {
    const problem = parseInput(HouseholdProblem, readProblem(file), "the problem");
    const solver = createSolver();
    solver.start();
    try {
      const nowMs = problem.slots[0]?.startMs ?? 0;
      const plan = await solveHousehold(problem, {
        solver,
        nowMs,
        validHours: VALID_HOURS,
        planId: "solve",
        alternatives: true,
        exact: exact ? { timeLimitMs: timeLimit * 1000, gap } : undefined,
      });
      console.log(JSON.stringify(plan, undefined, 2));
    } finally {
      await solver.stop();
    }
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    console.log(JSON.stringify(problemDocument(error), undefined, 2));
    process.exitCode = EXIT_BAD_INPUT;
  }
}
