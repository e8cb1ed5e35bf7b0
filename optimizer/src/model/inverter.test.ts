import { afterAll, expect, test } from "vitest";
import { aBattery, householdOf } from "../../../tests/support/household-of.ts";
import { createSolver } from "../solver/solver.ts";
import { buildModel } from "./build-model.ts";
import { solveHouse } from "./testing/solve-house.ts";

const solver = createSolver();
afterAll(() => solver.stop());

const roof = { id: "roof", forecastKw: [6, 0], curtailable: true };
const battery = aBattery({ soc: 0.5, wearPricePerKwh: 0, maxChargeKw: 5, maxDischargeKw: 5 });
const hybrid = { id: "hybrid", pvArrayIds: ["roof"], batteryIds: ["battery"], maxToHouseKw: 4, maxFromHouseKw: 1 };
const rounded = (values: readonly number[] | undefined) => values?.map((kw) => Math.round(kw * 1e6) / 1e6 + 0);

test("what passes through it is limited together: sun beyond it charges the battery behind it", async () => {
  const problem = householdOf(2, {
    exportPricePerKwh: [0.15, 0.05],
    pvArrays: [roof],
    batteries: [{ ...battery, endValuePerKwh: 0.01 }],
    inverters: [hybrid],
  });
  const { schedule } = await solveHouse(solver, problem);
  expect(rounded(schedule.pvArrays[0]?.usedKw)).toEqual([6, 0]);
  expect(rounded(schedule.batteries[0]?.chargeKw)).toEqual([2, 0]);
  expect(rounded(schedule.exportKw)).toEqual([3, 3]);
});

test("the battery takes from the house no more than the inverter lets through", async () => {
  const problem = householdOf(2, {
    importPricePerKwh: [0.1, 0.1],
    batteries: [{ ...battery, soc: 0.1, endValuePerKwh: 0.5 }],
    pvArrays: [roof],
    inverters: [hybrid],
  });
  const { schedule } = await solveHouse(solver, problem);
  // In the sun everything it can take comes from the roof; at night 1 kW.
  expect(rounded(schedule.batteries[0]?.chargeKw)).toEqual([5, 1]);
});

test("one that can carry all there is adds no row", () => {
  const rowsWith = (inverters: readonly (typeof hybrid)[]) =>
    buildModel(householdOf(2, { pvArrays: [roof], batteries: [battery], inverters: [...inverters] })).lp.rowCount;
  expect(rowsWith([{ ...hybrid, maxToHouseKw: 11, maxFromHouseKw: 5 }])).toBe(rowsWith([]));
  // By night only the battery's charging could pass the limit, by day both.
  expect(rowsWith([{ ...hybrid, maxToHouseKw: 9, maxFromHouseKw: 5 }])).toBe(rowsWith([]) + 1);
});
