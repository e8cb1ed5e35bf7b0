import { type HouseholdProblem, MS_PER_HOUR } from "@ohmstead/contract";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { MIDNIGHT_MS, aHeatPump, aTank, flat, householdOf } from "../../../tests/support/household-of.ts";
import { createSolver } from "../solver/solver.ts";
import { solveHouse } from "./testing/solve-house.ts";

const solver = createSolver();
afterAll(() => solver.stop());

type Options = Parameters<typeof solveHouse>[2];

const solve = (problem: HouseholdProblem, options?: Options) => solveHouse(solver, problem, options);

const HOURS = 6;
const hour = (k: number): number => MIDNIGHT_MS + k * MS_PER_HOUR;

/** Six hours of a tank without loss or draw, 0.2 kWh/K, at 45 °C, that an element can heat 30 K in an hour. */
const house = (
  tank: Parameters<typeof aTank>[1],
  importPricePerKwh: readonly number[] = flat(HOURS, 0.2),
  powerKw = 6,
): HouseholdProblem =>
  householdOf(HOURS, {
    importPricePerKwh,
    exportPricePerKwh: flat(HOURS, -1),
    baseLoadKw: flat(HOURS, 0),
    tanks: [
      aTank(HOURS, {
        tempC: 45,
        heatCapacityKwhPerK: 0.2,
        heatLossKwPerK: 0,
        drawKw: flat(HOURS, 0),
        minTempC: flat(HOURS, 40),
        endValuePerKwh: 0,
        ...tank,
      }),
    ],
    immersionHeaters: [{ id: "element", tankId: "water", powerKw }],
  });

/** Nothing else is wished for. */
const hygiene = (fromHour: number, untilHour: number, parts: { tempC?: number; pricePerKelvin?: number } = {}) => ({
  discomfortPricePerKelvinHour: 0,
  hygiene: { fromMs: hour(fromHour), untilMs: hour(untilHour), tempC: 65, pricePerKelvin: 0.5, ...parts },
});

const heatedIn = ({ schedule }: Awaited<ReturnType<typeof solve>>): number[] =>
  (schedule.immersionHeaters[0]?.powerKw ?? []).map((kw) => Math.round(kw * 1e5) / 1e5);

