import { MS_PER_HOUR, type PriceSlot, slotEndMs, type Tariff } from "@ohmstead/contract";
import type { LocalTime } from "../domain/local-time.ts";
import { applyTariff } from "./tariff.ts";

/** So many hours of nothing else at the end of what is known, and nobody has published them yet. */
const LEAST_PLACEHOLDER_HOURS = 6;
/** No fee begins or ends within it. */
const MOMENT_HOURS = 1 / 60;

/** Whether a price is what the meter makes of a zero of its source, at that time of its tariff. */
export const isPriceOfNothing = (
  { startMs, importPricePerKwh }: PriceSlot,
  tariff: Tariff,
  wallClock: (ms: number) => LocalTime,
): boolean => {
  if (importPricePerKwh === 0) return true;
  const [ofZero] = applyTariff([{ startMs, hours: MOMENT_HOURS, importPerKwh: 0 }], tariff, wallClock);
  return importPricePerKwh === ofZero?.importPricePerKwh;
};

/**
 * The prices of one source that are out. Before publication sources give nothing for the days to come, or zeros. A zero among other prices is
 * one, and so is a price that is the same from now on; hours of zeros at the very end are none. Sorted by time.
 */
export function publishedPrices<P extends PriceSlot>(
  prices: readonly P[],
  isPlaceholder: (price: P) => boolean,
  nowMs: number,
): readonly P[] {
  const last = prices.findLastIndex((price) => !isPlaceholder(price));
  const first = prices[last + 1];
  const end = prices.at(-1);
  if (!first || !end || first.startMs <= nowMs) return prices;
  const hours = (slotEndMs(end) - first.startMs) / MS_PER_HOUR;
  return hours >= LEAST_PLACEHOLDER_HOURS ? prices.slice(0, last + 1) : prices;
}
