import { afterAll, describe, expect, test } from "vitest";
import { aBattery, aCar, flat, householdOf } from "../../../tests/support/household-of.ts";
import { createSolver } from "../solver/solver.ts";
import { settleHouse, solveHouse } from "./testing/solve-house.ts";

const solver = createSolver();
afterAll(() => solver.stop());

const rounded = (values: readonly number[] | undefined) => values?.map((kw) => Math.round(kw * 1e6) / 1e6 + 0);
const plain = { wearPricePerKwh: 0, endValuePerKwh: 0 };

describe("a battery that may not charge from the grid", () => {
  const eager = aBattery({ ...plain, soc: 0.1, endValuePerKwh: 0.5, mayChargeFromGrid: false });

  test("charges with nothing at all where there is no sun, without any switch or second solve", async () => {
    const problem = householdOf(2, { batteries: [eager] });
    const { schedule, model, x } = await solveHouse(solver, problem);
    expect(rounded(schedule.batteries[0]?.chargeKw)).toEqual([0, 0]);
    expect(model.directionsToFix(x)).toBeUndefined();
  });

  test("takes the surplus, no more, where nothing but sun could feed it", async () => {
    const problem = householdOf(2, { pvArrays: [{ id: "roof", forecastKw: [3, 0.5] }], batteries: [eager] });
    const { schedule, model, x } = await solveHouse(solver, problem);
    expect(rounded(schedule.batteries[0]?.chargeKw)).toEqual([2, 0]);
    expect(model.directionsToFix(x)).toBeUndefined();
  });

  /** Another battery could feed it as well. */
  const beside = (soc: number, maxDischargeKw: number, roofKw: number, baseLoadKw: number) =>
    householdOf(1, {
      baseLoadKw: [baseLoadKw],
      pvArrays: [{ id: "roof", forecastKw: [roofKw] }],
      batteries: [eager, aBattery({ ...plain, id: "other", soc, maxChargeKw: 0, maxDischargeKw })],
    });

  test("where it would buy beside the surplus, the meter's direction is fixed", async () => {
    // The other one is empty, which an LP's bounds do not know.
    const problem = beside(0.1, 5, 3, 1);
    const first = await solveHouse(solver, problem);
    expect(first.model.directionsToFix(first.x)?.grid).toEqual(["export"]);
    const { schedule, money } = await settleHouse(solver, problem);
    expect(rounded(schedule.batteries[0]?.chargeKw)).toEqual([2]);
    expect((await solveHouse(solver, problem, { exact: true })).money).toBeCloseTo(money, 6);
  });

  test("where the house itself lacks power it rests", async () => {
    const problem = beside(0.11, 4, 1, 4);
    const first = await solveHouse(solver, problem);
    expect(first.model.directionsToFix(first.x)?.grid).toEqual(["import"]);
    const { schedule } = await settleHouse(solver, problem);
    expect(rounded(schedule.batteries[0]?.chargeKw)).toEqual([0]);
  });

  test("prices that tempt to buy and sell at once are settled after that: who may not charge cannot give", async () => {
    const problem = householdOf(2, {
      importPricePerKwh: [0.2, 0.3],
      exportPricePerKwh: [0.1, 0.4],
      pvArrays: [{ id: "roof", forecastKw: [3, 0] }],
      batteries: [aBattery({ ...plain, soc: 0.1, mayChargeFromGrid: false })],
      evs: [aCar(2, { ...plain, soc: 0, maxDischargeKw: 5, connected: [true, false] })],
    });
    const first = await solveHouse(solver, problem);
    expect(first.model.directionsToFix(first.x)?.grid).toEqual(["export", undefined]);
    const { fixed, money } = await settleHouse(solver, problem);
    expect(fixed?.grid).toEqual(["export", "export"]);
    // 2 kWh of sun are kept and sold, less what the house takes in the dear hour.
    expect(money).toBeCloseTo(-0.4, 6);
  });
});

describe("a battery that may not sell", () => {
  test("covers the house, though selling would pay", async () => {
    const problem = householdOf(2, {
      importPricePerKwh: flat(2, 0.4),
      exportPricePerKwh: flat(2, 0.3),
      batteries: [aBattery({ ...plain, mayExport: false })],
    });
    const { schedule } = await settleHouse(solver, problem);
    expect(rounded(schedule.batteries[0]?.dischargeKw)).toEqual([1, 1]);
    expect(rounded(schedule.exportKw)).toEqual([0, 0]);
  });

  test("may give to a car that may not buy: the meter then stands still", async () => {
    const problem = householdOf(1, {
      batteries: [aBattery({ ...plain, mayExport: false })],
      evs: [aCar(1, { maxChargeKw: 2, mayChargeFromGrid: false, endValuePerKwh: 1 })],
    });
    const { schedule, money } = await solveHouse(solver, problem, { exact: true });
    expect(rounded(schedule.batteries[0]?.dischargeKw)).toEqual([3]);
    expect(rounded(schedule.importKw)).toEqual([0]);
    expect(money).toBeCloseTo(-(0.4 * 60 + 2), 6);
  });
});

describe("stages", () => {
  const chargeStages = [
    { kw: 1, efficiency: 0.95 },
    { kw: 3, efficiency: 0.95 },
    { kw: 5, efficiency: 0.7 },
  ];

  test("a price below zero does not fill the stages that lose most before the others", async () => {
    const problem = householdOf(2, {
      importPricePerKwh: [-1, -1],
      exportPricePerKwh: [-1, -1],
      batteries: [aBattery({ ...plain, soc: 0.8, maxDischargeKw: 0, chargeStages })],
    });
    const first = await solveHouse(solver, problem);
    expect(first.model.directionsToFix(first.x)?.stages?.get("battery.charge")).toBeDefined();
    const { schedule, money } = await settleHouse(solver, problem);
    // 2 kWh of room at 95 %: nothing can be wasted that the battery does not really lose.
    expect(schedule.batteries[0]?.chargeKw.reduce((sum, kw) => sum + kw, 0)).toBeCloseTo(2 / 0.95, 6);
    expect(money).toBeCloseTo(-2 - 2 / 0.95, 6);
  });

  test("what is worth storing is in order by itself", async () => {
    const problem = householdOf(1, { batteries: [aBattery({ soc: 0.1, endValuePerKwh: 0.5, chargeStages })] });
    const { model, x } = await solveHouse(solver, problem);
    expect(model.directionsToFix(x)).toBeUndefined();
  });
});

test("what a fixed direction closes cannot be switched on by a pattern", async () => {
  const problem = householdOf(1, {
    pvArrays: [{ id: "roof", forecastKw: [4], curtailable: true }],
    batteries: [aBattery({ ...plain, minChargeKw: 2, mayChargeFromGrid: false })],
  });
  const { model, schedule } = await solveHouse(solver, problem, {
    fixed: { grid: ["import"], storages: new Map() },
    pattern: new Map([["battery.charge", [true]]]),
  });
  expect(model.switches).toMatchObject([{ id: "battery.charge", columns: [undefined] }]);
  expect(rounded(schedule.batteries[0]?.chargeKw)).toEqual([0]);
});
