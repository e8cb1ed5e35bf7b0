import { type HomeConfig, MS_PER_HOUR, slotEndMs } from "@ohmstead/contract";
import { holidaysOf, placeOfZone } from "../domain/holidays.ts";
import { localClock } from "../domain/local-time.ts";
import {
  fallbackPrices,
  type KnownPrice,
  knownPrices,
  type LearnedPrices,
  type PriceGiver,
  priceGivers,
  type Prices,
} from "../forecasts/price-ladder.ts";
import { learnPriceShape } from "../learning/price-shape.ts";
import type { Store } from "../store/store.ts";

const DAY_MS = 24 * MS_PER_HOUR;
const HISTORY_MS = 45 * DAY_MS;
const FUTURE_MS = 14 * DAY_MS;
/** Learned again when new prices are out, and now and then. */
const LEARN_EVERY_MS = 6 * MS_PER_HOUR;

export interface PriceBook {
  /** Prices that sources gave for [fromMs, untilMs), of each moment those of whom we believe now; sorted, without overlap. */
  known(fromMs: number, untilMs: number, nowMs: number): readonly KnownPrice[];
  /** Who says what prices are where no source does, best first; empty where nothing is known at all. */
  givers(nowMs: number): readonly PriceGiver[];
}

/** Prices of both directions from the store, and what follows from them and the config. `sources` are the names of the sources, best first. */
export function createPriceBook(
  prices: Pick<Store["prices"], "opinions" | "knownUntilMs">,
  config: Pick<HomeConfig, "timeZone" | "holidays" | "prices">,
  sources: readonly string[],
): PriceBook {
  const clock = localClock(config.timeZone);
  const isHoliday = holidaysOf(config.holidays ?? placeOfZone(config.timeZone));
  const fallback = config.prices.fallback && fallbackPrices(config.prices.fallback, clock);
  let last: { readonly key: string; readonly learned: LearnedPrices | undefined } | undefined;

  const known = (fromMs: number, untilMs: number, nowMs: number): KnownPrice[] =>
    knownPrices(prices.opinions(fromMs, untilMs), { order: sources, nowMs });

  /** Of a market that has been silent for long the days before that still say something. */
  function learn(nowMs: number): LearnedPrices | undefined {
    const history = known(Math.min(nowMs, prices.knownUntilMs() ?? nowMs) - HISTORY_MS, nowMs + FUTURE_MS, nowMs);
    const end = history.at(-1);
    const shapeOf = (field: keyof Prices) =>
      learnPriceShape(
        history.map((slot) => ({ startMs: slot.startMs, endMs: slotEndMs(slot), value: slot[field] })),
        clock,
        isHoliday,
      );
    const [buying, selling] = [shapeOf("importPricePerKwh"), shapeOf("exportPricePerKwh")];
    if (!end || !buying || !selling) return undefined;
    return {
      days: buying.days,
      atMs: nowMs,
      untilMs: slotEndMs(end),
      over: (slot) => ({
        importPricePerKwh: buying.predict(slot).pricePerKwh,
        exportPricePerKwh: selling.predict(slot).pricePerKwh,
      }),
    };
  }

  return {
    known,
    givers: (nowMs) => {
      const key = `${prices.knownUntilMs()} ${Math.floor(nowMs / LEARN_EVERY_MS)}`;
      if (last?.key !== key) last = { key, learned: learn(nowMs) };
      return priceGivers(nowMs, last.learned, fallback);
    },
  };
}
