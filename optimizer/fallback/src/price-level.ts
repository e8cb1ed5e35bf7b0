import { type FallbackPack, slotEndMs } from "@ohmstead/contract";

type PriceSlot = FallbackPack["prices"][number];
export type PriceLevel = "cheap" | "normal" | "expensive";

/** Prices this far from now are "the day": half of it behind, half ahead. */
const HALF_DAY_MS = 12 * 3_600_000;
/** A quarter of the day counts as cheap or expensive only if it differs from the opposite quarter by this share. */
const WORTH_WHILE = 0.1;

/** The slot that holds at a moment. */
export const priceAt = (prices: readonly PriceSlot[], nowMs: number): PriceSlot | undefined =>
  prices.find((slot) => slot.startMs <= nowMs && nowMs < slotEndMs(slot));

/** The lowest price that is not exceeded in this share of the time. */
function quantile(slots: readonly { readonly price: number; readonly ms: number }[], share: number): number {
  const rising = slots.toSorted((a, b) => a.price - b.price);
  const wantedMs = share * rising.reduce((sum, each) => sum + each.ms, 0);
  let passedMs = 0;
  return rising.find((each) => (passedMs += each.ms) >= wantedMs)?.price ?? Number.NaN;
}

/**
 * Where the import price of the moment stands among the known prices of the day (12 h behind to 12 h ahead): in the cheapest quarter
 * of the time, in the dearest, or between. Flat days are normal throughout. Undefined while the present price is not known.
 */
export function priceLevel(prices: readonly PriceSlot[], nowMs: number): PriceLevel | undefined {
  const now = priceAt(prices, nowMs)?.importPricePerKwh;
  if (now === undefined) return undefined;
  const day = prices
    .map((slot) => ({
      price: slot.importPricePerKwh,
      ms: Math.min(slotEndMs(slot), nowMs + HALF_DAY_MS) - Math.max(slot.startMs, nowMs - HALF_DAY_MS),
    }))
    .filter((slot) => slot.ms > 0);
  const [low, high] = [quantile(day, 0.25), quantile(day, 0.75)];
  const margin = WORTH_WHILE * Math.max(Math.abs(low), Math.abs(high));
  if (now <= low && high - now > margin) return "cheap";
  if (now >= high && now - low > margin) return "expensive";
  return "normal";
}
