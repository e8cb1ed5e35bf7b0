import { HouseholdProblem, Plan } from "@ohmstead/contract";
import type { Logger } from "pino";
import type { PlanRepository } from "../store/plan-repository.ts";
import type { PlanInForce } from "./build-problem.ts";

/**
 * The last plan of the program that ran before, to go on with. One that another version has stored in other words, or that cannot be read, is
 * none: the first plan of this program does not need it.
 */
export function planOfBefore(plans: Pick<PlanRepository, "latest">, logger: Logger): PlanInForce | undefined {
  try {
    const stored = plans.latest();
    if (!stored) return undefined;
    return {
      plan: Plan.parse(stored.plan),
      problem: HouseholdProblem.parse(stored.problem),
      missing: stored.settings?.missing ?? [],
    };
  } catch (error) {
    logger.info({ err: error }, "the last plan was stored by another version: it is not gone on with");
    return undefined;
  }
}
