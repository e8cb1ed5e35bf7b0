import type { HouseholdProblem, Schedule } from "@ohmstead/contract";
import { canRunLater, hoursNotRun } from "../appliance-runs.ts";
import { sum, withId } from "../per-slot.ts";
import { applianceUnmetPrice, meanImportPrice } from "./penalty-prices.ts";

/** Runs that are left out: at the price of running later where that is possible, else at that of a broken promise. */
export const applianceDiscomfort = (problem: HouseholdProblem, schedule: Schedule): number =>
  sum(
    problem.appliances.map((appliance) => {
      const { powerKw } = withId(schedule.appliances, appliance.id);
      const missingKwh = appliance.powerKw * hoursNotRun(appliance, problem, powerKw);
      const price = canRunLater(appliance, problem) ? meanImportPrice(problem) : applianceUnmetPrice(problem);
      return price * missingKwh;
    }),
  );
