import type { HouseholdProblem } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { anAppliance, householdOf, MIDNIGHT_MS, scheduleOf } from "../../../../tests/support/household-of.ts";
import { priceSchedule } from "../price-schedule.ts";

const cost = priceSchedule;

const house = (untilHour: number, parts: object = {}) =>
  householdOf(2, {
    importPricePerKwh: [0.1, 0.4],
    appliances: [
      anAppliance(2, {
        powerKw: 2,
        runHours: 1,
        window: { fromMs: MIDNIGHT_MS, untilMs: MIDNIGHT_MS + untilHour * 3_600_000 },
        ...parts,
      }),
    ],
  });
const missing = (problem: HouseholdProblem, applianceKw: number[] = [0, 0]) =>
  cost(problem, scheduleOf(problem, { applianceKw })).discomfort;
test("costs what running later will, while that is possible", () => {
  expect(missing(house(3))).toBeCloseTo(2 * 0.25, 9);
  expect(missing(house(3), [2, 0])).toBe(0);
});
test("costs three times the dearest price when it is not", () => {
  expect(missing(house(2.9))).toBeCloseTo(2 * 3, 9);
  expect(missing(house(2, { singleBlock: false }), [0.5, 0])).toBeCloseTo(1.5 * 3, 9);
});
test("running later at negative prices earns nothing now", () => {
  expect(missing({ ...house(3), importPricePerKwh: [-0.5, 0.1] })).toBe(0);
});
test("misses nothing once it runs", () => {
  const running = house(2, { startedMs: MIDNIGHT_MS - 1_800_000 });
  expect(missing(running, [1, 0])).toBe(0);
});
