import { type HouseholdProblem, perEuro } from "@ohmstead/contract";
import { sum } from "../per-slot.ts";
import type { StorageProblem } from "../storage.ts";

/** Stored outside a storage's limits, per kWh and hour: dear enough that the plan leads it back at once. */
const SOC_OUTSIDE_FACTOR = 0.5;
/** Per kWh beyond what the connection allows. */
const SITE_OVER_FACTOR = 5;
/** Per kWh that a goal, a demand or an appliance is left without. */
const UNMET_FACTOR = 3;

/** The dearest price in the horizon, bought or sold, and at least about one euro: what a wish is worth keeps above what breaking it would earn. */
export const penaltyScale = ({ currency, importPricePerKwh, exportPricePerKwh }: HouseholdProblem): number =>
  [...importPricePerKwh, ...exportPricePerKwh].reduce(
    (dearest, price) => Math.max(dearest, Math.abs(price)),
    perEuro(currency),
  );

export const socOutsidePrice = (problem: HouseholdProblem): number => SOC_OUTSIDE_FACTOR * penaltyScale(problem);

export const siteOverPrice = (problem: HouseholdProblem): number => SITE_OVER_FACTOR * penaltyScale(problem);

export const goalPrice = (problem: HouseholdProblem, storage: StorageProblem): number =>
  storage.goalPricePerKwh ?? UNMET_FACTOR * penaltyScale(problem);

export const applianceUnmetPrice = (problem: HouseholdProblem): number => UNMET_FACTOR * penaltyScale(problem);

/** Mean import price of the horizon by time, not below 0: what an appliance will pay that is left for later. */
export function meanImportPrice({ slots, importPricePerKwh }: HouseholdProblem): number {
  const hours = sum(slots.map((slot) => slot.hours));
  return Math.max(0, sum(slots.map((slot, k) => slot.hours * (importPricePerKwh[k] ?? 0))) / hours);
}
