import { expect, test } from "vitest";
import { aBattery, aCar, householdOf, MIDNIGHT_MS, scheduleOf } from "../../../../tests/support/household-of.ts";
import { priceSchedule } from "../price-schedule.ts";

const cost = priceSchedule;

test("charging may cost ageing, too, and a car counts like a battery", () => {
  const problem = householdOf(2, {
    batteries: [aBattery({ chargeWearPricePerKwh: 0.01 })],
    evs: [aCar(2, { maxDischargeKw: 11, wearPricePerKwh: 0.05, endValuePerKwh: 0.2 })],
  });
  const price = cost(
    problem,
    scheduleOf(problem, { chargeKw: [3, 0], dischargeKw: [0, 1], carChargeKw: [10, 0], carDischargeKw: [0, 4] }),
  );
  expect(price.wear).toBeCloseTo(3 * 0.01 + 1 * 0.02 + 4 * 0.05, 9);
  expect(price.endValue).toBeCloseTo(-(7 * 0.1 + 30 * 0.2), 9);
});

test.each([
  { rule: "the first kWh first", soc: 0.3, worth: 2 * 0.3 + 1 * 0.1 },
  { rule: "nothing beyond the last step", soc: 0.9, worth: 2 * 0.3 + 4 * 0.1 },
  { rule: "nothing when empty", soc: 0, worth: 0 },
])("worth by steps: $rule", ({ soc, worth }) => {
  const endValueSteps = [
    { kwh: 2, pricePerKwh: 0.3 },
    { kwh: 4, pricePerKwh: 0.1 },
  ];
  const problem = householdOf(1, { batteries: [aBattery({ soc, minSoc: 0, endValuePerKwh: 9, endValueSteps })] });
  expect(cost(problem, scheduleOf(problem)).endValue).toBeCloseTo(-worth, 9);
});

test("a reserve costs by the kWh and hour that is missing", () => {
  const reserve = { soc: 0.5, reserveSoc: 0.6, reservePricePerKwhHour: 0.03 };
  const problem = householdOf(2, { batteries: [aBattery(reserve)] });
  expect(cost(problem, scheduleOf(problem, { dischargeKw: [1, 0] })).discomfort).toBeCloseTo(0.03 * (2 + 2), 9);
});

test.each([
  { rule: "at the border before its time", atHour: 1.9, missing: 0.7 * 60 - 24 - 5 },
  { rule: "at the very border", atHour: 2, missing: 0.7 * 60 - 24 - 5 - 6 },
  { rule: "not before the first border", atHour: 0.1, missing: 0.7 * 60 - 24 - 5 },
  { rule: "not when it is past", atHour: 0, missing: 0 },
  { rule: "at the last border", atHour: 3, missing: 0.7 * 60 - 24 - 11 },
  { rule: "not beyond the horizon", atHour: 3.1, missing: 0 },
])("a goal counts $rule, at three times the dearest price", ({ atHour, missing }) => {
  const goals = [{ soc: 0.7, atMs: MIDNIGHT_MS + atHour * 3_600_000 }];
  const problem = householdOf(3, { evs: [aCar(3, { goals })] });
  const schedule = scheduleOf(problem, { carChargeKw: [5, 6, 0] });
  expect(cost(problem, schedule).discomfort).toBeCloseTo(3 * missing, 9);
  const priced = householdOf(3, { evs: [aCar(3, { goals, goalPricePerKwh: 0.4 })] });
  expect(cost(priced, schedule).discomfort).toBeCloseTo(0.4 * missing, 9);
});

test("a demand counts up to what the slot allows", () => {
  const demand = { demandKw: [4, 4, 4], chargeLimitKw: [11, 3, 11], connected: [true, true, false] };
  const problem = householdOf(3, { evs: [aCar(3, demand)] });
  const schedule = scheduleOf(problem, { carChargeKw: [1, 2, 0] });
  expect(cost(problem, schedule).discomfort).toBeCloseTo(3 * (3 + 1), 9);
});

test("what is missed costs the more the dearer the prices are", () => {
  const missing = {
    site: { importLimitKw: 0.5 },
    batteries: [aBattery({ soc: 0.05 })],
    evs: [aCar(1, { demandKw: [2] })],
  };
  const cheap = householdOf(1, missing);
  expect(cost(cheap, scheduleOf(cheap)).discomfort).toBeCloseTo(0.5 * 0.5 + 5 * 0.5 + 3 * 2, 9);
  const dear = householdOf(1, { ...missing, exportPricePerKwh: [-4] });
  expect(cost(dear, scheduleOf(dear)).discomfort).toBeCloseTo(4 * (0.5 * 0.5 + 5 * 0.5 + 3 * 2), 9);
});
