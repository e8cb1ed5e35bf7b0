import { MS_PER_HOUR, type PriceSlot } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { comparePrices, examinePrices } from "./examine-prices.ts";

/** A Friday noon in Helsinki. */
const NOW_MS = Date.parse("2024-01-05T10:00:00Z");
const MIDNIGHT_MS = Date.parse("2024-01-04T22:00:00Z");
const hours = (count: number, price: (k: number) => number = (k) => 0.1 + 0.01 * (k % 24)): PriceSlot[] =>
  Array.from({ length: count }, (_, k) => ({
    startMs: MIDNIGHT_MS + k * MS_PER_HOUR,
    hours: 1,
    importPricePerKwh: price(k),
    exportPricePerKwh: 0.05,
  }));
const examine = (prices: readonly PriceSlot[], more: object = {}) =>
  examinePrices({
    prices,
    nowMs: NOW_MS,
    timeZone: "Europe/Helsinki",
    currency: "EUR",
    publishedAt: { time: "13:00", timeZone: "Europe/Brussels" },
    ...more,
  });
const evening = { nowMs: Date.parse("2024-01-05T18:00:00Z") };

test.each([
  {
    what: "today before publication",
    prices: hours(24),
    more: {},
    status: "ok",
    says: /until Sat 6 Jan, 00:00, 0\.22 to 0\.33 EUR/,
  },
  { what: "both days after it", prices: hours(48), more: evening, status: "ok", says: /until Sun 7 Jan/ },
  { what: "a market whose day ends an hour earlier", prices: hours(47), more: evening, status: "ok", says: /until/ },
  {
    what: "no tomorrow, hours after publication",
    prices: hours(24),
    more: evening,
    status: "warning",
    says: /ends Sat 6 Jan, 00:00, 25 hours before the end of what is published at 13:00/,
  },
  {
    what: "half a tomorrow from a tariff that always knows",
    prices: hours(36),
    more: { ...evening, publishedAt: undefined },
    status: "warning",
    says: /ends Sat 6 Jan, 12:00, 12 hours before the end of what it should know by now/,
  },
  { what: "nothing at all", prices: [], more: {}, status: "failing", says: /no price at all/ },
  {
    what: "yesterday only",
    prices: hours(10),
    more: {},
    status: "failing",
    says: /no price for now; the last ended Fri 5 Jan, 10:00/,
  },
  {
    what: "a hole",
    prices: hours(24).filter((_, k) => k !== 15),
    more: {},
    status: "warning",
    says: /hole of 1 hour from Fri 5 Jan, 15:00/,
  },
  { what: "cents", prices: hours(24, () => 12), more: {}, status: "warning", says: /above 12 EUR per kWh/ },
  {
    what: "the bare spot price of a windy week",
    prices: hours(24, () => 0.004),
    more: {},
    status: "warning",
    says: /below 0\.004 EUR/,
  },
  {
    what: "the same number in yen",
    prices: hours(24, () => 12),
    more: { currency: "JPY" },
    status: "ok",
    says: /12 to 12 JPY/,
  },
])("$what is $status", ({ prices, more, status, says }) => {
  const [finding, ...others] = examine(prices, more);
  expect(finding?.status).toBe(status);
  expect(finding?.detail).toMatch(says);
  expect(others).toEqual([]);
  if (status !== "ok") expect(finding?.remedy).toBeTruthy();
});

test("a second source without taxes is told from one with them", () => {
  const first = { name: "tibber", prices: hours(24) };
  const bare = { name: "energy-charts", prices: hours(24, (k) => 0.01 * (k % 24)) };
  expect(comparePrices(first, bare, "EUR")?.detail).toBe("at the meter it is 0.1 below tibber for the same hours");
  expect(
    comparePrices(first, { name: "other", prices: hours(24, (k) => 0.102 + 0.01 * (k % 24)) }, "EUR"),
  ).toBeUndefined();
  expect(comparePrices(first, { name: "short", prices: bare.prices.slice(0, 3) }, "EUR")).toBeUndefined();
});
