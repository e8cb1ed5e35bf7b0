import { HouseholdProblem, Plan } from "@ohmstead/contract";
import { solveHousehold } from "../../optimizer/src/cycles/solve-household.ts";
import { completeEndValues } from "../../optimizer/src/domain/end-values.ts";
import { InputError } from "../../optimizer/src/domain/errors.ts";
import { parseInput } from "../../optimizer/src/domain/parse-config.ts";
import { checkSchedule } from "../../optimizer/src/plan/check-schedule.ts";
import type { Solver } from "../../optimizer/src/solver/solver.ts";

export interface Judgement {
  /** The rung of the plan, or that the input was refused. */
  readonly outcome: Plan["rung"] | "refused";
  /** What must not be; empty when all is well. */
  readonly faults: readonly string[];
}

/**
 * Any input at all ends in a plan that the checker accepts, its money claimed item by item, or in a refusal that names a field and says
 * something about it.
 */
export async function judgeInput(input: unknown, solver: Pick<Solver, "solve" | "open">): Promise<Judgement> {
  let problem: HouseholdProblem;
  try {
    problem = parseInput(HouseholdProblem, input, "the problem");
  } catch (error) {
    if (!(error instanceof InputError)) return { outcome: "refused", faults: [`refused by ${String(error)}`] };
    const isNamed =
      error.errors.length > 0 && error.errors.every(({ field, message }) => field !== "" && message !== "");
    return { outcome: "refused", faults: isNamed ? [] : [`refused without a field: ${error.message}`] };
  }
  try {
    const nowMs = problem.slots[0]?.startMs ?? 0;
    const plan = await solveHousehold(problem, { solver, nowMs, validHours: 1, planId: "fuzz" });
    const shape = Plan.safeParse(plan);
    const complaints = checkSchedule(completeEndValues(problem), plan.schedule, plan.cost);
    return {
      outcome: plan.rung,
      faults: [...(shape.success ? [] : [`no plan by the contract: ${shape.error.message}`]), ...complaints],
    };
  } catch (error) {
    return { outcome: "rules", faults: [error instanceof Error ? (error.stack ?? error.message) : String(error)] };
  }
}
