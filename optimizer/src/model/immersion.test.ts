import type { HouseholdProblem } from "@ohmstead/contract";
import { afterAll, describe, expect, test } from "vitest";
import { aTank, flat, householdOf } from "../../../tests/support/household-of.ts";
import { createSolver } from "../solver/solver.ts";
import { buildModel } from "./build-model.ts";
import { solveHouse } from "./testing/solve-house.ts";

const solver = createSolver();
afterAll(() => solver.stop());

async function solve(problem: HouseholdProblem, options?: Parameters<typeof solveHouse>[2]) {
  const solved = await solveHouse(solver, problem, options);
  const powerKw = (solved.schedule.immersionHeaters[0]?.powerKw ?? []).map((kw) => Math.round(kw * 1e5) / 1e5);
  return { ...solved, powerKw, totalKw: powerKw.reduce((sum, kw) => sum + kw, 0) };
}

const HOURS = 6;

/** Six hours at 0.20, at the end of which the water must have got 3 kWh. */
const house = (onOff: boolean, powerKw = 2): HouseholdProblem =>
  householdOf(HOURS, {
    baseLoadKw: flat(HOURS, 0),
    tanks: [
      aTank(HOURS, {
        tempC: 45,
        heatCapacityKwhPerK: 0.2,
        heatLossKwPerK: 0,
        drawKw: flat(HOURS, 0),
        minTempC: [...flat(HOURS - 1, 40), 60],
        maxTempC: 70,
        endValuePerKwh: 0,
      }),
    ],
    immersionHeaters: [{ id: "element", tankId: "water", powerKw, onOff }],
  });

describe("an immersion heater", () => {
  test("gives any share of its power, all of it heat, and has no switch", async () => {
    const answer = await solve(house(false));
    expect(answer.totalKw).toBeCloseTo(3, 4);
    expect(answer.schedule.tanks[0]?.tempC.at(-1)).toBeCloseTo(60, 4);
    expect(answer.money).toBeCloseTo(0.2 * 3, 6);
    expect(answer.model.switches).toEqual([]);
  });

  test("that must be on or off for a whole slot gives all or nothing", async () => {
    const answer = await solve(house(true), { exact: true });
    // Two hours of 2 kW for 3 kWh.
    expect(answer.powerKw.filter((kw) => kw === 2)).toHaveLength(2);
    expect(answer.powerKw.filter((kw) => kw === 0)).toHaveLength(4);
    expect(answer.money).toBeCloseTo(0.2 * 4, 6);
    expect(answer.model.switches).toMatchObject([
      { kind: "series", id: "element.element", minOnHours: 0, minOffHours: 0 },
    ]);
  });

  test("does what its switches say", async () => {
    const on = [true, false, false, true, false, false];
    const answer = await solve(house(true), { pattern: new Map([["element.element", on]]) });
    expect(answer.powerKw).toEqual([2, 0, 0, 2, 0, 0]);
    expect(answer.model.patternOf(answer.schedule).get("element.element")).toEqual(on);
  });

  test("may be on for a part of a slot in a relaxed answer, which says how far; carried out it is rounded", async () => {
    const answer = await solve(house(true));
    expect(answer.money).toBeCloseTo(0.2 * 3, 6);
    expect(answer.powerKw.every((kw) => kw === 0 || kw === 2)).toBe(true);
    const [element] = answer.model.switches;
    const x = new Float64Array(answer.model.lp.columnCount);
    for (const { slot, terms } of answer.model.powerColumns) for (const [column] of terms) x[column] = slot / 5;
    expect(element?.kind === "series" && flat(HOURS, 0).map((_, k) => element.use(x, k))).toEqual(
      [0, 0.1, 0.2, 0.3, 0.4, 0.5].map((use) => expect.closeTo(use, 9)),
    );
  });

  test("has no switch in the lite programme, nor without power", () => {
    expect(buildModel(house(true), { lite: true }).switches).toEqual([]);
    expect(buildModel(house(true, 0)).switches).toEqual([]);
  });
});
