import type { HouseholdProblem, PlanCost, Schedule } from "@ohmstead/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import { anyHousehold } from "../../../tests/support/any-household.ts";
import {
  aBattery,
  aHeatPump,
  aTank,
  aZone,
  flat,
  fullHouse,
  householdOf,
  MIDNIGHT_MS,
  scheduleOf,
} from "../../../tests/support/household-of.ts";
import { priceSchedule } from "./price-schedule.ts";
import { rulesSchedule } from "./rules-schedule.ts";

/** States are set by hand where only the money matters. */
const withTemps = (schedule: Schedule, zoneC: readonly number[], tankC: readonly number[]): Schedule => ({
  ...schedule,
  zones: schedule.zones.map((zone) => ({ ...zone, tempC: zoneC })),
  tanks: schedule.tanks.map((tank) => ({ ...tank, tempC: tankC })),
});

const cost = (problem: HouseholdProblem, schedule: Schedule): PlanCost => priceSchedule(problem, schedule);

test("power bought costs, power sold earns, by the hour", () => {
  const problem = householdOf(2, {
    slots: [
      { startMs: MIDNIGHT_MS, hours: 0.5 },
      { startMs: MIDNIGHT_MS + 1_800_000, hours: 2 },
    ],
    importPricePerKwh: [0.4, 0.1],
    exportPricePerKwh: [0.3, -0.05],
    pvArrays: [{ id: "roof", forecastKw: [0, 4] }],
  });
  const { energy, export: sold, total } = cost(problem, scheduleOf(problem));
  expect(energy).toBeCloseTo(0.5 * 1 * 0.4, 9);
  expect(sold).toBeCloseTo(2 * 3 * 0.05, 9);
  expect(total).toBeCloseTo(0.5, 9);
});

test("a battery ages with what it gives, not with what it takes, and what it keeps is worth its end value", () => {
  const problem = householdOf(2, { batteries: [aBattery({ endValuePerKwh: 0.1 })] });
  const price = cost(problem, scheduleOf(problem, { chargeKw: [3, 0], dischargeKw: [0, 1] }));
  expect(price.wear).toBeCloseTo(0.02, 9);
  expect(price.endValue).toBeCloseTo(-0.1 * 7, 9);
});

const pricedZone = (count: number) => aZone(count, { discomfortPricePerKelvinHour: 0.6 });
const pricedTank = (count: number) => aTank(count, { discomfortPricePerKelvinHour: 0.3 });

test.each([
  { rule: "within the band costs nothing", endC: 21, hours: 1, cost: 0 },
  { rule: "half a kelvin too cold, for half an hour", endC: 20, hours: 0.5, cost: 0.5 * 0.6 * 0.5 },
  { rule: "beyond the first kelvin four times", endC: 18.5, hours: 1, cost: 0.6 * (1 + 4 * 1) },
  { rule: "too warm costs as much", endC: 25, hours: 1, cost: 0.6 * (1 + 4 * 1) },
])("a room: $rule", ({ endC, hours, cost: expected }) => {
  const problem = householdOf(1, { slots: [{ startMs: MIDNIGHT_MS, hours }], zones: [pricedZone(1)] });
  expect(cost(problem, withTemps(scheduleOf(problem), [21, endC], [])).discomfort).toBeCloseTo(expected, 9);
});

test.each([
  { rule: "too cold, without steps", endC: 43, cost: 0.3 * 2 },
  { rule: "too hot", endC: 63, cost: 0.3 * 3 },
])("a tank: $rule", ({ endC, cost: expected }) => {
  const problem = householdOf(1, { tanks: [pricedTank(1)] });
  expect(cost(problem, withTemps(scheduleOf(problem), [], [50, endC])).discomfort).toBeCloseTo(expected, 9);
});

test("what a person asked for weighs twenty times, as long as slots begin before its end", () => {
  const problem = householdOf(2, {
    zones: [pricedZone(2)],
    tanks: [pricedTank(2)],
    overrides: [
      { kind: "boostHeat", deviceId: "living", untilMs: MIDNIGHT_MS + 1, tempC: 24 },
      { kind: "boostWater", deviceId: "water", untilMs: MIDNIGHT_MS + 3_600_000, tempC: 62 },
    ],
  });
  const schedule = scheduleOf(problem);
  const missing = cost(problem, withTemps(schedule, [21, 23.5, 21], [50, 60, 50])).discomfort;
  expect(missing).toBeCloseTo(20 * 0.6 * 0.5 + 20 * 0.3 * 2, 9);
  // The boost also lifts the upper wish; one that is exceeded all the same is not multiplied.
  const exceeded = cost(problem, withTemps(schedule, [21, 24.5, 21], [50, 63, 50])).discomfort;
  expect(exceeded).toBeCloseTo(0.6 * 0.5 + 0.3 * 1, 9);
});

