import { MS_PER_HOUR, Plan } from "@ohmstead/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import { anyHousehold } from "../../../tests/support/any-household.ts";
import { aTank, flat, fullHouse, householdOf, MIDNIGHT_MS, scheduleOf } from "../../../tests/support/household-of.ts";
import { assemblePlan, type PlanParts } from "./assemble-plan.ts";
import { checkSchedule } from "./check-schedule.ts";
import { rulesSchedule } from "./rules-schedule.ts";

const problem = fullHouse(3);
const parts: PlanParts = {
  problem,
  schedule: scheduleOf(problem, { dischargeKw: [1, 0, 0] }),
  marginalPricePerKwh: flat(3, 0.2),
  rung: "full",
  engine: "highs",
  status: "optimal",
  solveMs: 12,
  nowMs: MIDNIGHT_MS,
  validHours: 2,
  planId: "plan-1",
  notes: ["no weather since yesterday"],
};

test("a plan carries who made it, its money, its missed wishes and what devices are told", () => {
  const plan = assemblePlan(parts);
  expect(plan).toMatchObject({
    id: "plan-1",
    rung: "full",
    engine: "highs",
    status: "optimal",
    solveMs: 12,
    createdAtMs: MIDNIGHT_MS,
    validUntilMs: MIDNIGHT_MS + 2 * MS_PER_HOUR,
    currency: "EUR",
    slots: problem.slots,
    notes: ["no weather since yesterday"],
    missed: [{ subject: "living.comfortMinTempC", unit: "K" }],
  });
  expect(plan.cost.wear).toBe(0.02);
  expect(plan.devices).toHaveLength(5);
});

test("it is valid no longer than it reaches, and never ends before it begins", () => {
  expect(assemblePlan({ ...parts, validHours: 24 }).validUntilMs).toBe(MIDNIGHT_MS + 3 * MS_PER_HOUR);
  expect(assemblePlan({ ...parts, nowMs: MIDNIGHT_MS + 9 * MS_PER_HOUR }).validUntilMs).toBe(
    MIDNIGHT_MS + 9 * MS_PER_HOUR,
  );
});

test("the crumbs of floating point are swept away, a negative zero too", () => {
  const crumbs = { ...parts.schedule, importKw: [0.30000000000000004, -1e-9, 1 / 3], exportKw: [0, -0, 1e-9] };
  const { importKw, exportKw } = assemblePlan({ ...parts, schedule: crumbs }).schedule;
  expect(importKw).toEqual([0.3, 0, 0.333333]);
  expect(exportKw).toEqual([0, 0, 0]);
  expect([importKw[1], exportKw[1]].map((kw) => Object.is(kw, 0))).toEqual([true, true]);
});

test("a millionth of a kW stays where it would boil a thimble", () => {
  const thimble = aTank(1, { heatCapacityKwhPerK: 0.001, heatLossKwPerK: 0, drawKw: [0], hardMaxTempC: 60 });
  const house = householdOf(1, {
    slots: [{ startMs: MIDNIGHT_MS, hours: 24 }],
    tanks: [thimble],
    immersionHeaters: [{ id: "rod", tankId: "water", powerKw: 1 }],
  });
  const immersionKw = [(10 * 0.001) / 24];
  const schedule = scheduleOf(house, { immersionKw });
  expect(checkSchedule(house, schedule)).toEqual([]);
  const plan = assemblePlan({ ...parts, problem: house, schedule, marginalPricePerKwh: [0.2] });
  expect(checkSchedule(house, plan.schedule)).toEqual([]);
  expect(plan.schedule.immersionHeaters[0]?.powerKw).toEqual(immersionKw);
});

test("what was proved about the cost, and what changed against the plan before, stand in the plan", () => {
  const change = { gain: 0.12, actions: [] };
  expect(assemblePlan({ ...parts, gap: 0.004, change })).toMatchObject({ gap: 0.004, change });
  // Bound and cost may differ by a rounding.
  expect(assemblePlan({ ...parts, gap: -1e-12 }).gap).toBe(0);
  expect(assemblePlan(parts)).not.toHaveProperty("gap");
  expect(assemblePlan(parts)).not.toHaveProperty("change");
});

test("a plan keeps the contract and still passes the checker, with the money it shows, whatever the house", () => {
  fc.assert(
    fc.property(anyHousehold, (household) => {
      const plan = assemblePlan({
        ...parts,
        problem: household,
        schedule: rulesSchedule(household),
        marginalPricePerKwh: household.importPricePerKwh,
        nowMs: household.slots[0]?.startMs ?? 0,
      });
      expect(Plan.parse(plan)).toEqual(plan);
      expect(checkSchedule(household, plan.schedule, plan.cost)).toEqual([]);
    }),
  );
});
