import { expect, test } from "vitest";
import { aTank, aZone, householdOf, scheduleOf } from "../../../../tests/support/household-of.ts";
import { priceSchedule } from "../price-schedule.ts";

const cost = priceSchedule;

test("walls are worth what they hold, as one with the air, up to a reference that may be set", () => {
  const mass = { tempC: 20, heatCapacityKwhPerK: 6, couplingKwPerK: 0.5 };
  const worth = (endReferenceTempC: number | undefined, airC: number, wallsC: number) => {
    const problem = householdOf(1, {
      zones: [aZone(1, { heatCapacityKwhPerK: 2, mass, ...(endReferenceTempC ? { endReferenceTempC } : {}) })],
    });
    const zones = [{ id: "living", tempC: [21, airC], massTempC: [20, wallsC] }];
    return -cost(problem, { ...scheduleOf(problem), zones }).endValue;
  };
  expect(worth(undefined, 22, 20.8)).toBeCloseTo(0.05 * 8 * (21.1 - 20.5), 9);
  expect(worth(undefined, 23, 23)).toBeCloseTo(0.05 * 8 * 1, 9);
  expect(worth(22.5, 24, 24)).toBeCloseTo(0.05 * 8 * 2, 9);
});

test("water is worth something up to its own reference", () => {
  const problem = householdOf(1, { tanks: [aTank(1, { endReferenceTempC: 50 })] });
  const left = cost(problem, { ...scheduleOf(problem), tanks: [{ id: "water", tempC: [50, 58] }] });
  expect(left.endValue).toBeCloseTo(-0.1 * 0.35 * 5, 9);
});
