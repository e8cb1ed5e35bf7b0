import type { HouseholdProblem, Override, Plan } from "@ohmstead/contract";
import { buildProblem, type ProblemInputs } from "../build-problem.ts";
import { solveHousehold } from "../solve-household.ts";
import type { SolvingEngine } from "../solving/open-house.ts";
import { comparisonFor, moneyOf, warmthOwed } from "./extra-cost.ts";

/** A plan, and what it was made from. */
export interface PlanMade {
  readonly plan: Plan;
  readonly inputs: ProblemInputs;
}

export interface PricingDeps {
  readonly solver: SolvingEngine;
  readonly timeLimitMs: number;
  /** False once a newer plan has come, or nobody waits any more. */
  readonly isWanted: () => boolean;
}

/** Plans of the other rungs are made in other ways: their difference would not be what a wish costs. */
const isComparable = ({ rung }: Plan): boolean => rung === "full" || rung === "retry";

/**
 * What each override that holds costs over the plan's horizon, by its id. Each takes a solve or two in the solver's own thread, program by
 * program, so that a plan that is wanted meanwhile goes in between. What cannot be told is left away.
 */
export async function priceOverrides(
  { plan, inputs }: PlanMade,
  overrides: readonly Override[],
  { solver, timeLimitMs, isWanted }: PricingDeps,
): Promise<ReadonlyMap<string, number>> {
  const costs = new Map<string, number>();
  const moneyFor = async (problem: HouseholdProblem): Promise<number | undefined> => {
    const { slots } = problem;
    const planId = `${plan.id}-without`;
    const solved = await solveHousehold(problem, {
      solver,
      nowMs: slots[0]?.startMs ?? inputs.nowMs,
      validHours: 1,
      planId,
      timeLimitMs,
    });
    return isComparable(solved) ? moneyOf(solved) : undefined;
  };
  const { problem } = buildProblem({ ...inputs, previous: undefined });
  if (!problem || !isComparable(plan)) return costs;
  for (const override of overrides) {
    if (!isWanted()) return costs;
    const comparison = comparisonFor(override, inputs);
    if (!comparison) continue;
    const without = await moneyFor(comparison.without);
    if (!isWanted()) return costs;
    const held = comparison.held
      ? await moneyFor(comparison.held)
      : moneyOf(plan) + warmthOwed(problem, comparison.without);
    if (without !== undefined && held !== undefined) costs.set(override.id, held - without);
  }
  return costs;
}
