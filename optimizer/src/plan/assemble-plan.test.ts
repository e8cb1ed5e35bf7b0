import { MS_PER_HOUR, Plan } from "@ohmstead/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import { anyHousehold } from "../../../tests/support/any-household.ts";
import { flat, fullHouse, MIDNIGHT_MS, scheduleOf } from "../../../tests/support/household-of.ts";
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
  const crumbs = { ...parts.schedule, importKw: [0.30000000000000004, -1e-9, 1 / 3] };
  const { importKw } = assemblePlan({ ...parts, schedule: crumbs }).schedule;
  expect(importKw).toEqual([0.3, 0, 0.333333]);
  expect(Object.is(importKw[1], 0)).toBe(true);
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
