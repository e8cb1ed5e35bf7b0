import { inCurrency, MS_PER_HOUR, type PriceSlot, slotEndMs } from "@ohmstead/contract";
import { DateTime } from "luxon";
import { spokenHours } from "../problem/spoken-hours.ts";
import { doubtful, type Finding, well, wrong } from "./finding.ts";

export interface PricesToExamine {
  /** Final prices at the meter, ascending, without overlap. */
  readonly prices: readonly PriceSlot[];
  readonly nowMs: number;
  readonly timeZone: string;
  readonly currency: string;
  /** When its market publishes the next day. */
  readonly publishedAt?: { readonly time: string; readonly timeZone: string } | undefined;
}

/** Publication takes its time. */
const PUBLICATION_HOURS = 2;
/** Where a source does not say when it publishes: later than any market. */
const USUALLY_KNOWN_BY = "17:00";

/** What a kWh costs a household on an ordinary day, in euro: outside of it the unit or the tariff is likely wrong. */
const ORDINARY_EURO = { low: 0.02, high: 1.5 } as const;
/** Prices of two sources that differ by less are of one tariff, in euro. */
const SAME_TARIFF_EURO = 0.005;

/** What a price source has given: is there one for now, is tomorrow complete once it is published, can the level be true. */
export function examinePrices(given: PricesToExamine): Finding[] {
  const { prices, nowMs, currency } = given;
  if (prices.length === 0)
    return [wrong("it answers, but gives no price at all", "check the region, product or zone in its settings")];
  const complaints = [...coverage(given), ...level(given)];
  if (complaints.length > 0) return complaints;
  const ahead = prices.filter((each) => slotEndMs(each) > nowMs);
  return [
    well(
      `prices until ${spokenTime(given, endOf(ahead))}, ${round(lowest(ahead))} to ${round(highest(ahead))} ${currency} per kWh at the meter`,
    ),
  ];
}

function coverage(given: PricesToExamine): Finding[] {
  const { prices, nowMs, publishedAt } = given;
  const ahead = prices.filter((each) => slotEndMs(each) > nowMs);
  const [first] = ahead;
  if (!first || first.startMs > nowMs)
    return [
      wrong(
        `it has no price for now; the ${first ? `next begins ${spokenTime(given, first.startMs)}` : `last ended ${spokenTime(given, endOf(prices))}`}`,
        "check its time zone and region, or put another source beside it: prices.source takes a list",
      ),
    ];
  const holes = ahead.flatMap((each, k) => {
    const next = ahead[k + 1];
    const hours = next ? (next.startMs - slotEndMs(each)) / MS_PER_HOUR : 0;
    return hours > 1e-6 ? [{ atMs: slotEndMs(each), hours }] : [];
  });
  const findings: Finding[] = holes
    .slice(0, 1)
    .map(({ atMs, hours }) =>
      doubtful(
        `it has a hole of ${spokenHours(hours)} from ${spokenTime(given, atMs)}${holes.length > 1 ? `, and ${holes.length - 1} more` : ""}`,
        "put another source beside it (prices.source takes a list), or a tariff for want of any (prices.fallback)",
      ),
    );
  const missingHours = (expectedUntilMs(given) - endOf(ahead)) / MS_PER_HOUR;
  // Market and house may live by different midnights.
  if (missingHours <= 2) return findings;
  return [
    ...findings,
    doubtful(
      `it ends ${spokenTime(given, endOf(ahead))}, ${spokenHours(missingHours)} before the end of what ${publishedAt ? `is published at ${publishedAt.time}` : "it should know by now"}`,
      "nothing to change if this is new today: it is asked again; otherwise check its zone and currency, or add a second source",
    ),
  ];
}

/** The end of the last day that must be known by now: the market's own days, where it says when it publishes. */
function expectedUntilMs({ nowMs, timeZone, publishedAt }: PricesToExamine): number {
  const { time, timeZone: zone } = publishedAt ?? { time: USUALLY_KNOWN_BY, timeZone };
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  const market = DateTime.fromMillis(nowMs, { zone });
  const isOut = market >= market.set({ hour, minute, second: 0, millisecond: 0 }).plus({ hours: PUBLICATION_HOURS });
  return market
    .startOf("day")
    .plus({ days: isOut ? 2 : 1 })
    .toMillis();
}

function level({ prices, currency }: PricesToExamine): Finding[] {
  const middle = prices.map((each) => each.importPricePerKwh).toSorted((a, b) => a - b)[Math.floor(prices.length / 2)];
  if (middle === undefined) return [];
  const [low, high] = [inCurrency(ORDINARY_EURO.low, currency), inCurrency(ORDINARY_EURO.high, currency)];
  const found = `half of its prices are ${middle > high ? "above" : "below"} ${round(middle)} ${currency} per kWh at the meter`;
  if (middle > high)
    return [
      doubtful(found, "a price per MWh or in cents needs factor (0.001, 0.01) in prices.import and prices.export"),
    ];
  if (middle < low)
    return [
      doubtful(
        found,
        "without taxes and grid fees the plan trades too much: state them in prices.import (vat, gridFees, addPerKwh)",
      ),
    ];
  return [];
}

/** Two sources of one house must agree: the final prices of the second beside those of the first. */
export function comparePrices(
  first: { readonly name: string; readonly prices: readonly PriceSlot[] },
  second: { readonly name: string; readonly prices: readonly PriceSlot[] },
  currency: string,
): Finding | undefined {
  const byStart = new Map(first.prices.map((each) => [each.startMs, each.importPricePerKwh]));
  const differences = second.prices.flatMap(({ startMs, importPricePerKwh }) => {
    const other = byStart.get(startMs);
    return other === undefined ? [] : [importPricePerKwh - other];
  });
  if (differences.length < 12) return undefined;
  const usual = differences.toSorted((a, b) => a - b)[Math.floor(differences.length / 2)] ?? 0;
  const prices = first.prices.map((each) => Math.abs(each.importPricePerKwh)).toSorted((a, b) => a - b);
  const size = prices[Math.floor(prices.length / 2)] ?? 0;
  if (Math.abs(usual) <= 0.1 * size + inCurrency(SAME_TARIFF_EURO, currency)) return undefined;
  return doubtful(
    `at the meter it is ${round(Math.abs(usual))} ${usual < 0 ? "below" : "above"} ${first.name} for the same hours`,
    `give it a tariff of its own: in prices.source, beside kind, tariff: { import: { … }, export: { … } }`,
  );
}

const endOf = (prices: readonly PriceSlot[]): number => Math.max(...prices.slice(-1).map(slotEndMs));
const lowest = (prices: readonly PriceSlot[]): number => Math.min(...prices.map((each) => each.importPricePerKwh));
const highest = (prices: readonly PriceSlot[]): number => Math.max(...prices.map((each) => each.importPricePerKwh));
const round = (price: number): string => String(Number(price.toPrecision(3)));
const spokenTime = ({ timeZone }: PricesToExamine, ms: number): string =>
  DateTime.fromMillis(ms, { zone: timeZone }).toFormat("ccc d LLL, HH:mm", { locale: "en" });