test("a battery outside its limits and a connection beyond its own cost dearly", () => {
  const problem = householdOf(1, { site: { importLimitKw: 0.5 }, batteries: [aBattery({ soc: 0.05 })] });
  expect(cost(problem, scheduleOf(problem)).discomfort).toBeCloseTo(0.5 * 10 * 0.05 + 5 * 0.5, 9);
  const sunny = householdOf(1, {
    site: { exportLimitKw: 1 },
    batteries: [aBattery({ soc: 1, maxSoc: 0.9 })],
    pvArrays: [{ id: "roof", forecastKw: [4] }],
  });
  expect(cost(sunny, scheduleOf(sunny)).discomfort).toBeCloseTo(0.001 * 10 * 0.1 + 5 * 2, 9);
});

test("a heat pump's changes count in both directions, from what it ran before, space and water together", () => {
  const problem = householdOf(3, {
    zones: [aZone(3)],
    tanks: [aTank(3)],
    heatPumps: [aHeatPump(3, { previousKw: 2, changePricePerKw: 0.01 })],
  });
  const schedule = scheduleOf(problem, { spaceKw: [1, 0, 0], waterKw: [0.5, 1.5, 0] });
  expect(cost(problem, schedule).change).toBeCloseTo(0.01 * (0.5 + 0 + 1.5), 9);
});

test.each([
  { rule: "counts from the wish without boost", zoneC: 21, tankC: 50, value: -(0.05 * 9 * 0.5 + 0.1 * 0.35 * 5) },
  { rule: "below the wish is a debt", zoneC: 20, tankC: 44, value: 0.05 * 9 * 0.5 + 0.1 * 0.35 },
  {
    rule: "a kelvin of room and the upper wish of water is all",
    zoneC: 23,
    tankC: 70,
    value: -(0.45 + 0.1 * 0.35 * 15),
  },
])("heat left over $rule", ({ zoneC, tankC, value }) => {
  const problem = householdOf(1, {
    zones: [aZone(1)],
    tanks: [aTank(1)],
    overrides: [
      { kind: "boostHeat", deviceId: "living", untilMs: Number.MAX_SAFE_INTEGER, tempC: 22 },
      { kind: "boostWater", deviceId: "water", untilMs: Number.MAX_SAFE_INTEGER, tempC: 55 },
    ],
  });
  expect(cost(problem, withTemps(scheduleOf(problem), [21, zoneC], [50, tankC])).endValue).toBeCloseTo(value, 9);
});

test("a problem without end values is refused by name", () => {
  const problem = fullHouse(1);
  const incomplete: HouseholdProblem = {
    ...problem,
    batteries: problem.batteries.map((battery) => ({ ...battery, endValuePerKwh: undefined })),
  };
  expect(() => cost(incomplete, scheduleOf(problem))).toThrow("battery has no endValuePerKwh");
});

test("the items add up to the total, whatever the house", () => {
  fc.assert(
    fc.property(anyHousehold, (problem) => {
      const { total, ...items } = cost(problem, rulesSchedule(problem));
      expect(Object.values(items).reduce((sum, item) => sum + item, 0)).toBeCloseTo(total, 9);
    }),
  );
});

test("the same house in shorter slots costs the same, when nothing changes within them", () => {
  const halves = Array.from({ length: 4 }, (_, k) => ({ startMs: MIDNIGHT_MS + k * 1_800_000, hours: 0.5 }));
  const whole = fullHouse(2, { zones: [], heatPumps: [], tanks: [], immersionHeaters: [] });
  const split = fullHouse(4, { slots: halves, zones: [], heatPumps: [], tanks: [], immersionHeaters: [] });
  const a = cost(whole, scheduleOf(whole, { chargeKw: flat(2, 1) }));
  const b = cost(split, scheduleOf(split, { chargeKw: flat(4, 1) }));
  expect(b.total).toBeCloseTo(a.total, 9);
});
