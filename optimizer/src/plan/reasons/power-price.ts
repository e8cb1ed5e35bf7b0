import type { HouseholdProblem, Schedule } from "@ohmstead/contract";
import { valueAt, weightedMean } from "../per-slot.ts";

const NOTHING_KW = 0.05;

/** What one more kWh is taken from in a slot, and what that costs. */
export interface PowerPrice {
  readonly pricePerKwh: number;
  /** Taken from sun that would be sold otherwise. */
  readonly isSun: boolean;
}

/** While the house imports, the import price; while it sells, what it would earn; where neither, what the plan says a kWh is worth. */
export function powerPrices(
  problem: HouseholdProblem,
  schedule: Schedule,
  marginalPricePerKwh: readonly number[],
): PowerPrice[] {
  return problem.slots.map((_, k) => {
    const importPrice = valueAt(problem.importPricePerKwh, k);
    if (valueAt(schedule.importKw, k) > NOTHING_KW) return { pricePerKwh: importPrice, isSun: false };
    if (valueAt(schedule.exportKw, k) > NOTHING_KW)
      return { pricePerKwh: valueAt(problem.exportPricePerKwh, k), isSun: true };
    return { pricePerKwh: marginalPricePerKwh[k] ?? importPrice, isSun: false };
  });
}

/** Mean price over some slots, by weight; sun where most of it is sun. Unweighted where nothing weighs. */
export function meanPrice(
  prices: readonly PowerPrice[],
  slots: readonly { readonly slot: number; readonly weight: number }[],
): PowerPrice {
  const mean = (weigh: (weight: number) => number, value: (price: PowerPrice) => number) =>
    weightedMean(
      slots.flatMap(({ slot, weight }) => {
        const price = prices[slot];
        return price ? [{ value: value(price), weight: weigh(weight) }] : [];
      }),
    );
  const both = (value: (price: PowerPrice) => number) => mean((weight) => weight, value) ?? mean(() => 1, value) ?? 0;
  return { pricePerKwh: both((price) => price.pricePerKwh), isSun: both((price) => (price.isSun ? 1 : 0)) > 0.5 };
}
