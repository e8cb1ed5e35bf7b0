import type { HouseholdProblem } from "@ohmstead/contract";
import { afterAll, describe, expect, test } from "vitest";
import { aBoiler, aZone, flat, householdOf } from "../../../tests/support/household-of.ts";
import { createSolver } from "../solver/solver.ts";
import { solveHouse } from "./testing/solve-house.ts";

const solver = createSolver();
afterAll(() => solver.stop());

const solve = (problem: HouseholdProblem, options?: Parameters<typeof solveHouse>[2]) =>
  solveHouse(solver, problem, options);

type Parts = Parameters<typeof aZone>[1];

/** A room that keeps its 20 °C, for one slot of so many hours, in a house that uses nothing else. */
const still = (parts: Parts, hours = 1): HouseholdProblem =>
  householdOf(1, {
    slots: [{ startMs: 0, hours }],
    baseLoadKw: [0],
    zones: [aZone(1, { tempC: 20, heatLossKwPerK: 0, gainsKw: [0], endValuePerKwh: 0, ...parts })],
  });

const moneyOf = async (parts: Parts, hours?: number) => (await solve(still(parts, hours))).money;

describe("what a room's temperature costs", () => {
  const price = { discomfortPricePerKelvinHour: 0.5, discomfortFactorBeyond: 3 };

  test.each([
    { rule: "nothing within its band", band: [20, 20], cost: 0 },
    { rule: "its price for the first kelvin too few", band: [20.5, 23], cost: 0.5 * 0.5 },
    { rule: "more for what is beyond", band: [22.5, 23], cost: 0.5 * (1 + 3 * 1.5) },
    { rule: "for kelvins too many its own price", band: [18, 19.5], cost: 0.2 * 0.5 },
    { rule: "and its own factor", band: [15, 17.5], cost: 0.2 * (1 + 6 * 1.5) },
  ])("$rule", async ({ band: [min = 0, max = 0], cost }) => {
    const above = { overheatPricePerKelvinHour: 0.2, overheatFactorBeyond: 6 };
    const parts = { ...price, ...above, comfortMinTempC: [min], comfortMaxTempC: [max] };
    expect(await moneyOf(parts)).toBeCloseTo(cost, 8);
    expect(await moneyOf(parts, 0.25)).toBeCloseTo(cost / 4, 8);
  });

  test("too warm costs as much as too cold where nothing else is said, beyond the first kelvin four times", async () => {
    expect(await moneyOf({ ...price, comfortMinTempC: [15], comfortMaxTempC: [18] })).toBeCloseTo(0.5 * (1 + 4), 8);
  });

  test("the lite programme knows the first price only", async () => {
    const problem = still({ ...price, comfortMinTempC: [22.5], comfortMaxTempC: [23] });
    expect((await solve(problem, { lite: true })).money).toBeCloseTo(0.5 * 2.5, 8);
  });

  test.each([
    { rule: "below the reference each kWh is worth its value", reference: 23, tempC: 21.5, worth: 0.1 * 9 * 1.5 },
    { rule: "above it no more", reference: 21, tempC: 22, worth: 0.1 * 9 },
    { rule: "by default it is a kelvin above the minimum", reference: undefined, tempC: 25, worth: 0.1 * 9 },
    { rule: "a cold room costs", reference: 23, tempC: 19, worth: -0.1 * 9 },
  ])("at the end $rule", async ({ reference, tempC, worth }) => {
    const parts = { tempC, comfortMinTempC: [20], comfortMaxTempC: [30], discomfortPricePerKelvinHour: 0 };
    const valued = { endValuePerKwh: 0.1, ...(reference === undefined ? {} : { endReferenceTempC: reference }) };
    expect(await moneyOf({ ...parts, ...valued })).toBeCloseTo(-worth, 8);
  });

  test("at the end warmth in the walls counts like warmth in the air, by what they hold", async () => {
    const mass = { tempC: 26, heatCapacityKwhPerK: 6, couplingKwPerK: 0.5 };
    const parts = { heatCapacityKwhPerK: 2, comfortMinTempC: [18], comfortMaxTempC: [30], mass };
    const unpriced = { discomfortPricePerKelvinHour: 0, endValuePerKwh: 0.1 };
    // However much has moved: 2·20 + 6·26 = 8·24.5.
    expect(await moneyOf({ ...parts, ...unpriced, endReferenceTempC: 30 })).toBeCloseTo(-0.1 * 8 * 6.5, 8);
    expect(await moneyOf({ ...parts, ...unpriced, endReferenceTempC: 22 })).toBeCloseTo(-0.1 * 8 * 4, 8);
  });
});

describe("a room with walls", () => {
  const count = 12;
  const mass = {
    tempC: 19,
    heatCapacityKwhPerK: 12,
    heatLossKwPerK: 0.03,
    couplingKwPerK: 0.8,
    gainShare: 0.2,
  };
  const problem = householdOf(count, {
    importPricePerKwh: flat(count, 0.3),
    outdoorTempC: flat(count, -4),
    zones: [
      aZone(count, {
        tempC: 20,
        heatCapacityKwhPerK: 1,
        heatLossKwPerK: 0.1,
        comfortMinTempC: [...flat(6, 17), ...flat(6, 21)],
        mass,
      }),
    ],
    boilers: [aBoiler(count, { tankId: undefined, maxHeatKw: flat(count, 8) })],
  });

  test("is planned by what its air and walls will do", async () => {
    const { schedule, model, x } = await solve(problem);
    const [zone] = schedule.zones;
    expect(zone?.massTempC).toHaveLength(count + 1);
    // The columns of the programme are what the schedule's powers lead to.
    const columns = model.definitions.slice(0, 2 * count).map(({ column }) => x[column] ?? Number.NaN);
    zone?.tempC.slice(1).forEach((tempC, k) => {
      expect(columns[2 * k]).toBeCloseTo(tempC, 5);
      expect(columns[2 * k + 1]).toBeCloseTo(zone.massTempC?.[k + 1] ?? Number.NaN, 5);
    });
  });

  test("is warmed beforehand only as far as its heat in the last hour does not reach", async () => {
    const { schedule } = await solve(problem);
    const tempC = schedule.zones[0]?.tempC ?? [];
    const heatKw = schedule.boilers[0]?.zones[0]?.heatKw ?? [];
    expect(tempC[5]).toBeCloseTo(17, 6);
    expect(tempC[6]).toBeGreaterThan(17.3);
    expect(heatKw[6]).toBeCloseTo(8, 6);
    expect(tempC[7]).toBeCloseTo(21, 6);
    // From then on the walls need less and less.
    for (let k = 8; k < count; k++) expect(heatKw[k]).toBeLessThan(heatKw[k - 1] ?? 0);
  });
});
