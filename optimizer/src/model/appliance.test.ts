import { MS_PER_HOUR } from "@ohmstead/contract";
import { afterAll, describe, expect, test } from "vitest";
import { MIDNIGHT_MS, anAppliance, householdOf } from "../../../tests/support/household-of.ts";
import { createSolver } from "../solver/solver.ts";
import { solveHouse } from "./testing/solve-house.ts";

const solver = createSolver();
afterAll(() => solver.stop());

const afterHours = (hours: number): number => MIDNIGHT_MS + hours * MS_PER_HOUR;
const span = (from: number, until: number) => ({ fromMs: afterHours(from), untilMs: afterHours(until) });
const rounded = (values: readonly number[] | undefined) => values?.map((kw) => Math.round(kw * 1e6) / 1e6 + 0);

/** Prices of four hours, nothing else than the appliance: 2 kW for an hour and a half unless said otherwise. */
const runOf = async (
  importPricePerKwh: number[],
  parts: Parameters<typeof anAppliance>[1],
  options: { exact?: boolean; lite?: boolean } = { exact: true },
) => {
  const problem = householdOf(4, {
    baseLoadKw: [0, 0, 0, 0],
    importPricePerKwh,
    appliances: [anAppliance(4, { powerKw: 2, runHours: 1.5, ...parts })],
  });
  const { schedule, money, model, x } = await solveHouse(solver, problem, options);
  return { kw: rounded(schedule.appliances[0]?.powerKw), money, model, x, schedule };
};

describe("one block", () => {
  test("runs through from the start of the cheapest slot; the last slot only as long as it takes", async () => {
    const { kw, money } = await runOf([0.3, 0.2, 0.1, 0.4], {});
    expect(kw).toEqual([0, 2, 1, 0]);
    expect(money).toBeCloseTo(2 * 0.2 + 0.1, 9);
  });

  test("begins and ends within its window", async () => {
    expect((await runOf([0.1, 0.3, 0.2, 0.1], { window: span(0.5, 3.5) })).kw).toEqual([0, 0, 2, 1]);
    expect((await runOf([0.1, 0.3, 0.2, 0.1], { window: span(0.5, 3) })).kw).toEqual([0, 2, 1, 0]);
  });

  test("of equal starts the earlier", async () => {
    expect((await runOf([0.2, 0.2, 0.2, 0.2], {})).kw).toEqual([2, 1, 0, 0]);
  });

  test("what cannot be done any more costs three per kWh", async () => {
    const { kw, money } = await runOf([0.1, 0.1, 0.1, 0.1], { window: span(0, 1) });
    expect(kw).toEqual([0, 0, 0, 0]);
    expect(money).toBeCloseTo(3 * 3, 9);
  });

  test("what can still be done after the horizon waits when now is dearer than usual", async () => {
    const window = span(1, 5.5);
    expect((await runOf([0.1, 0.3, 0.3, 0.3], { window })).money).toBeCloseTo(3 * 0.25, 9);
    const { kw } = await runOf([0.4, 0.1, 0.1, 0.4], { window });
    expect(kw).toEqual([0, 2, 1, 0]);
    // Six minutes less, and it is now or never.
    expect((await runOf([0.1, 0.3, 0.3, 0.3], { window: span(1, 5.4) })).money).toBeCloseTo(3 * 0.3, 9);
  });

  test("its starts are the options of one switch, the last is not at all", async () => {
    const { model, schedule } = await runOf([0.3, 0.2, 0.1, 0.4], {});
    expect(model.switches).toMatchObject([
      { kind: "choice", id: "dishwasher.start", startSlots: [0, 1, 2, undefined] },
    ]);
    expect(model.patternOf(schedule).get("dishwasher.start")).toBe(1);
    expect(model.patternOf({ ...schedule, appliances: [] }).get("dishwasher.start")).toBe(3);
  });

  test("the small programme decides by price alone, sun counting as what it would earn", async () => {
    const sunny = householdOf(4, {
      baseLoadKw: [0, 0, 0, 0],
      importPricePerKwh: [0.1, 0.1, 0.3, 0.3],
      exportPricePerKwh: [0, 0, 0, 0],
      pvArrays: [{ id: "roof", forecastKw: [0, 0, 2, 2] }],
      appliances: [anAppliance(4, { powerKw: 2, runHours: 1.5 })],
    });
    const { schedule, model } = await solveHouse(solver, sunny, { lite: true });
    expect(rounded(schedule.appliances[0]?.powerKw)).toEqual([0, 0, 2, 1]);
    expect(model.switches).toEqual([]);
  });
});

test("one that runs already goes on until it is done", async () => {
  const { kw, money } = await runOf([0.3, 0.1, 0.1, 0.1], { startedMs: afterHours(-0.25) });
  expect(kw).toEqual([2, 0.5, 0, 0]);
  expect(money).toBeCloseTo(0.6 + 0.05, 9);
});

describe("in pieces", () => {
  const pieces = { singleBlock: false, runHours: 2 };

  test("takes the cheapest time of its window, shares of slots too", async () => {
    const { kw } = await runOf([0.1, 0.3, 0.2, 0.15], { ...pieces, window: span(0.5, 3.75) });
    expect(kw).toEqual([1, 0, 1.5, 1.5]);
  });

  test("runs what it can and pays for what it cannot", async () => {
    const { kw, money } = await runOf([0.1, 0.1, 0.1, 0.1], { ...pieces, window: span(1, 2.5) });
    expect(kw).toEqual([0, 2, 1, 0]);
    expect(money).toBeCloseTo(0.3 + 3 * 1, 9);
  });
});
