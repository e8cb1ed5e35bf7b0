import type { HouseholdProblem, PlanCost, Schedule } from "@ohmstead/contract";
import { applianceDiscomfort } from "./money/appliances.ts";
import { hygieneDiscomfort, tankDiscomfort, zoneDiscomfort } from "./money/comfort.ts";
import { demandCost, siteDiscomfort } from "./money/connection.ts";
import { endWorth } from "./money/end-worth.ts";
import { changeCost, fuelCost, startCost } from "./money/producers.ts";
import { storageDiscomfort, wearCost } from "./money/storages.ts";
import { sum, valueAt } from "./per-slot.ts";

/**
 * What a schedule costs over its horizon, item by item, in the house's currency (income and what is left over count
 * negative). Throws RangeError when a device's end value is missing, or a device of the problem in the schedule.
 */
export function priceSchedule(problem: HouseholdProblem, schedule: Schedule): PlanCost {
  const overSlots = (cost: (slot: number) => number): number =>
    sum(problem.slots.map(({ hours }, k) => hours * cost(k)));
  const items = {
    energy: overSlots((k) => valueAt(schedule.importKw, k) * valueAt(problem.importPricePerKwh, k)),
    export: -overSlots((k) => valueAt(schedule.exportKw, k) * valueAt(problem.exportPricePerKwh, k)),
    fuel: fuelCost(problem, schedule),
    wear: wearCost(problem, schedule),
    start: startCost(problem, schedule),
    demand: demandCost(problem, schedule),
    discomfort:
      zoneDiscomfort(problem, schedule) +
      tankDiscomfort(problem, schedule) +
      hygieneDiscomfort(problem, schedule) +
      storageDiscomfort(problem, schedule) +
      siteDiscomfort(problem, schedule) +
      applianceDiscomfort(problem, schedule),
    change: changeCost(problem, schedule),
    endValue: -endWorth(problem, schedule),
  };
  return { ...items, total: sum(Object.values(items)) };
}
