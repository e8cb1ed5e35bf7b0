import { type FallbackPack, slotEndMs } from "@ohmstead/contract";

type PriceSlot = FallbackPack["prices"][number];
export type PriceLevel = "cheap" | "normal" | "expensive";

/** Prices this far from now are "the day": half of it behind, half ahead. */
const HALF_DAY_MS = 12 * 3_600_000;
/** How far from either end of the day's prices cheap and expensive reach. */
const QUARTER = 0.25;
/** A price counts as cheap or expensive only if it is this share away from the day's middle. */
const WORTH_WHILE = 0.1;

/** The slot that holds at a moment. */
export const priceAt = (prices: readonly PriceSlot[], nowMs: number): PriceSlot | undefined =>
  prices.find((slot) => slot.startMs <= nowMs && nowMs < slotEndMs(slot));

interface Stretch {
  readonly price: number;
  readonly ms: number;
}

const totalMs = (stretches: readonly Stretch[]): number => stretches.reduce((sum, each) => sum + each.ms, 0);

/**
 * The share of the time that is cheaper; time at the very same price counts half, so that a long plateau stands in its
 * own middle.
 */
const rankOf = (price: number, day: readonly Stretch[]): number =>
  (totalMs(day.filter((each) => each.price < price)) + totalMs(day.filter((each) => each.price === price)) / 2) /
  totalMs(day);

/**
 * Where the import price of the moment stands among the known prices of the day (12 h behind to 12 h ahead): in the
 * cheapest quarter of the time, in the dearest, or between. Flat days are normal throughout. Undefined while the
 * present price is not known.
 */
export function priceLevel(prices: readonly PriceSlot[], nowMs: number): PriceLevel | undefined {
  const now = priceAt(prices, nowMs)?.importPricePerKwh;
  if (now === undefined) return undefined;
  const day = prices
    .map((slot) => ({
      price: slot.importPricePerKwh,
      ms: Math.min(slotEndMs(slot), nowMs + HALF_DAY_MS) - Math.max(slot.startMs, nowMs - HALF_DAY_MS),
    }))
    .filter((slot) => slot.ms > 0)
    .toSorted((a, b) => a.price - b.price);
  const middle = day.find((_, index) => totalMs(day.slice(0, index + 1)) * 2 >= totalMs(day))?.price ?? now;
  if (Math.abs(now - middle) <= WORTH_WHILE * Math.max(Math.abs(now), Math.abs(middle))) return "normal";
  const rank = rankOf(now, day);
  if (rank <= QUARTER) return "cheap";
  return rank >= 1 - QUARTER ? "expensive" : "normal";
}
