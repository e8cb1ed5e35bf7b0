import type { PriceSlot } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { openStore } from "./store.ts";

const HOUR = 3_600_000;
const slot = (startHour: number, price: number, hours = 1): PriceSlot => ({
  startMs: startHour * HOUR,
  hours,
  importPricePerKwh: price,
  exportPricePerKwh: price / 2,
});
const saved = (...batches: readonly (readonly [source: string, slots: readonly PriceSlot[], atMs: number])[]) => {
  const { prices } = openStore(":memory:");
  for (const batch of batches) prices.save(...batch);
  return prices;
};

test("gives back what reaches into the time asked for, sorted", () => {
  const prices = saved(["csv", [slot(3, 30), slot(1, 10), slot(2, 20)], 0]);
  expect(prices.opinions(1.5 * HOUR, 3 * HOUR)).toMatchObject([slot(1, 10), slot(2, 20)]);
  expect(prices.opinions(4 * HOUR, 9 * HOUR)).toEqual([]);
  expect(prices.knownUntilMs()).toBe(4 * HOUR);
  expect(saved().knownUntilMs()).toBeUndefined();
});

test("a slot as long as a day is found from its last hour", () => {
  expect(saved(["csv", [slot(24, 5, 24)], 0]).opinions(47 * HOUR, 48 * HOUR)).toMatchObject([slot(24, 5, 24)]);
});

test("a source that speaks again about the same time replaces what it said, whatever the lengths", () => {
  const prices = saved(["csv", [slot(1, 10), slot(2, 20)], 0], ["csv", [slot(1, 11, 0.5), slot(1.5, 12, 0.5)], 0]);
  expect(prices.opinions(0, 9 * HOUR)).toMatchObject([slot(1, 11, 0.5), slot(1.5, 12, 0.5), slot(2, 20)]);
});

test("tells what each source says, where they overlap too, and when it last said it", () => {
  const prices = saved(["csv", [slot(0, 1, 2), slot(2, 2, 2)], 100], ["push", [slot(1, 9)], 200]);
  prices.save("csv", [slot(2, 2, 2)], 300);
  expect(prices.opinions(HOUR, 4 * HOUR)).toEqual([
    { ...slot(0, 1, 2), source: "csv", storedAtMs: 100 },
    { ...slot(1, 9), source: "push", storedAtMs: 200 },
    { ...slot(2, 2, 2), source: "csv", storedAtMs: 300 },
  ]);
  expect(prices.opinions(4 * HOUR, 9 * HOUR)).toEqual([]);
});
