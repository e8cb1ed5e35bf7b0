import { type HomeConfig, MS_PER_HOUR, type PriceSlot, slotEndMs } from "@ohmstead/contract";

/** So many hours of nothing else at the end of what is known, and nobody has published them yet. */
const LEAST_PLACEHOLDER_HOURS = 6;

/** What a price of the house is where its source says 0. */
export const placeholdersOf = ({ prices }: Pick<HomeConfig, "prices">): readonly number[] => [
  0,
  prices.import.addPerKwh,
];

/**
 * The prices that are out. Before publication sources give nothing for the days to come, or zeros. A zero among other prices is one, and so is
 * a price that is the same from now on; hours of zeros at the very end are none. Sorted by time.
 */
export function publishedPrices(
  prices: readonly PriceSlot[],
  placeholders: readonly number[],
  nowMs: number,
): readonly PriceSlot[] {
  const last = prices.findLastIndex(({ importPricePerKwh }) => !placeholders.includes(importPricePerKwh));
  const first = prices[last + 1];
  const end = prices.at(-1);
  if (!first || !end || first.startMs <= nowMs) return prices;
  const hours = (slotEndMs(end) - first.startMs) / MS_PER_HOUR;
  return hours >= LEAST_PLACEHOLDER_HOURS ? prices.slice(0, last + 1) : prices;
}
