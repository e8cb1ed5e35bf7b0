import type { HouseholdProblem } from "@ohmstead/contract";
import { afterAll, describe, expect, test } from "vitest";
import { aBoiler, aTank, aZone, householdOf } from "../../../tests/support/household-of.ts";
import { createSolver } from "../solver/solver.ts";
import { solveHouse } from "./testing/solve-house.ts";

const solver = createSolver();
afterAll(() => solver.stop());

/** A room without losses, so many kelvin too cold: 4 kWh each. */
const room = (id: string, missingK: number) =>
  aZone(1, {
    id,
    tempC: 20,
    heatLossKwPerK: 0,
    heatCapacityKwhPerK: 4,
    gainsKw: [0],
    comfortMinTempC: [20 + missingK],
    comfortMaxTempC: [26],
    endValuePerKwh: 0,
  });

/** An hour in which two rooms want 4 and 2 kWh, the water 0.8. */
const house = (maxHeatKw: number, fuelPricePerKwh: number): HouseholdProblem =>
  householdOf(1, {
    baseLoadKw: [0],
    zones: [room("living", 1), room("attic", 0.5)],
    tanks: [
      aTank(1, {
        tempC: 43,
        minTempC: [45],
        heatCapacityKwhPerK: 0.4,
        heatLossKwPerK: 0,
        drawKw: [0],
        endValuePerKwh: 0,
      }),
    ],
    boilers: [
      aBoiler(1, {
        zoneIds: ["living", "attic"],
        maxHeatKw: [maxHeatKw],
        fuelPricePerKwh: [fuelPricePerKwh],
        efficiency: 0.8,
      }),
    ],
  });

const rounded = (kw: number | undefined): number => Math.round((kw ?? Number.NaN) * 1e5) / 1e5;

describe("a boiler", () => {
  test("heats rooms and water for its fuel, price over efficiency, and takes no power from the house", async () => {
    const { money, schedule } = await solveHouse(solver, house(12, 0.1));
    expect(money).toBeCloseTo((6.8 * 0.1) / 0.8, 8);
    const [boiler] = schedule.boilers;
    expect(boiler?.zones.map((zone) => [zone.id, rounded(zone.heatKw[0])])).toEqual([
      ["living", 4],
      ["attic", 2],
    ]);
    expect(rounded(boiler?.waterKw[0])).toBe(0.8);
    expect(schedule.importKw).toEqual([0]);
  });

  test("shares what it has where it is too little: first what misses it most", async () => {
    const { money, schedule } = await solveHouse(solver, house(6, 0.1));
    // A kWh is worth a quarter kelvin at 2 in a room, two and a half at 0.5 in the tank.
    expect(rounded(schedule.boilers[0]?.waterKw[0])).toBe(0.8);
    expect(money).toBeCloseTo((6 * 0.1) / 0.8 + 0.2 * 2, 8);
  });

  test("heats no more than somebody wants, though its fuel costs nothing", async () => {
    const { schedule } = await solveHouse(solver, house(12, 0));
    expect(rounded(schedule.boilers[0]?.zones[0]?.heatKw[0])).toBe(4);
    expect(rounded(schedule.boilers[0]?.waterKw[0])).toBe(0.8);
  });

  test("rests where its fuel costs more than the cold", async () => {
    const { money, schedule } = await solveHouse(solver, house(12, 1.5));
    expect(rounded(schedule.boilers[0]?.zones[0]?.heatKw[0])).toBe(0);
    expect(money).toBeCloseTo(1.5 * 2 + 2 * 0.5, 8);
  });
});
