import { MS_PER_HOUR, type Plan, Recommendation } from "@ohmstead/contract";
import { describe, expect, test } from "vitest";
import {
  completeHouse,
  fullHouse,
  householdOf,
  MIDNIGHT_MS,
  scheduleOf,
  type WantedPowers,
} from "../../../tests/support/household-of.ts";
import { withAlternatives } from "./alternatives.ts";
import { assemblePlan } from "./assemble-plan.ts";
import { recommendationOf } from "./recommendation.ts";

const names = new Map([
  ["battery", "Battery"],
  ["immersion", "Immersion heater"],
]);

function planOf(wanted: WantedPowers, marginalPricePerKwh: readonly number[] = [0.1, 0.2, 0.4]): Plan {
  const problem = fullHouse(3, { importPricePerKwh: [0.1, 0.2, 0.4] });
  return assemblePlan({
    problem,
    schedule: scheduleOf(problem, wanted),
    marginalPricePerKwh,
    rung: "full",
    engine: "highs",
    status: "optimal",
    solveMs: 1,
    nowMs: MIDNIGHT_MS,
    validHours: 2,
    planId: "plan-1",
    notes: [],
  });
}
const plan = planOf({
  chargeKw: [2, 0, 0],
  dischargeKw: [0, 0, 0.5],
  spaceKw: [1, 0, 0],
  waterKw: [1, 0, 0],
  immersionKw: [2, 0, 0],
});
const at = (hours: number) =>
  recommendationOf(plan, names, MIDNIGHT_MS + hours * MS_PER_HOUR, MIDNIGHT_MS + MS_PER_HOUR);
const battery = (hours: number) => at(hours).devices.find(({ deviceId }) => deviceId === "battery");

test("each device with its name, its mode of the moment, until when and what comes next", () => {
  expect(battery(0.5)).toMatchObject({
    name: "Battery",
    deviceType: "battery",
    mode: "charge",
    discharge: false,
    intent: { kind: "charge", kw: 5, untilSoc: 0.7 },
    untilMs: MIDNIGHT_MS + MS_PER_HOUR,
    next: { mode: "hold", startMs: MIDNIGHT_MS + MS_PER_HOUR },
  });
  expect(battery(0.5)?.reason).toContain("Charging at 0.10 €/kWh");
  expect(at(0).devices.find(({ deviceId }) => deviceId === "water")?.name).toBe("water");
});

test("a segment ends where the next begins: the moment belongs to the next", () => {
  expect([battery(0.999)?.mode, battery(1)?.mode]).toEqual(["charge", "hold"]);
});

test("before the plan its first segment counts, after it its last, which has no next", () => {
  expect(battery(-1)?.mode).toBe("charge");
  expect(battery(99)?.mode).toBe("selfUse");
  expect(battery(99)).not.toHaveProperty("next");
});

test("a battery may give in self-use and while discharging", () => {
  expect([battery(0)?.discharge, battery(1)?.discharge, battery(2)?.discharge]).toEqual([false, false, true]);
  const selling = recommendationOf(planOf({ dischargeKw: [4, 0, 0] }), names, MIDNIGHT_MS, MIDNIGHT_MS);
  expect(selling.devices[0]).toMatchObject({ mode: "discharge", discharge: true });
});

test("what else could be done now, and what the plan has changed, are passed on", () => {
  const alternative = { deviceId: "battery", startMs: MIDNIGHT_MS, intent: { kind: "hold" as const }, extraCost: 0.14 };
  const change = { gain: 0.3, actions: [] };
  const told = { ...plan, devices: withAlternatives(plan.devices, [alternative]), change };
  const now = (hours: number) => recommendationOf(told, names, MIDNIGHT_MS + hours * MS_PER_HOUR, MIDNIGHT_MS);
  expect(now(0).change).toEqual(change);
  expect(now(0).devices[0]?.alternative).toEqual({ intent: { kind: "hold" }, extraCost: 0.14 });
  expect(now(1).devices[0]).not.toHaveProperty("alternative");
  expect(Recommendation.parse(now(0))).toEqual(now(0));
  expect(at(0)).not.toHaveProperty("change");
});

test("it keeps the contract", () => {
  expect(Recommendation.parse(at(0))).toEqual(at(0));
  expect(at(0)).toMatchObject({ planId: "plan-1", nowMs: MIDNIGHT_MS, nextDueMs: MIDNIGHT_MS + MS_PER_HOUR });
});

