import { MS_PER_HOUR, type PriceSlot, type RestsOn, type Slot, slotEndMs, type TariffShape } from "@ohmstead/contract";
import type { LocalTime } from "../domain/local-time.ts";
import { eachQuarter, QUARTER_MS } from "../domain/quarter-hours.ts";
import { tariffAt } from "../domain/tariff-shape.ts";
import type { Giver } from "./ladder.ts";

/** A price that a source gave, and when it last gave it. */
export interface PriceOpinion extends PriceSlot {
  readonly source: string;
  readonly storedAtMs: number;
}

/** A price that a source gave for this time, and how far down the ladder that source is. */
export interface KnownPrice extends PriceSlot {
  readonly by: Pick<RestsOn, "rung" | "source" | "issuedAtMs">;
}

/** Final prices of both directions over a slot. */
export interface Prices {
  readonly importPricePerKwh: number;
  readonly exportPricePerKwh: number;
}

/** Somebody who knows what prices are, or will be, where no source gave one. */
export interface PriceGiver extends Giver<Prices> {
  /** Moments between the two at which its price changes, where a slot should end. */
  readonly changes?: (fromMs: number, untilMs: number) => readonly number[];
}

export interface KnownOptions {
  /** The names of the sources, best first. */
  readonly order: readonly string[];
  readonly nowMs: number;
}

/**
 * Markets publish once a day, some an hour or two late now and then, and every source is asked more often than that: one that has not said a
 * price again for longer is silent. Its price stays valid, but anybody who speaks now is believed first.
 */
export const FRESH_MS = 26 * MS_PER_HOUR;

/** Prices that somebody pushed, in a house that has no source of that name. */
const PUSHED = "push";

/**
 * Who is believed about prices: the sources in their order while they are fresh, then what they last said, in the same order. Pushed prices that no
 * source of the config announces come first: somebody sent them on purpose. Of one source the shorter slots, of equal ones those given later.
 * Sorted, without overlap.
 */
export function knownPrices(opinions: readonly PriceOpinion[], { order: known, nowMs }: KnownOptions): KnownPrice[] {
  const isAnnounced = known.includes(PUSHED);
  const order = isAnnounced ? known : [PUSHED, ...known];
  const best = new Set(order.slice(0, isAnnounced ? 1 : 2));
  const rankOf = (source: string): number => (order.includes(source) ? order.indexOf(source) : order.length);
  const bySource = Map.groupBy(opinions, ({ source }) => source);
  const sources = [...bySource.keys()].toSorted((a, b) => rankOf(a) - rankOf(b));
  const told = sources.map((source) => {
    const said = bySource.get(source) ?? [];
    const fresh = best.has(source) ? "best" : "second";
    return said
      .toSorted((a, b) => a.hours - b.hours || b.storedAtMs - a.storedAtMs || a.startMs - b.startMs)
      .map(({ source: _source, storedAtMs, ...slot }): KnownPrice => {
        const isFresh = nowMs - storedAtMs <= FRESH_MS;
        return { ...slot, by: { rung: isFresh ? fresh : "cached", source, issuedAtMs: storedAtMs } };
      });
  });
  const layersOf = (prices: readonly KnownPrice[]) => [
    ...Map.groupBy(prices, ({ hours, by }) => `${hours} ${by.issuedAtMs}`).values(),
  ];
  const layers = [
    ...told.flatMap((prices) => layersOf(prices.filter(({ by }) => by.rung !== "cached"))),
    ...told.flatMap((prices) => layersOf(prices.filter(({ by }) => by.rung === "cached"))),
  ];
  return layers.reduce<KnownPrice[]>(
    (taken, layer) =>
      filledUp(
        taken,
        layer.toSorted((a, b) => a.startMs - b.startMs),
      ),
    [],
  );
}

/** What is taken, and of the others (sorted) what lies beside it. */
function filledUp(taken: readonly KnownPrice[], others: readonly KnownPrice[]): KnownPrice[] {
  const added: KnownPrice[] = [];
  let first = 0;
  for (const price of others) {
    let fromMs = Math.max(price.startMs, ...added.slice(-1).map(slotEndMs));
    const endMs = slotEndMs(price);
    const add = (untilMs: number): void => {
      if (untilMs > fromMs) added.push({ ...price, startMs: fromMs, hours: (untilMs - fromMs) / MS_PER_HOUR });
    };
    for (let other = taken[first]; other && slotEndMs(other) <= price.startMs; other = taken[first]) first += 1;
    for (let k = first, other = taken[k]; other && other.startMs < endMs; k += 1, other = taken[k]) {
      add(other.startMs);
      fromMs = Math.max(fromMs, slotEndMs(other));
    }
    add(endMs);
  }
  return [...taken, ...added].toSorted((a, b) => a.startMs - b.startMs);
}

/** What was learned of the prices that are known. */
export interface LearnedPrices {
  /** Whole days that it was learned from; with none of them every hour has the mean of what is known. */
  readonly days: number;
  /** When it was learned, and where the prices ended that it was learned from. */
  readonly atMs: number;
  readonly untilMs: number;
  readonly over: (slot: Slot) => Prices;
}

/**
 * So long after the last price what was learned is believed before the config's fallback. Its level is that of the last days: its error grows by a
 * sixth from the first day to the second (docs/learning/price-shape.md), and a market that is silent for longer than two days is no market.
 */
const LEARNED_HOLDS_MS = 48 * MS_PER_HOUR;

/** Who says what prices are where no source does, best first; each knows every slot. Empty where nothing is known at all. */
export function priceGivers(
  nowMs: number,
  learned: LearnedPrices | undefined,
  fallback: PriceGiver | undefined,
): PriceGiver[] {
  const shape: PriceGiver | undefined = learned && {
    rung: "learned",
    source: learned.days > 0 ? "price-shape" : "mean-of-known-prices",
    issuedAtMs: learned.atMs,
    at: learned.over,
  };
  const isOfNow = learned && learned.days > 0 && nowMs - learned.untilMs <= LEARNED_HOLDS_MS;
  return (isOfNow ? [shape, fallback] : [fallback, shape]).filter((each) => each !== undefined);
}

/** `prices.fallback` of the config, by the clock on the wall. */
export function fallbackPrices(tariff: TariffShape, clock: (ms: number) => LocalTime): PriceGiver {
  const at = tariffAt(tariff, clock);
  return {
    rung: "fallback",
    source: "prices.fallback",
    at: (slot) => {
      const sums = { importPricePerKwh: 0, exportPricePerKwh: 0 };
      eachQuarter(slot.startMs, slotEndMs(slot), (ms, hours) => {
        const { importPerKwh, exportPerKwh } = at(ms);
        sums.importPricePerKwh += (importPerKwh * hours) / slot.hours;
        sums.exportPricePerKwh += (exportPerKwh * hours) / slot.hours;
      });
      return sums;
    },
    changes: (fromMs, untilMs) => {
      const found: number[] = [];
      eachQuarter(fromMs, untilMs, (ms) => {
        const [before, after] = [at(ms - QUARTER_MS), at(ms)];
        const isSame = before.importPerKwh === after.importPerKwh && before.exportPerKwh === after.exportPerKwh;
        if (!isSame && ms > fromMs) found.push(ms);
      });
      return found;
    },
  };
}
