import { MS_PER_HOUR, type Plan, type Schedule } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { aBattery, aZone, flat, householdOf, MIDNIGHT_MS } from "../../../tests/support/household-of.ts";
import { assemblePlan } from "./assemble-plan.ts";
import { rulesSchedule } from "./rules-schedule.ts";
import { storedWorth } from "./stored-worth.ts";

const HOURS = 24;
const house = householdOf(HOURS, {
  batteries: [aBattery({ dischargeEfficiency: 0.9, wearPricePerKwh: 0.02, endValuePerKwh: 0.1 })],
  zones: [aZone(HOURS, { endValuePerKwh: 0.05 })],
  heatPumps: [
    {
      id: "pump",
      zoneId: "living",
      maxPowerKw: flat(HOURS, 4),
      copSpace: flat(HOURS, 2),
      copWater: flat(HOURS, 2),
    },
  ],
});
const quiet: Schedule = {
  ...rulesSchedule(house),
  batteries: [{ id: "battery", chargeKw: flat(HOURS, 0), dischargeKw: flat(HOURS, 0), soc: flat(HOURS + 1, 0.5) }],
  heatPumps: [{ id: "pump", spaceKw: flat(HOURS, 0), waterKw: flat(HOURS, 0) }],
};
/** Marginal prices rise by a cent an hour. */
const rising = Array.from({ length: HOURS }, (_, k) => 0.1 + k / 100);

function planWith(parts: { readonly dischargeKw?: readonly number[]; readonly spaceKw?: readonly number[] }): Plan {
  const schedule: Schedule = {
    ...quiet,
    batteries: quiet.batteries.map((each) => ({ ...each, dischargeKw: parts.dischargeKw ?? each.dischargeKw })),
    heatPumps: quiet.heatPumps.map((each) => ({ ...each, spaceKw: parts.spaceKw ?? each.spaceKw })),
  };
  return assemblePlan({
    problem: house,
    schedule,
    marginalPricePerKwh: rising,
    rung: "full",
    engine: "test",
    status: "optimal",
    solveMs: 0,
    nowMs: MIDNIGHT_MS,
    validHours: 2,
    planId: "p",
    notes: [],
  });
}
const only = (...hours: readonly number[]): number[] => flat(HOURS, 0).map((_, k) => (hours.includes(k) ? 2 : 0));
const worth = (plan: Plan, nowMs = MIDNIGHT_MS) => storedWorth(house, plan, nowMs);

test("a stored kWh in the battery is worth the hours it will be used in, less loss and wear", () => {
  expect(worth(planWith({ dischargeKw: only(4, 6) })).get("battery")).toBeCloseTo((0.15 - 0.02) * 0.9);
});

test("heat in the walls is worth the heating it spares, per kWh of heat", () => {
  expect(worth(planWith({ spaceKw: only(8) })).get("living")).toBeCloseTo(0.18 / 2);
});

test("what is planned for tomorrow does not change what is stored today", () => {
  const today = worth(planWith({ dischargeKw: only(4) })).get("battery");
  expect(worth(planWith({ dischargeKw: only(4, 20, 22) })).get("battery")).toBe(today);
});

test("what lies behind does not count", () => {
  const plan = planWith({ dischargeKw: only(1, 6) });
  expect(worth(plan, MIDNIGHT_MS + 3 * MS_PER_HOUR).get("battery")).toBeCloseTo((0.16 - 0.02) * 0.9);
});

test("without any planned use it is worth what the plan's end gives for it", () => {
  expect(Object.fromEntries(worth(planWith({})))).toEqual({ battery: 0.1, living: 0.05 });
});