const headline = (wanted: WantedPowers, marginal?: readonly number[]) =>
  recommendationOf(planOf(wanted, marginal), names, MIDNIGHT_MS, MIDNIGHT_MS).headline;

describe("the headline", () => {
  test.each<{ rule: string; wanted: WantedPowers; text: string }>([
    {
      rule: "charging",
      wanted: { chargeKw: [2, 0, 0], spaceKw: [1, 0, 0] },
      text: "the battery charges and the heat pump heats the house",
    },
    {
      rule: "covering the house",
      wanted: { dischargeKw: [0.5, 0, 0] },
      text: "the battery covers the house and the heating rests",
    },
    { rule: "selling", wanted: { dischargeKw: [3, 0, 0] }, text: "the battery gives power and the heating rests" },
    {
      rule: "keeping",
      wanted: { dischargeKw: [0, 0.5, 0] },
      text: "the battery keeps its charge and the heating rests",
    },
    {
      rule: "making water",
      wanted: { waterKw: [1, 0, 0], immersionKw: [2, 0, 0], dischargeKw: [3.5, 0, 0] },
      text: "the battery covers the house, the heating rests, water is heated to 61 °C and Immersion heater is on",
    },
    {
      rule: "limiting",
      wanted: { usedKw: [0, 0.5, 0.5], dischargeKw: [1, 0, 0] },
      text: "the battery covers the house, the heating rests and the sun is limited",
    },
  ])("$rule", ({ wanted, text }) => {
    expect(headline(wanted)).toBe(`One more kWh costs 0.10 € now: ${text}.`);
  });

  test("of a house that earns by taking power", () => {
    expect(headline({}, [-0.05, 0, 0])).toMatch(/^One more kWh earns 0\.05 € now: /);
  });

  test("of a battery that stores sun, and one that has nothing to do", () => {
    const sunny = fullHouse(1, { pvArrays: [{ id: "roof", forecastKw: [3] }] });
    const calm = fullHouse(1, { pvArrays: [{ id: "roof", forecastKw: [1] }] });
    const lines = [sunny, calm].map((problem, index) => {
      const schedule = scheduleOf(problem, index === 0 ? { chargeKw: [2] } : {});
      const made = {
        ...plan,
        ...assemblePlan({ ...plan, problem, schedule, nowMs: MIDNIGHT_MS, validHours: 1, planId: "p" }),
      };
      return recommendationOf(made, names, MIDNIGHT_MS, MIDNIGHT_MS).headline;
    });
    expect(lines[0]).toContain("the battery stores the sun");
    expect(lines[1]).toContain("the battery stands by");
  });

  test("names a car, and the boiler that heats where the heat pump does not", () => {
    const house = completeHouse(1);
    const wanted = { carChargeKw: [7], boilerSpaceKw: [4] };
    const made = assemblePlan({
      ...plan,
      change: undefined,
      problem: house,
      schedule: scheduleOf(house, wanted),
      marginalPricePerKwh: [0.2],
      nowMs: MIDNIGHT_MS,
      validHours: 1,
      planId: "p",
    });
    const named = new Map([...names, ["car", "The car"], ["boiler", "Gas boiler"]]);
    expect(recommendationOf(made, named, MIDNIGHT_MS, MIDNIGHT_MS).headline).toBe(
      "One more kWh costs 0.20 € now: the battery keeps its charge, The car charges and the boiler heats the house.",
    );
  });

  test("of a house with nothing to tell, and of a plan without prices", () => {
    const bare = householdOf(1);
    const made = assemblePlan({
      ...plan,
      problem: bare,
      schedule: scheduleOf(bare),
      marginalPricePerKwh: [0.2],
      nowMs: MIDNIGHT_MS,
      validHours: 1,
      planId: "p",
    });
    expect(recommendationOf(made, names, MIDNIGHT_MS, MIDNIGHT_MS).headline).toBe(
      "One more kWh costs 0.20 € now: nothing to do.",
    );
    expect(recommendationOf({ ...made, marginalPricePerKwh: [] }, names, MIDNIGHT_MS, MIDNIGHT_MS).headline).toBe(
      "Nothing to do.",
    );
  });
});
