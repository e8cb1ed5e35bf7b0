import { expect, test } from "vitest";
import { aBoiler, aHeatPump, aTank, aZone, householdOf, scheduleOf } from "../../../../tests/support/household-of.ts";
import { priceSchedule } from "../price-schedule.ts";

const cost = priceSchedule;

test("fuel costs by the heat that is made of it", () => {
  const problem = householdOf(2, {
    zones: [aZone(2)],
    tanks: [aTank(2)],
    boilers: [aBoiler(2, { fuelPricePerKwh: [0.1, 0.2], efficiency: 0.8 })],
  });
  const schedule = scheduleOf(problem, { boilerSpaceKw: [8, 0], boilerWaterKw: [4, 2] });
  expect(cost(problem, schedule).fuel).toBeCloseTo((12 * 0.1 + 2 * 0.2) / 0.8, 9);
  expect(cost(problem, schedule).energy).toBeCloseTo(2 * 0.2, 9);
});

test.each([
  { rule: "each start costs", previousKw: 0, spaceKw: [1, 0, 1], starts: 2 },
  { rule: "what ran before has not started", previousKw: 1, spaceKw: [1, 0, 1], starts: 1 },
  { rule: "standby is no start", previousKw: 0, spaceKw: [0.0005, 0, 0], starts: 0 },
])("a heat pump: $rule", ({ previousKw, spaceKw, starts }) => {
  const problem = householdOf(3, {
    zones: [aZone(3)],
    heatPumps: [aHeatPump(3, { tankId: undefined, previousKw, startPrice: 0.3 })],
  });
  expect(cost(problem, scheduleOf(problem, { spaceKw })).start).toBeCloseTo(0.3 * starts, 9);
});
