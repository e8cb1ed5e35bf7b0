import type { ApplianceProblem, HouseholdProblem } from "@ohmstead/contract";
import { blockKw, legalStarts, windowKw } from "../appliance-runs.ts";

/** An appliance begins as soon as it may; one that cannot end in time stays off. */
export function appliancePowers(appliance: ApplianceProblem, problem: HouseholdProblem): number[] {
  const { slots } = problem;
  if (appliance.startedMs !== undefined) return blockKw(appliance, slots, appliance.startedMs);
  if (appliance.singleBlock) {
    const [first] = legalStarts(appliance, problem);
    const start = first === undefined ? undefined : slots[first];
    return start ? blockKw(appliance, slots, start.startMs) : slots.map(() => 0);
  }
  let leftKwh = appliance.powerKw * appliance.runHours;
  return slots.map((slot) => {
    const kw = Math.min(windowKw(appliance, slot), leftKwh / slot.hours);
    leftKwh = Math.max(0, leftKwh - kw * slot.hours);
    return kw;
  });
}
