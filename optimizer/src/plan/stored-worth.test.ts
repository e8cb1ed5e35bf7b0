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
      zoneIds: ["living"],
      maxPowerKw: flat(HOURS, 4),
      copSpace: flat(HOURS, 2),
      copWater: flat(HOURS, 2),
    },
  ],
});
const quiet: Schedule = {
  ...rulesSchedule(house),
  batteries: [{ id: "battery", chargeKw: flat(HOURS, 0), dischargeKw: flat(HOURS, 0), soc: flat(HOURS + 1, 0.5) }],
  heatPumps: [
    {
      id: "pump",
      spaceKw: flat(HOURS, 0),
      waterKw: flat(HOURS, 0),
      zones: [{ id: "living", powerKw: flat(HOURS, 0) }],
    },
  ],
};
/** Marginal prices rise by a cent an hour. */
const rising = Array.from({ length: HOURS }, (_, k) => 0.1 + k / 100);

function planWith(parts: { readonly dischargeKw?: readonly number[]; readonly spaceKw?: readonly number[] }): Plan {
  const schedule: Schedule = {
    ...quiet,
    batteries: quiet.batteries.map((each) => ({ ...each, dischargeKw: parts.dischargeKw ?? each.dischargeKw })),
    heatPumps: quiet.heatPumps.map((each) => {
      const spaceKw = parts.spaceKw ?? each.spaceKw;
      return { ...each, spaceKw, zones: [{ id: "living", powerKw: spaceKw }] };
    }),
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

test("of two producers the heat of each counts by what it cost", () => {
  const boiler = { id: "boiler", zoneIds: ["living"], maxHeatKw: flat(HOURS, 8), fuelPricePerKwh: flat(HOURS, 0.08) };
  const both = { ...house, boilers: [{ ...boiler, efficiency: 0.8 }] };
  const plan = planWith({ spaceKw: only(8) });
  const heatKw = flat(HOURS, 0).map((_, k) => (k === 3 ? 12 : 0));
  const schedule = {
    ...plan.schedule,
    boilers: [{ id: "boiler", waterKw: flat(HOURS, 0), zones: [{ id: "living", heatKw }] }],
  };
  // 4 kWh from the pump at 0.18 / 2, 12 kWh from the boiler at 0.08 / 0.8.
  expect(storedWorth(both, { ...plan, schedule }, MIDNIGHT_MS).get("living")).toBeCloseTo((4 * 0.09 + 12 * 0.1) / 16);
});

test("where the end is worth less with each kWh, the last one counts", () => {
  const steps = [
    { kwh: 4, pricePerKwh: 0.3 },
    { kwh: 4, pricePerKwh: 0.12 },
  ];
  const stepped = householdOf(HOURS, { batteries: [aBattery({ endValueSteps: steps })], zones: house.zones });
  const worthAt = (soc: number) => {
    const plan = planWith({});
    const batteries = plan.schedule.batteries.map((each) => ({ ...each, soc: flat(HOURS + 1, soc) }));
    return storedWorth(stepped, { ...plan, schedule: { ...plan.schedule, batteries } }, MIDNIGHT_MS).get("battery");
  };
  expect([0.3, 0.6, 0.9].map(worthAt)).toEqual([0.3, 0.12, 0]);
});
