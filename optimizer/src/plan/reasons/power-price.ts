import type { HouseholdProblem, Schedule } from "@ohmstead/contract";
import { valueAt, weightedMean } from "../per-slot.ts";
import { isNegative, wordsFor } from "./words.ts";

const NOTHING_KW = 0.05;

/** What one more kWh is taken from in a slot (the grid, sun that would be fed in, or neither), and what that costs. */
export interface PowerPrice {
  readonly pricePerKwh: number;
  readonly from: "grid" | "sun" | "own";
}

/**
 * While the house imports, the import price; while it feeds in, what it would earn; where neither, what the plan says a
 * kWh is worth.
 */
export function powerPrices(
  problem: HouseholdProblem,
  schedule: Schedule,
  marginalPricePerKwh: readonly number[],
): PowerPrice[] {
  return problem.slots.map((_, k) => {
    const importPrice = valueAt(problem.importPricePerKwh, k);
    if (valueAt(schedule.importKw, k) > NOTHING_KW) return { pricePerKwh: importPrice, from: "grid" };
    if (valueAt(schedule.exportKw, k) > NOTHING_KW)
      return { pricePerKwh: valueAt(problem.exportPricePerKwh, k), from: "sun" };
    return { pricePerKwh: marginalPricePerKwh[k] ?? importPrice, from: "own" };
  });
}

interface Weight {
  readonly slot: number;
  readonly weight: number;
}

/**
 * What the power of some slots comes from and costs: the source that gives most of it, with that source's mean price.
 * Where nothing weighs, every slot weighs the same.
 */
export function meanPrice(prices: readonly PowerPrice[], weights: readonly Weight[]): PowerPrice {
  const parts = (["grid", "sun", "own"] as const).map((from) => {
    const mine = weights.flatMap(({ slot, weight }) => {
      const price = prices[slot];
      return price?.from === from ? [{ value: price.pricePerKwh, weight }] : [];
    });
    return { from, pricePerKwh: weightedMean(mine), weight: mine.reduce((total, each) => total + each.weight, 0) };
  });
  const [most] = parts.toSorted((a, b) => b.weight - a.weight);
  if (most?.pricePerKwh !== undefined) return { from: most.from, pricePerKwh: most.pricePerKwh };
  const even = weights.map(({ slot }) => ({ slot, weight: 1 }));
  return even.length > 0 ? meanPrice(prices, even) : { from: "grid", pricePerKwh: 0 };
}

/** "at 0.31 €/kWh", "with sun that would earn 0.05 €/kWh", "with the house's own power, worth 0.02 €/kWh". */
export function atPrice(house: { readonly currency: string; readonly timeZone: string }, price: PowerPrice): string {
  const words = wordsFor(house);
  if (price.from === "grid") return `at ${words.price(price.pricePerKwh)}`;
  if (price.from === "own") return `with the house's own power, worth ${words.price(price.pricePerKwh)}`;
  return `with sun that ${wouldEarn(house, price.pricePerKwh)}`;
}

/** "would earn 0.05 €/kWh", or what feeding in would cost. */
export function wouldEarn(
  house: { readonly currency: string; readonly timeZone: string },
  pricePerKwh: number,
): string {
  const words = wordsFor(house);
  return isNegative(pricePerKwh, house)
    ? `would cost ${words.price(-pricePerKwh)} to feed in`
    : `would earn ${words.price(pricePerKwh)}`;
}

/** The grid pays for taking power, by more than rounding hides. */
export const isPaid = ({ from, pricePerKwh }: PowerPrice, house: { readonly currency: string }): boolean =>
  from === "grid" && isNegative(pricePerKwh, house);
