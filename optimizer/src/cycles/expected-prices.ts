import { type HomeConfig, MS_PER_HOUR, type Slot, slotEndMs } from "@ohmstead/contract";
import { localClock } from "../domain/local-time.ts";
import type { ExpectedPrices } from "../forecasts/priced-grid.ts";
import { learnPriceShape } from "../learning/price-shape.ts";
import type { Store } from "../store/store.ts";
import { placeholdersOf, publishedPrices } from "./problem/published.ts";

const DAY_MS = 24 * MS_PER_HOUR;
const HISTORY_MS = 45 * DAY_MS;
const FUTURE_MS = 14 * DAY_MS;
/** Learned again when new prices are out, and now and then. */
const LEARN_EVERY_MS = 6 * MS_PER_HOUR;

export interface PriceExpectation {
  /** What prices will probably be beyond the known ones; undefined until a whole day of them is known. */
  at(nowMs: number): ((slot: Slot) => ExpectedPrices) | undefined;
}

/** Prices of both directions, learned from those in the store. */
export function createPriceExpectation(
  prices: Pick<Store["prices"], "between" | "knownUntilMs">,
  config: Pick<HomeConfig, "timeZone" | "prices">,
): PriceExpectation {
  const clock = localClock(config.timeZone);
  let learned: { readonly key: string; readonly expected: ReturnType<PriceExpectation["at"]> } | undefined;

  function learn(nowMs: number): ReturnType<PriceExpectation["at"]> {
    const given = prices.between(nowMs - HISTORY_MS, nowMs + FUTURE_MS);
    const known = publishedPrices(given, placeholdersOf(config), nowMs);
    const shapeOf = (field: keyof ExpectedPrices) =>
      learnPriceShape(
        known.map((slot) => ({ startMs: slot.startMs, endMs: slotEndMs(slot), value: slot[field] })),
        clock,
      );
    const buying = shapeOf("importPricePerKwh");
    const selling = shapeOf("exportPricePerKwh");
    if (!buying || !selling || buying.days === 0) return undefined;
    return (slot) => ({
      importPricePerKwh: buying.predict(slot).pricePerKwh,
      exportPricePerKwh: selling.predict(slot).pricePerKwh,
    });
  }

  return {
    at: (nowMs) => {
      const key = `${prices.knownUntilMs()} ${Math.floor(nowMs / LEARN_EVERY_MS)}`;
      if (learned?.key !== key) learned = { key, expected: learn(nowMs) };
      return learned.expected;
    },
  };
}
