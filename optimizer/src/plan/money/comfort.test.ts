import type { HouseholdProblem, Schedule } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { aTank, aZone, householdOf, MIDNIGHT_MS, scheduleOf } from "../../../../tests/support/household-of.ts";
import { priceSchedule } from "../price-schedule.ts";

const cost = priceSchedule;

/** States are set by hand where only the money matters. */
const withTemps = (schedule: Schedule, zoneC: readonly number[], tankC: readonly number[]): Schedule => ({
  ...schedule,
  zones: schedule.zones.map((zone) => ({ ...zone, tempC: zoneC })),
  tanks: schedule.tanks.map((tank) => ({ ...tank, tempC: tankC })),
});

test.each([
  { rule: "below, beyond the first kelvin", endC: 18, expected: 0.6 * (1 + 2 * 1.5) },
  { rule: "above, with its own price", endC: 26, expected: 0.2 * (1 + 7 * 2) },
])("a room with its own steps: $rule", ({ endC, expected }) => {
  const zone = aZone(1, {
    discomfortPricePerKelvinHour: 0.6,
    discomfortFactorBeyond: 2,
    overheatPricePerKelvinHour: 0.2,
    overheatFactorBeyond: 7,
  });
  const problem = householdOf(1, { zones: [zone] });
  expect(cost(problem, withTemps(scheduleOf(problem), [21, endC], [])).discomfort).toBeCloseTo(expected, 9);
});

const house = (fromHour: number, untilHour: number) =>
  householdOf(3, {
    tanks: [
      aTank(3, {
        discomfortPricePerKelvinHour: 0,
        hygiene: {
          fromMs: MIDNIGHT_MS + fromHour * 3_600_000,
          untilMs: MIDNIGHT_MS + untilHour * 3_600_000,
          tempC: 62,
          pricePerKelvin: 0.5,
        },
      }),
    ],
  });
const missing = (problem: HouseholdProblem, tempC: number[]) =>
  cost(problem, withTemps(scheduleOf(problem), [], tempC)).discomfort;
test("costs by what the hottest moment of its span lacks", () => {
  expect(missing(house(0, 3), [50, 55, 60, 52])).toBeCloseTo(0.5 * 2, 9);
  expect(missing(house(0, 3), [50, 55, 63, 52])).toBe(0);
  expect(missing(house(2.5, 3), [50, 55, 63, 52])).toBeCloseTo(0.5 * 10, 9);
});
test("waits for its span, however hot it is before it", () => {
  expect(missing(house(1, 3.1), [50, 50, 50, 50])).toBe(0);
  expect(missing(house(0.1, 0.9), [50, 50, 50, 50])).toBe(0);
});
test("lifts the upper wish within its span", () => {
  const problem = householdOf(2, {
    tanks: [
      aTank(2, {
        discomfortPricePerKelvinHour: 0.3,
        hygiene: { fromMs: MIDNIGHT_MS + 1, untilMs: MIDNIGHT_MS + 3_600_000, tempC: 65, pricePerKelvin: 0 },
      }),
    ],
  });
  expect(missing(problem, [50, 66, 63])).toBeCloseTo(0.3 * (1 + 3), 9);
});
