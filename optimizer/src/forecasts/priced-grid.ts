import { MS_PER_HOUR, type RestsOn, type Slot, slotEndMs } from "@ohmstead/contract";
import { planningGrid, splitAt } from "../domain/slots.ts";
import { climb, type Given, restsOn } from "./ladder.ts";
import type { KnownPrice, PriceGiver, Prices } from "./price-ladder.ts";

export interface PricedGrid {
  readonly slots: readonly Slot[];
  readonly importPricePerKwh: readonly number[];
  readonly exportPricePerKwh: readonly number[];
  readonly restsOn: readonly RestsOn[];
}

export interface GridWishes {
  /** Moments at which a slot must end. */
  readonly borders?: readonly number[];
  /** Who says what prices are where none is known, best first. */
  readonly givers?: readonly PriceGiver[];
}

/**
 * The planning grid and the mean price of each slot: what is known (sorted, without overlap), else what the best of the others says. A slot within
 * which a known price changes, begins or ends is split there. The plan ends where nobody knows a price; undefined when nobody knows that of now.
 */
export function pricedGrid(
  nowMs: number,
  horizonHours: number,
  known: readonly KnownPrice[],
  { borders = [], givers = [] }: GridWishes = {},
): PricedGrid | undefined {
  const whole = planningGrid(nowMs, horizonHours);
  const endMs = Math.max(...whole.slice(-1).map(slotEndMs));
  const ahead = known.filter((each) => slotEndMs(each) > nowMs && each.startMs < endMs);
  const changes = [
    ...ahead.flatMap((price, k) => (isSamePrice(price, ahead[k + 1]) ? [] : [slotEndMs(price)])),
    ...ahead
      .map(({ startMs }) => startMs)
      .filter((ms, k) => ms !== slotEndMs(ahead[k - 1] ?? { startMs: 0, hours: 0 })),
    ...(givers[0]?.changes?.(nowMs, endMs) ?? []).filter((ms) => !ahead.some((price) => holdsAt(price, ms))),
  ];
  const slots = splitAt(splitAt(whole, changes), borders);
  const given = withKnown(slots, ahead, givers);
  const unknown = given.indexOf(undefined);
  const priced = given.slice(0, unknown < 0 ? given.length : unknown).filter((each) => each !== undefined);
  if (priced.length === 0) return undefined;
  const ours = slots.slice(0, priced.length);
  return {
    slots: ours,
    importPricePerKwh: priced.map(({ value }) => value.importPricePerKwh),
    exportPricePerKwh: priced.map(({ value }) => value.exportPricePerKwh),
    restsOn: restsOn("prices", ours, priced),
  };
}

const holdsAt = (price: Slot, ms: number): boolean => price.startMs < ms && ms < slotEndMs(price);

/** Neighbours at one price need no border. */
const isSamePrice = (a: KnownPrice, b: KnownPrice | undefined): boolean =>
  b !== undefined &&
  slotEndMs(a) === b.startMs &&
  a.importPricePerKwh === b.importPricePerKwh &&
  a.exportPricePerKwh === b.exportPricePerKwh;

/** A slot is known when most of it is: no border makes slots of less than a minute. */
function withKnown(
  slots: readonly Slot[],
  known: readonly KnownPrice[],
  givers: readonly PriceGiver[],
): (Given<Prices> | undefined)[] {
  const bySaid = new Map<string, PriceGiver>();
  const giverOf = ({ by }: KnownPrice): PriceGiver => {
    const key = `${by.rung} ${by.source} ${by.issuedAtMs}`;
    const giver = bySaid.get(key) ?? { ...by, at: () => undefined };
    bySaid.set(key, giver);
    return giver;
  };
  return slots.map((slot) => {
    const shared = known
      .map((price) => ({ price, hours: sharedHours(price, slot) }))
      .filter(({ hours }) => hours > 0)
      .toSorted((a, b) => b.hours - a.hours);
    const [most] = shared;
    const hours = shared.reduce((sum, each) => sum + each.hours, 0);
    if (!most || hours < slot.hours / 2) return climb([slot], givers)[0];
    const mean = (field: keyof Prices): number =>
      shared.reduce((sum, each) => sum + each.price[field] * each.hours, 0) / hours;
    // One price needs no mean, whose rounding would tell like prices apart.
    const means = { importPricePerKwh: mean("importPricePerKwh"), exportPricePerKwh: mean("exportPricePerKwh") };
    return { value: shared.length === 1 ? most.price : means, giver: giverOf(most.price) };
  });
}

const sharedHours = (a: Slot, b: Slot): number =>
  (Math.min(slotEndMs(a), slotEndMs(b)) - Math.max(a.startMs, b.startMs)) / MS_PER_HOUR;
