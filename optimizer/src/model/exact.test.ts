import { afterAll, describe, expect, test } from "vitest";
import { aBattery, flat, householdOf } from "../../../tests/support/household-of.ts";
import { createSolver } from "../solver/solver.ts";
import { buildModel } from "./build-model.ts";
import { solveHouse } from "./testing/solve-house.ts";

const solver = createSolver();
afterAll(() => solver.stop());

const plain = { wearPricePerKwh: 0, endValuePerKwh: 0 };

describe("the exact programme", () => {
  test("is the relaxed one with more behind it, and whole numbers", () => {
    const problem = householdOf(3, { batteries: [aBattery({ minChargeKw: 1 })] });
    const [relaxed, exact] = [buildModel(problem).lp, buildModel(problem, { exact: true }).lp];
    expect(relaxed.integrality).toBeUndefined();
    expect(exact.columnCount).toBeGreaterThan(relaxed.columnCount);
    expect(exact.columnUpper.slice(0, relaxed.columnCount)).toEqual(relaxed.columnUpper);
    expect(exact.coefficients.slice(0, relaxed.coefficients.length)).toEqual(relaxed.coefficients);
    // Per slot: the switch, the meter's two directions, the battery's two.
    expect(exact.integrality?.reduce((sum, each) => sum + each, 0)).toBe(3 * 5);
  });

  test("does not earn by buying and selling at once, at true prices", async () => {
    const problem = householdOf(2, {
      importPricePerKwh: flat(2, 0.1),
      exportPricePerKwh: flat(2, 0.4),
      pvArrays: [{ id: "roof", forecastKw: [3, 0] }],
    });
    const { schedule, money, model, x } = await solveHouse(solver, problem, { exact: true });
    expect(schedule.exportKw).toEqual([2, 0]);
    expect(money).toBeCloseTo(-2 * 0.4 + 0.1, 9);
    expect(model.directionsToFix(x)).toBeUndefined();
  });

  test("does not buy and throw away where nothing can be sold or used", async () => {
    const problem = householdOf(1, { baseLoadKw: [0], importPricePerKwh: [-1], exportPricePerKwh: [-0.5] });
    expect((await solveHouse(solver, problem, { exact: true })).money).toBeCloseTo(0, 9);
  });

  test("does not burn energy in a battery", async () => {
    const problem = householdOf(2, {
      importPricePerKwh: flat(2, -1),
      exportPricePerKwh: flat(2, -1),
      batteries: [aBattery({ ...plain, soc: 1, chargeEfficiency: 0.8, dischargeEfficiency: 0.8 })],
    });
    const { schedule, money } = await solveHouse(solver, problem, { exact: true });
    const { chargeKw = [], dischargeKw = [] } = schedule.batteries[0] ?? {};
    expect(Math.min(chargeKw[0] ?? 1, dischargeKw[0] ?? 1)).toBe(0);
    // First it makes room for 5 kW at 80 %: 3.2 kW, of which the house takes one and 2.2 cost money to sell.
    expect(money).toBeCloseTo(2.2 - (1 + 5), 6);
  });

  test("its limits are those of the house: no direction is wider than what load, sun and devices can reach", () => {
    const problem = householdOf(1, {
      baseLoadKw: [2],
      pvArrays: [{ id: "roof", forecastKw: [3] }],
      batteries: [aBattery({ maxChargeKw: 4 })],
      site: { importLimitKw: 99 },
    });
    const { lp } = buildModel(problem, { exact: true });
    expect(Math.max(...lp.coefficients.map(Math.abs))).toBe(6);
  });
});
