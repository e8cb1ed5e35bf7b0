import { type ApplianceProblem, type HouseholdProblem, MS_PER_HOUR, type Slot } from "@ohmstead/contract";
import { horizonEndMs, overlapHours, SLACK_MS } from "./times.ts";

/** Power per slot of an unbroken run. */
export const blockKw = (appliance: ApplianceProblem, slots: readonly Slot[], startMs: number): number[] =>
  slots.map(
    (slot) =>
      (appliance.powerKw * overlapHours(slot, startMs, startMs + appliance.runHours * MS_PER_HOUR)) / slot.hours,
  );

/** Slots at whose beginning an unbroken run may start: it ends within its window, and within the horizon. */
export function legalStarts(appliance: ApplianceProblem, problem: HouseholdProblem): number[] {
  const { fromMs, untilMs } = appliance.window;
  const latestEndMs = Math.min(untilMs, horizonEndMs(problem)) + SLACK_MS;
  return problem.slots.flatMap(({ startMs }, k) =>
    startMs >= fromMs && startMs + appliance.runHours * MS_PER_HOUR <= latestEndMs ? [k] : [],
  );
}

/** The most that an appliance which may be interrupted takes in a slot: only the part inside its window counts. */
export const windowKw = (appliance: ApplianceProblem, slot: Slot): number =>
  (appliance.powerKw * overlapHours(slot, appliance.window.fromMs, appliance.window.untilMs)) / slot.hours;

/** True when a whole run still fits into the window behind the horizon. */
export const canRunLater = (appliance: ApplianceProblem, problem: HouseholdProblem): boolean =>
  appliance.window.untilMs - appliance.runHours * MS_PER_HOUR >= horizonEndMs(problem);

/** Hours of the run that a schedule leaves out; one that has started is never moved, so none of it is left out. */
export function hoursNotRun(
  appliance: ApplianceProblem,
  { slots }: HouseholdProblem,
  powerKw: readonly number[],
): number {
  if (appliance.startedMs !== undefined) return 0;
  const kwh = slots.reduce((total, { hours }, k) => total + hours * (powerKw[k] ?? 0), 0);
  return Math.max(0, appliance.runHours - kwh / appliance.powerKw);
}
