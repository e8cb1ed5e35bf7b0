import { MS_PER_HOUR, type PriceSlot } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { createPriceExpectation } from "./expected-prices.ts";

const DAY_MS = 24 * MS_PER_HOUR;
const NOW_MS = Date.UTC(2024, 0, 15, 12);
const START_MS = Date.UTC(2024, 0, 1);

/** Dear evenings; a store that counts how often it is read. */
function storeOf(days: number) {
  const slots: PriceSlot[] = Array.from({ length: days * 24 }, (_, k) => ({
    startMs: START_MS + k * MS_PER_HOUR,
    hours: 1,
    importPricePerKwh: k % 24 >= 17 ? 0.4 : 0.2,
    exportPricePerKwh: 0.08,
  }));
  const count = { reads: 0 };
  const prices = {
    between: (fromMs: number, untilMs: number) => {
      count.reads += 1;
      return slots.filter((slot) => slot.startMs >= fromMs && slot.startMs < untilMs);
    },
    knownUntilMs: () => START_MS + days * DAY_MS,
  };
  return { prices, count };
}
const rule = { factor: 1, vat: 0, gridFees: [], addPerKwh: 0 };
const config = { timeZone: "UTC", prices: { source: [{ kind: "push" }], import: rule, export: rule } };
const at = (hour: number) => ({ startMs: START_MS + 20 * DAY_MS + hour * MS_PER_HOUR, hours: 1 });

test("prices of the days to come are expected as those in the store were, in both directions", () => {
  const expected = createPriceExpectation(storeOf(15).prices, config).at(NOW_MS);
  expect(expected?.(at(18)).importPricePerKwh).toBeCloseTo(0.4, 3);
  expect(expected?.(at(3)).importPricePerKwh).toBeCloseTo(0.2, 3);
  expect(expected?.(at(3)).exportPricePerKwh).toBeCloseTo(0.08, 6);
});

test("with less than a day of prices nothing is expected", () => {
  expect(createPriceExpectation(storeOf(0.5).prices, config).at(START_MS)).toBeUndefined();
});

test("zeros for days that nobody has published yet teach nothing", () => {
  const { prices } = storeOf(15);
  const zeros = Array.from({ length: 24 }, (_, k) => ({
    startMs: START_MS + 15 * DAY_MS + k * MS_PER_HOUR,
    hours: 1,
    importPricePerKwh: 0,
    exportPricePerKwh: 0,
  }));
  const given = {
    ...prices,
    between: (fromMs: number, untilMs: number) => [...prices.between(fromMs, untilMs), ...zeros],
  };
  expect(createPriceExpectation(given, config).at(NOW_MS)?.(at(3)).importPricePerKwh).toBeCloseTo(0.2, 3);
});

test("it is learned again when new prices are out or hours have passed, not with every plan", () => {
  const { prices, count } = storeOf(15);
  const expectation = createPriceExpectation(prices, config);
  for (let minute = 0; minute < 60; minute += 5) expectation.at(NOW_MS + minute * 60_000);
  expect(count.reads).toBe(1);
  expectation.at(NOW_MS + 7 * MS_PER_HOUR);
  expect(count.reads).toBe(2);
});
