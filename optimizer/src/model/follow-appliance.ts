import type { ApplianceProblem, HouseholdProblem } from "@ohmstead/contract";
import { drawnFrom, mostInWindow, startsOf } from "./appliance.ts";
import { at } from "./horizon.ts";
import { type Powers, between, wanted } from "./powers.ts";

const energyOf = (problem: HouseholdProblem, kw: readonly number[]): number =>
  problem.slots.reduce((sum, { hours }, k) => sum + hours * at(kw, k), 0);

/** What an appliance draws when it is asked for so much: a block wholly or not at all, at the start that meets most of what is asked. */
export function followAppliance(
  problem: HouseholdProblem,
  appliance: ApplianceProblem,
  powers: Powers["appliances"][number] | undefined,
): number[] {
  if (appliance.startedMs !== undefined) return drawnFrom(problem, appliance, appliance.startedMs);
  const asked = problem.slots.map((_, k) => Math.max(0, wanted(powers?.powerKw, k)));
  const fullKwh = appliance.powerKw * appliance.runHours;
  if (!appliance.singleBlock) {
    const most = mostInWindow(problem, appliance);
    const limited = asked.map((kw, k) => between(0, kw, at(most, k)));
    const kwh = energyOf(problem, limited);
    return kwh > fullKwh ? limited.map((kw) => (kw * fullKwh) / kwh) : limited;
  }
  const idle = problem.slots.map(() => 0);
  if (energyOf(problem, asked) < fullKwh / 2) return idle;
  const met = (kw: readonly number[]): number =>
    energyOf(
      problem,
      kw.map((each, k) => Math.min(each, at(asked, k))),
    );
  return startsOf(problem, appliance).reduce<readonly number[]>(
    (best, start) => (met(start.powerKw) > met(best) ? start.powerKw : best),
    idle,
  ) as number[];
}
