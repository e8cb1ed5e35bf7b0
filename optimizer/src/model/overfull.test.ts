import type { HouseholdProblem } from "@ohmstead/contract";
import { afterAll, expect, test } from "vitest";
import { aBattery, householdOf } from "../../../tests/support/household-of.ts";
import { createSolver } from "../solver/solver.ts";
import { settleHouse, solveHouse } from "./testing/solve-house.ts";

const solver = createSolver();
afterAll(() => solver.stop());

/** 9.5 of 10 kWh, of which 8 are wished for; the dear hour takes more than the battery holds, the cheap one before it would fill it. */
const house = (importPricePerKwh: readonly number[], exportPricePerKwh = 0.05) =>
  householdOf(importPricePerKwh.length, {
    importPricePerKwh: [...importPricePerKwh],
    exportPricePerKwh: importPricePerKwh.map(() => exportPricePerKwh),
    baseLoadKw: importPricePerKwh.map(() => 1),
    batteries: [
      aBattery({
        capacityKwh: 10,
        soc: 0.95,
        maxSoc: 0.8,
        minSoc: 0,
        maxChargeKw: 5,
        maxDischargeKw: 5,
        endValuePerKwh: 0.15,
      }),
    ],
  });

test("what is above maxSoc is not sold at a loss", async () => {
  const { schedule } = await settleHouse(solver, house([0.1, 0.1, 0.1]));
  expect(schedule.exportKw.every((kw) => kw < 1e-6)).toBe(true);
  expect(schedule.batteries[0]?.soc.at(-1)).toBeGreaterThan(0.8);
});

test.each([
  ["settled", (problem: HouseholdProblem) => settleHouse(solver, problem)],
  ["exact", (problem: HouseholdProblem) => solveHouse(solver, problem, { exact: true })],
])("one that pays to be filled is first given from, and then filled no higher than wished: %s", async (_how, solve) => {
  const { schedule } = await solve(house([0.5, 0.01, 0.01, 0.6, 0.6, 0.6]));
  const { soc = [], chargeKw = [] } = schedule.batteries[0] ?? {};
  const inside = soc.findIndex((share) => share <= 0.8 + 1e-6);
  expect(inside).toBeGreaterThan(0);
  expect(chargeKw.slice(0, inside).every((kw) => kw < 1e-6)).toBe(true);
  expect(soc.slice(inside).every((share) => share <= 0.8 + 1e-6)).toBe(true);
  expect(Math.max(...chargeKw)).toBeGreaterThan(0.1);
});
