import { expect, test } from "vitest";
import { householdOf, MIDNIGHT_MS, scheduleOf } from "../../../../tests/support/household-of.ts";
import { priceSchedule } from "../price-schedule.ts";

const cost = priceSchedule;

test("of two connection limits the lower counts", () => {
  const problem = householdOf(3, { site: { importLimitKw: 0.5, importLimitPerSlotKw: [0.8, 0.25, 9] } });
  expect(cost(problem, scheduleOf(problem)).discomfort).toBeCloseTo(5 * (0.5 + 0.75 + 0.5), 9);
});

const quarters = Array.from({ length: 6 }, (_, k) => ({ startMs: MIDNIGHT_MS + k * 450_000, hours: 0.125 }));
const demand = (demandCharge: { pricePerKw: number; aboveKw?: number; meteringHours?: number }) => {
  const problem = householdOf(6, { slots: quarters, site: { demandCharge }, baseLoadKw: [4, 0, 3, 3, 1, 0] });
  return cost(problem, scheduleOf(problem)).demand;
};
test("counts the highest mean of a metering period on the clock", () => {
  expect(demand({ pricePerKw: 10 })).toBeCloseTo(10 * 3, 9);
  expect(demand({ pricePerKw: 10, meteringHours: 0.5 })).toBeCloseTo((10 * (4 + 0 + 3 + 3)) / 4, 9);
});
test("leaves free what is free", () => {
  expect(demand({ pricePerKw: 10, aboveKw: 2.25 })).toBeCloseTo(10 * 0.75, 9);
  expect(demand({ pricePerKw: 10, aboveKw: 5 })).toBe(0);
});
test("weighs a period that is cut by the horizon by what is there of it", () => {
  const problem = householdOf(1, {
    slots: [{ startMs: MIDNIGHT_MS + 600_000, hours: 1 / 12 }],
    site: { demandCharge: { pricePerKw: 10 } },
    baseLoadKw: [2],
  });
  expect(cost(problem, scheduleOf(problem)).demand).toBeCloseTo(20, 9);
});
