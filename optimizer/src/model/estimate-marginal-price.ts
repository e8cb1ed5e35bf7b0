import type { HouseholdProblem, Schedule } from "@ohmstead/contract";
import { at } from "./horizon.ts";

/** More than the meter can tell from nothing, kW. */
const FLOWS_KW = 1e-3;

/**
 * What one more kWh would cost at the house, currency per kWh, for a schedule that no engine has given duals for: where it feeds in, the
 * income given up; else the price of buying. A full battery's or tank's patience is not in it.
 */
export const estimateMarginalPrice = (problem: HouseholdProblem, schedule: Schedule): number[] =>
  problem.slots.map((_, k) =>
    at(schedule.exportKw, k) > FLOWS_KW ? at(problem.exportPricePerKwh, k) : at(problem.importPricePerKwh, k),
  );
