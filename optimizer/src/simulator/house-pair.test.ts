import { expect, test } from "vitest";
import { createHousePair } from "./house-pair.ts";
import { oldRules } from "./old-rules.ts";
import { demoHouse } from "./physics/house-setup.ts";
import { steadyDays } from "./steady-days.ts";
import { stockPrice } from "./stock-value.ts";

const START_MS = Date.UTC(2024, 0, 5, 8);
const HOUR_MS = 3_600_000;

test("two houses that are ruled alike cost the same and save nothing", () => {
  const pair = createHousePair(demoHouse, steadyDays(START_MS, { outdoorTempC: -5 }), 1, START_MS);
  for (let minute = 1; minute <= 300; minute++) {
    pair.controlled.setControls(oldRules(demoHouse, START_MS + 2 * HOUR_MS, -5));
    expect(pair.advanceTo(START_MS + minute * 60_000)).toBe(true);
  }
  const report = pair.report();
  expect(report.controlled).toEqual(report.oldRules);
  expect(report.saved).toBeCloseTo(0, 9);
  expect(report.nowMs).toBe(START_MS + 5 * HOUR_MS);
});

test("a battery that was bought full is worth what it holds", () => {
  const pair = createHousePair(demoHouse, steadyDays(START_MS, { outdoorTempC: -5 }), 1, START_MS);
  pair.controlled.setControls({ batteryMode: "charge", batteryChargeKw: 5 });
  pair.advanceTo(START_MS + HOUR_MS);
  const { controlled, oldRules: twin, stock, saved } = pair.report();
  expect(controlled.cost).toBeGreaterThan(twin.cost + 1);
  expect(stock.pricePerKwh).toBeCloseTo(0.1 * 1.24 + 0.07, 9);
  expect(stock.controlled.batteryKwh - stock.oldRules.batteryKwh).toBeGreaterThan(4.5);
  // At a flat price it is a bad bargain, but by its losses only.
  expect(saved).toBeLessThan(0);
  expect(saved).toBeGreaterThan(-0.25);
});

test("far behind, it catches up in bounded steps", () => {
  const pair = createHousePair(demoHouse, steadyDays(START_MS), 1, START_MS);
  expect(pair.advanceTo(START_MS + HOUR_MS, 30)).toBe(false);
  expect(pair.nowMs()).toBe(START_MS + HOUR_MS / 2);
  expect(pair.advanceTo(START_MS + HOUR_MS, 30)).toBe(true);
});

test("what is left is priced at the median of the coming day, not at the spike of the moment", () => {
  const price = (atMs: number): number => (atMs < START_MS + 4 * HOUR_MS ? 2 : 0.2);
  expect(stockPrice(price, START_MS)).toBe(0.2);
});