describe("hot water against germs", () => {
  const prices = [0.3, 0.3, 0.1, 0.3, 0.05, 0.3];

  test("once within its span, where that is cheapest", async () => {
    // Slots end at 2, 3 and 4 o'clock: the cheapest of them is the third, 20 K · 0.2 kWh/K.
    const answer = await solve(house(hygiene(2, 4), prices), { exact: true });
    expect(heatedIn(answer)).toEqual([0, 0, 4, 0, 0, 0]);
    expect(answer.money).toBeCloseTo(0.4, 6);
    expect(answer.model.patternOf(answer.schedule).get("water.hygiene")).toBe(1);
    expect(answer.model.switches).toMatchObject([{ kind: "choice", id: "water.hygiene", startSlots: [1, 2, 3] }]);
  });

  test("after which it may cool down", async () => {
    // Heated in the last hour that costs little; every later one of the span is colder, and nothing is missed.
    const lossy = { ...hygiene(2, 5), heatLossKwPerK: 0.02, ambientTempC: 20 };
    const answer = await solve(house(lossy, [0.4, 0.05, 0.9, 0.9, 0.9, 0.9]), { exact: true });
    const tempC = answer.schedule.tanks[0]?.tempC ?? [];
    expect(tempC[2]).toBeCloseTo(65, 6);
    expect(tempC[5]).toBeLessThan(60);
    expect(heatedIn(answer).slice(2)).toEqual([0, 0, 0, 0]);
    expect(answer.money).toBeCloseTo(0.05 * (answer.schedule.importKw[1] ?? 0), 6);
  });

  test("not at all where the degrees cost more than they are worth", async () => {
    const answer = await solve(house(hygiene(2, 4, { pricePerKelvin: 0.01 }), prices), { exact: true });
    expect(heatedIn(answer)).toEqual(flat(HOURS, 0));
    expect(answer.money).toBeCloseTo(20 * 0.01, 6);
  });

  test("as near as it can come", async () => {
    const answer = await solve(house(hygiene(1.5, 2), prices, 1), { exact: true });
    expect(answer.schedule.tanks[0]?.tempC[2]).toBeCloseTo(55, 6);
    expect(answer.money).toBeCloseTo(2 * 0.3 + 10 * 0.5, 6);
  });

  test("and is not called too hot while it may be, but is afterwards", async () => {
    // 65 °C is 5 K above the wished maximum: allowed at 2 and 3 o'clock, 0.5 each at 4, 5 and 6.
    const answer = await solve(house({ ...hygiene(2, 3), maxTempC: 60, discomfortPricePerKelvinHour: 0.1 }, prices), {
      exact: true,
    });
    expect(answer.money).toBeCloseTo(0.4 + 3 * 0.5, 6);
  });

  test.each([
    { rule: "reaches beyond the horizon", span: hygiene(4, 6.5) },
    { rule: "holds no end of a slot", span: hygiene(2.2, 2.8) },
    { rule: "is over", span: hygiene(-3, -1) },
  ])("is left to another plan where its span $rule", async ({ span }) => {
    const answer = await solve(house(span, prices));
    expect(answer.model.switches).toEqual([]);
    expect(answer.money).toBeCloseTo(0, 8);
  });

  test("needs no plan where the tank is hot enough by itself", async () => {
    const answer = await solve(house({ ...hygiene(2, 4), tempC: 66, maxTempC: 70 }));
    expect(answer.model.switches).toEqual([]);
    expect(answer.money).toBeCloseTo(0, 8);
  });

  test("comes last in the lite programme", async () => {
    const answer = await solve(house(hygiene(2, 4), [0.3, 0.3, 0.1, 0.05, 0.3, 0.3]), { lite: true });
    expect(answer.model.switches).toEqual([]);
    expect(answer.schedule.tanks[0]?.tempC[4]).toBeCloseTo(65, 6);
  });

  test("is not talked away by choosing a little of every slot", async () => {
    const answer = await solve(house(hygiene(1, 6), prices));
    // A relaxed programme that asked each slot for a sixth would heat 3.3 K.
    expect(Math.max(...(answer.schedule.tanks[0]?.tempC ?? []))).toBeCloseTo(65, 4);
  });

  test("costs what the best of its slots costs, whatever the tank", () =>
    fc.assert(
      fc.asyncProperty(
        fc.record({
          heatLossKwPerK: fc.constantFrom(0, 0.002, 0.03),
          drawKw: fc.array(fc.constantFrom(0, 0, 0.5, 3), { minLength: HOURS, maxLength: HOURS }),
          tempC: fc.integer({ min: 30, max: 60 }),
          maxTempC: fc.constantFrom(50, 60),
        }),
        fc.array(
          fc.integer({ min: 0, max: 50 }).map((cents) => cents / 100),
          { minLength: HOURS, maxLength: HOURS },
        ),
        fc.constantFrom(1, 2, 6),
        fc.constantFrom([1, 6], [2, 4], [2.5, 3]),
        async (tank, prices, powerKw, [from = 1, until = 6]) => {
          const wishes = { ...tank, ...hygiene(from, until), discomfortPricePerKelvinHour: 0.5 };
          const problem = house(wishes, prices, powerKw);
          const relaxed = await solve(problem);
          const exact = await solve(problem, { exact: true });
          const [choice] = relaxed.model.switches;
          const options = choice?.kind === "choice" ? choice.columns.map((_, i) => i) : [];
          const each: number[] = [];
          for (const i of options)
            each.push((await solve(problem, { pattern: new Map([["water.hygiene", i]]) })).money);
          expect(exact.money).toBeCloseTo(Math.min(...(each.length > 0 ? each : [relaxed.money])), 5);
          expect(relaxed.money).toBeLessThanOrEqual(exact.money + 1e-6);
          // The money is what the schedule misses, by its own temperatures.
          const hottest = Math.max(...(exact.schedule.tanks[0]?.tempC.slice(Math.ceil(from), until + 1) ?? []));
          const energy = exact.schedule.importKw.reduce((sum, kw, k) => sum + kw * (prices[k] ?? 0), 0);
          const band = (exact.schedule.tanks[0]?.tempC.slice(1) ?? []).map((tempC, k) => {
            const isAllowed = k + 1 >= from && k + 1 <= until;
            const max = isAllowed ? Math.max(65, tank.maxTempC) : tank.maxTempC;
            return 0.5 * (Math.max(0, tempC - max) + Math.max(0, 40 - tempC));
          });
          const missed = 0.5 * Math.max(0, 65 - hottest);
          expect(exact.money).toBeCloseTo(energy + band.reduce((sum, cost) => sum + cost, 0) + missed, 5);
        },
      ),
      { numRuns: 40 },
    ));
});

const moneyOf = async (tank: Parameters<typeof aTank>[1]) =>
  (await solve(house({ endValuePerKwh: 0.1, discomfortPricePerKelvinHour: 0, ...tank }, flat(HOURS, 5)))).money;

describe("what is left in the tank", () => {
  test.each([
    { rule: "is worth its value up to maxTempC", tank: { tempC: 70, maxTempC: 60 }, kelvin: 20 },
    { rule: "or to its reference", tank: { tempC: 70, maxTempC: 60, endReferenceTempC: 50 }, kelvin: 10 },
    { rule: "and costs below the minimum", tank: { tempC: 35 }, kelvin: -5 },
  ])("$rule", async ({ tank, kelvin }) => {
    expect(await moneyOf(tank)).toBeCloseTo(-0.1 * 0.2 * kelvin, 8);
  });
});

test("a pump that must keep its least power never overheats the tank, by the programme itself", async () => {
  const problem = householdOf(HOURS, {
    importPricePerKwh: flat(HOURS, -1),
    exportPricePerKwh: flat(HOURS, -2),
    tanks: [
      aTank(HOURS, {
        tempC: 60,
        heatCapacityKwhPerK: 0.5,
        hardMaxTempC: 65,
        drawKw: flat(HOURS, 0),
        discomfortPricePerKelvinHour: 0,
      }),
    ],
    heatPumps: [aHeatPump(HOURS, { zoneIds: [], minPowerKw: 1, minRunHours: 1 })],
  });
  const { schedule } = await solve(problem, { exact: true });
  expect(Math.max(...(schedule.tanks[0]?.tempC ?? []))).toBeLessThanOrEqual(65 + 1e-6);
  // 2.5 kWh fit in: one hour of 1 kW at COP 2, and what is lost meanwhile is too little for another.
  expect(schedule.heatPumps[0]?.waterKw.filter((kw) => kw > 0)).toHaveLength(1);
});
