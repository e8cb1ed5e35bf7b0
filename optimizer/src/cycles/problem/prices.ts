import { MS_PER_HOUR, type PriceSlot, slotEndMs } from "@ohmstead/contract";
import { DateTime } from "luxon";
import { evenSlots } from "../../domain/slots.ts";
import { type PricedGrid, pricedGrid } from "../../forecasts/priced-grid.ts";
import { repairPrices } from "../../forecasts/repair-prices.ts";
import { bordersOf } from "./borders.ts";
import type { Draft, ProblemInputs } from "./draft.ts";
import { placeholdersOf, publishedPrices } from "./published.ts";
import { spokenHours } from "./spoken-hours.ts";

/** Shorter holes the grid of slots bridges by itself. */
const WIDEST_BRIDGE_MS = 2 * MS_PER_HOUR;

/**
 * The slots of the plan with their prices: as published, and where nothing is, as they usually are; what had to be assumed is said. Undefined
 * when now has no price.
 */
export function pricedSlots(
  inputs: ProblemInputs,
  { note, miss }: Pick<Draft, "note" | "miss">,
): PricedGrid | undefined {
  const { config, nowMs, prices, overrides, expectedPrices: expected } = inputs;
  const published = publishedPrices(prices, placeholdersOf(config), nowMs);
  const borders = bordersOf(config, overrides, nowMs);
  const assumed = overHoles(published, inputs);
  const known = [...published, ...assumed].toSorted((a, b) => a.startMs - b.startMs);
  const grid = pricedGrid(nowMs, config.planning.horizonHours, known, { borders, expected });
  if (!grid) {
    miss("prices", "No price is known for now: nothing can be planned");
    return undefined;
  }
  if (grid.isCut) {
    const until = DateTime.fromMillis(grid.untilMs, { zone: config.timeZone }).toFormat("ccc d LLL, HH:mm", {
      locale: "en",
    });
    const zeros = published.length < prices.length ? " (the zeros given for later are no prices)" : "";
    const then = expected ? "after that they are expected to be as on days like these" : "the plan ends there";
    note(`Prices are known until ${until}${zeros}: ${then}`);
  }
  const assumedHours = assumed.filter((each) => each.startMs < grid.untilMs).reduce((sum, { hours }) => sum + hours, 0);
  if (assumedHours > 0)
    miss(
      "prices",
      `${spokenHours(assumedHours)} of prices is missing within the plan: they are expected to be as usual`,
    );
  if (grid.bridgedHours > 0)
    miss(
      "prices",
      `${spokenHours(grid.bridgedHours)} of prices is missing within the plan: the worse of the prices around is used`,
    );
  return grid;
}

/** What stands in holes that are too wide to be bridged, hour by hour. */
function overHoles(published: readonly PriceSlot[], { nowMs, expectedPrices: expected }: ProblemInputs): PriceSlot[] {
  const holes = published.flatMap((price, k) => {
    const next = published[k + 1];
    const fromMs = slotEndMs(price);
    if (!next || fromMs <= nowMs || next.startMs - fromMs <= WIDEST_BRIDGE_MS) return [];
    const count = Math.ceil((next.startMs - fromMs) / MS_PER_HOUR);
    return evenSlots(fromMs, (next.startMs - fromMs) / MS_PER_HOUR / count, count);
  });
  if (holes.length === 0) return [];
  const slots = [...published, ...holes];
  const repaired = repairPrices({
    slots,
    importPricePerKwh: published.map((each) => each.importPricePerKwh),
    exportPricePerKwh: published.map((each) => each.exportPricePerKwh),
    typicalImportPrice: expected && ((startMs) => expected({ startMs, hours: 0.25 }).importPricePerKwh),
  });
  return holes.map(({ startMs, hours }, i) => {
    const k = published.length + i;
    const importPricePerKwh = repaired?.importPricePerKwh[k] ?? 0;
    return { startMs, hours, importPricePerKwh, exportPricePerKwh: repaired?.exportPricePerKwh[k] ?? 0 };
  });
}
