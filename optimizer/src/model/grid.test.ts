import { afterAll, describe, expect, test } from "vitest";
import { MIDNIGHT_MS, aBattery, flat, householdOf } from "../../../tests/support/household-of.ts";
import { evenSlots } from "../domain/slots.ts";
import { createSolver } from "../solver/solver.ts";
import { solveHouse } from "./testing/solve-house.ts";

const solver = createSolver();
afterAll(() => solver.stop());

describe("limits of the connection", () => {
  test("in each slot the lower of the two, and dearer where prices are high", async () => {
    const problem = householdOf(3, {
      baseLoadKw: [3, 3, 3],
      importPricePerKwh: [0.2, 0.2, 2],
      site: { importLimitKw: 2.5, importLimitPerSlotKw: [9, 2, 3] },
    });
    // 0.5, 1 and 0.5 kWh over, at 5 times the dearest price of 2.
    expect((await solveHouse(solver, problem)).money).toBeCloseTo(3 * (0.2 + 0.2 + 2) + 10 * 2, 9);
  });

  test("feeding in may be limited at some hours only", async () => {
    const problem = householdOf(2, {
      pvArrays: [{ id: "roof", forecastKw: [4, 4], curtailable: true }],
      site: { exportLimitPerSlotKw: [1, 9] },
    });
    const { schedule } = await solveHouse(solver, problem);
    expect(schedule.exportKw.map((kw) => Math.round(kw * 1e6) / 1e6)).toEqual([1, 3]);
  });
});

/** Quarter-hours from midnight, 1 kW of base load but for the third. */
const quarters = (demandCharge: { pricePerKw: number; aboveKw?: number; meteringHours?: number }, parts = {}) =>
  householdOf(8, {
    slots: evenSlots(MIDNIGHT_MS, 0.25, 8),
    baseLoadKw: [1, 1, 5, 1, 1, 1, 1, 1],
    site: { demandCharge },
    ...parts,
  });
const energy = 0.2 * 0.25 * 12;

describe("demand charge", () => {
  test.each([
    { rule: "the highest metering period counts", charge: { pricePerKw: 3 }, cost: 3 * 5 },
    { rule: "above what is free", charge: { pricePerKw: 3, aboveKw: 4 }, cost: 3 },
    { rule: "nothing below it", charge: { pricePerKw: 3, aboveKw: 6 }, cost: 0 },
    { rule: "periods are those of the clock", charge: { pricePerKw: 3, meteringHours: 0.5 }, cost: 3 * 3 },
    { rule: "by their mean", charge: { pricePerKw: 3, meteringHours: 1 }, cost: 3 * 2 },
  ])("$rule", async ({ charge, cost }) => {
    expect((await solveHouse(solver, quarters(charge))).money).toBeCloseTo(energy + cost, 9);
  });

  test("a period that has begun counts with what is left of it", async () => {
    const begun = quarters({ pricePerKw: 3, meteringHours: 1 }, { slots: evenSlots(MIDNIGHT_MS + 1_800_000, 0.25, 8) });
    // The first two quarters are all that is left of the first hour; then come 5, 1, 1, 1.
    expect((await solveHouse(solver, begun)).money).toBeCloseTo(energy + 3 * 2, 9);
  });

  test("a battery shaves the peak as far as that pays", async () => {
    const battery = aBattery({ soc: 0.11, wearPricePerKwh: 0, endValuePerKwh: 0.2 });
    const problem = quarters({ pricePerKw: 3 }, { batteries: [battery], exportPricePerKwh: flat(8, 0) });
    const { schedule } = await solveHouse(solver, problem);
    // 0.1 kWh are there, 0.25·x more are bought in the two quarters before: 5 − y = 1 + x and 0.25·y = 0.1 + 2·0.25·x.
    const x = (4 - 0.4) / 3;
    expect(Math.max(...schedule.importKw)).toBeCloseTo(1 + x, 6);
  });
});
