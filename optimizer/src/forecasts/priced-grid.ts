import { MS_PER_HOUR, type PriceSlot, type Slot, slotEndMs } from "@ohmstead/contract";
import { MS_PER_MINUTE, planningGrid, splitAt } from "../domain/slots.ts";

export interface PricedGrid {
  readonly slots: readonly Slot[];
  readonly importPricePerKwh: readonly number[];
  readonly exportPricePerKwh: readonly number[];
  /** Where the known prices end, or the horizon. */
  readonly untilMs: number;
  /** Prices end before the horizon: the grid ends there too, or goes on with what is expected. */
  readonly isCut: boolean;
  /** Hours within the grid whose price is missing and was bridged. */
  readonly bridgedHours: number;
}

interface Price {
  readonly startMs: number;
  readonly endMs: number;
  readonly importPrice: number;
  readonly exportPrice: number;
  readonly isBridge: boolean;
}

/** Prices of both directions over a slot. */
export interface ExpectedPrices {
  readonly importPricePerKwh: number;
  readonly exportPricePerKwh: number;
}

export interface GridWishes {
  /** Moments at which a slot must end. */
  readonly borders?: readonly number[];
  /** What prices will probably be where none is known yet: the grid then goes on to the horizon. */
  readonly expected?: ((slot: Slot) => ExpectedPrices) | undefined;
}

/** A longer hole than this ends the plan. */
const WIDEST_BRIDGE_MS = 2 * MS_PER_HOUR;
/** Nothing is planned for less than this, and no slot is made shorter. */
const SHORTEST_MS = MS_PER_MINUTE;

/**
 * The planning grid as far as prices are known, and their mean per slot; beyond, with what is expected, to the horizon. A slot within which
 * a known price changes is split there. Where prices overlap the finer one holds. A hole of up to two hours is bridged by the worse of its
 * neighbours (dearer to buy, cheaper to sell), so that nothing is planned for the sake of a price that nobody gave. Undefined when now has no price.
 */
export function pricedGrid(
  nowMs: number,
  horizonHours: number,
  prices: readonly PriceSlot[],
  { borders = [], expected }: GridWishes = {},
): PricedGrid | undefined {
  const known = contiguous(flattened(prices.filter((each) => slotEndMs(each) >= nowMs - WIDEST_BRIDGE_MS)), nowMs);
  const last = known.at(-1);
  if (!last || last.endMs - nowMs < SHORTEST_MS) return undefined;
  const whole = planningGrid(nowMs, horizonHours);
  const horizonMs = Math.max(...whole.slice(-1).map(slotEndMs));
  const untilMs = Math.min(horizonMs, last.endMs);
  const changes = known.flatMap((each, k) => (isSamePrice(each, known[k + 1]) ? [] : [each.endMs]));
  const slots = splitAt(splitAt(cutAt(whole, untilMs), changes), borders);
  const means = slots.map((slot) => meanPrice(known, slot));
  const endMs = Math.max(nowMs, ...slots.slice(-1).map(slotEndMs));
  const later = expected ? splitAt(restAfter(whole, endMs), borders) : [];
  const guessed = expected ? later.map(expected) : [];
  return {
    slots: [...slots, ...later],
    importPricePerKwh: [...means.map((each) => each.importPrice), ...guessed.map((each) => each.importPricePerKwh)],
    exportPricePerKwh: [...means.map((each) => each.exportPrice), ...guessed.map((each) => each.exportPricePerKwh)],
    untilMs,
    isCut: untilMs < horizonMs,
    bridgedHours: known
      .filter((each) => each.isBridge && each.startMs < untilMs)
      .reduce((hours, each) => hours + (each.endMs - each.startMs) / MS_PER_HOUR, 0),
  };
}

/** Without overlap, ascending: of several prices for a moment the one for the shorter slot, then the one given later. */
function flattened(prices: readonly PriceSlot[]): Price[] {
  const byRank = prices
    .toSorted((a, b) => a.hours - b.hours)
    .map((each) => ({
      startMs: each.startMs,
      endMs: slotEndMs(each),
      importPrice: each.importPricePerKwh,
      exportPrice: each.exportPricePerKwh,
      isBridge: false,
    }));
  const taken: Price[] = [];
  for (const [rank, price] of byRank.entries()) {
    const sameSlotLater = byRank
      .slice(rank + 1)
      .some((each) => each.startMs === price.startMs && each.endMs === price.endMs);
    if (!sameSlotLater) taken.push(...without(price, taken));
  }
  return taken.toSorted((a, b) => a.startMs - b.startMs);
}

/** What is left of a price where none of the others holds. */
function without(price: Price, others: readonly Price[]): Price[] {
  return others.reduce<Price[]>(
    (pieces, other) =>
      pieces.flatMap((piece) => {
        if (other.endMs <= piece.startMs || other.startMs >= piece.endMs) return [piece];
        const before = { ...piece, endMs: other.startMs };
        const after = { ...piece, startMs: other.endMs };
        return [before, after].filter((each) => each.endMs > each.startMs);
      }),
    [price],
  );
}

/** From now on without a hole; short holes are bridged. */
function contiguous(prices: readonly Price[], nowMs: number): Price[] {
  const run: Price[] = [];
  for (const [k, price] of prices.entries()) {
    if (price.endMs <= nowMs) continue;
    const before = run.at(-1) ?? prices[k - 1];
    const fromMs = Math.max(nowMs, before?.endMs ?? nowMs);
    if (price.startMs > fromMs) {
      if (!before || price.startMs - before.endMs > WIDEST_BRIDGE_MS) break;
      run.push({
        startMs: fromMs,
        endMs: price.startMs,
        importPrice: Math.max(before.importPrice, price.importPrice),
        exportPrice: Math.min(before.exportPrice, price.exportPrice),
        isBridge: true,
      });
    }
    run.push(price);
  }
  return run;
}

const isSamePrice = (a: Price, b: Price | undefined): boolean =>
  b !== undefined && a.importPrice === b.importPrice && a.exportPrice === b.exportPrice;

const between = (startMs: number, endMs: number): Slot => ({ startMs, hours: (endMs - startMs) / MS_PER_HOUR });

function cutAt(slots: readonly Slot[], untilMs: number): Slot[] {
  return slots
    .filter((slot) => untilMs - slot.startMs >= SHORTEST_MS)
    .map((slot) => (slotEndMs(slot) > untilMs ? between(slot.startMs, untilMs) : slot));
}

/** What of the slots lies after a moment, joined without a gap to what was cut there. */
function restAfter(slots: readonly Slot[], fromMs: number): Slot[] {
  const rest = slots.filter((slot) => slotEndMs(slot) - fromMs >= SHORTEST_MS);
  return rest.map((slot, k) => (k === 0 ? between(fromMs, slotEndMs(slot)) : slot));
}

function meanPrice(prices: readonly Price[], slot: Slot): { importPrice: number; exportPrice: number } {
  const endMs = slotEndMs(slot);
  let weight = 0;
  let importSum = 0;
  let exportSum = 0;
  for (const price of prices) {
    const sharedMs = Math.min(price.endMs, endMs) - Math.max(price.startMs, slot.startMs);
    if (sharedMs <= 0) continue;
    weight += sharedMs;
    importSum += price.importPrice * sharedMs;
    exportSum += price.exportPrice * sharedMs;
  }
  return { importPrice: importSum / weight, exportPrice: exportSum / weight };
}
