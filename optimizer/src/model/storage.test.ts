import { MS_PER_HOUR } from "@ohmstead/contract";
import { afterAll, describe, expect, test } from "vitest";
import { MIDNIGHT_MS, aBattery, aCar, flat, householdOf } from "../../../tests/support/household-of.ts";
import { createSolver } from "../solver/solver.ts";
import { buildModel } from "./build-model.ts";
import { solveHouse } from "./testing/solve-house.ts";

const solver = createSolver();
afterAll(() => solver.stop());

const rounded = (values: readonly number[] | undefined): number[] | undefined =>
  values?.map((value) => Math.round(value * 1e6) / 1e6 + 0);
const afterHours = (hours: number): number => MIDNIGHT_MS + hours * MS_PER_HOUR;
/** Nothing kept is worth anything, nothing wears: only what the test speaks of counts. */
const plain = { wearPricePerKwh: 0, endValuePerKwh: 0 };
/** 0.2 for the base load of 1 kW in each hour. */
const baseCost = (hours: number): number => 0.2 * hours;

describe("a plain battery", () => {
  test("is three columns and a row in each slot: what few need costs the others nothing", () => {
    const alone = buildModel(householdOf(5)).lp;
    const { lp, switches } = buildModel(householdOf(5, { batteries: [aBattery()] }));
    expect(lp.columnCount - alone.columnCount).toBe(3 * 5);
    expect(lp.rowCount - alone.rowCount).toBe(5);
    expect(switches).toEqual([]);
  });
});

const withReserve = async (reservePricePerKwhHour: number) => {
  const problem = householdOf(2, {
    batteries: [aBattery({ ...plain, soc: 0.5, reserveSoc: 0.6, reservePricePerKwhHour, maxChargeKw: 0 })],
  });
  const { schedule, money } = await solveHouse(solver, problem);
  return { soc: rounded(schedule.batteries[0]?.soc), cost: money };
};

describe("content", () => {
  test("what is stored becomes less by itself, and less than the minimum is allowed to it but priced", async () => {
    const problem = householdOf(2, {
      batteries: [aBattery({ ...plain, soc: 0.1, selfDischargePerHour: 0.1, maxChargeKw: 0 })],
    });
    const { schedule, money } = await solveHouse(solver, problem);
    expect(rounded(schedule.batteries[0]?.soc)).toEqual([0.1, 0.09, 0.081]);
    // 0.1 and 0.19 kWh missing to 1 kWh, each for an hour at 0.5.
    expect(money).toBeCloseTo(baseCost(2) + 0.5 * (0.1 + 0.19), 9);
  });

  test("wear counts both ways, at the house side", async () => {
    const problem = householdOf(2, {
      importPricePerKwh: [0.1, 0.5],
      batteries: [
        aBattery({
          soc: 0.1,
          chargeEfficiency: 0.8,
          endValuePerKwh: 0,
          wearPricePerKwh: 0.02,
          chargeWearPricePerKwh: 0.03,
        }),
      ],
    });
    const { schedule, money } = await solveHouse(solver, problem);
    expect(rounded(schedule.batteries[0]?.chargeKw)).toEqual([1.25, 0]);
    expect(money).toBeCloseTo(0.1 * 2.25 + 0.03 * 1.25 + 0.02, 9);
  });

  test("what is left is worth its steps, the first first, and nothing beyond them", async () => {
    const worth = {
      endValueSteps: [
        { kwh: 2, pricePerKwh: 0.5 },
        { kwh: 3, pricePerKwh: 0.25 },
        { kwh: 9, pricePerKwh: 0.1 },
      ],
    };
    const problem = householdOf(1, { batteries: [aBattery({ ...plain, soc: 0.1, ...worth })] });
    const { schedule, money } = await solveHouse(solver, problem);
    // Bought at 0.2: the first two kWh and the next three, not the others.
    expect(rounded(schedule.batteries[0]?.soc)).toEqual([0.1, 0.5]);
    expect(money).toBeCloseTo(0.2 * (1 + 4) - 2 * 0.5 - 3 * 0.25, 9);
    const full = householdOf(1, {
      batteries: [aBattery({ ...plain, soc: 1, maxDischargeKw: 0, endValueSteps: [{ kwh: 2, pricePerKwh: 0.5 }] })],
    });
    expect((await solveHouse(solver, full)).money).toBeCloseTo(0.2 - 1, 9);
  });

  test("a reserve is kept where that is dearer than using it", async () => {
    // One kWh is short from the beginning; a second one, for the last hour only, saves 0.2.
    expect(await withReserve(0.1)).toEqual({
      soc: [0.5, 0.5, 0.4],
      cost: expect.closeTo(0.2 + 0.1 * (1 + 2), 9) as number,
    });
    expect(await withReserve(0.21)).toEqual({
      soc: [0.5, 0.5, 0.5],
      cost: expect.closeTo(baseCost(2) + 0.21 * 2, 9) as number,
    });
  });
});

describe("power", () => {
  test("the lower of the two limits counts in each slot", async () => {
    const problem = householdOf(3, {
      importPricePerKwh: [0.1, 0.1, 0.9],
      exportPricePerKwh: flat(3, 0.05),
      baseLoadKw: [0, 0, 9],
      batteries: [aBattery({ ...plain, soc: 0.1, chargeLimitKw: [2, 9, 9], dischargeLimitKw: [9, 9, 4.5] })],
    });
    const { schedule } = await solveHouse(solver, problem);
    expect(rounded(schedule.batteries[0]?.chargeKw)).toEqual([2, 2.5, 0]);
    expect(rounded(schedule.batteries[0]?.dischargeKw)).toEqual([0, 0, 4.5]);
  });

  test("near full it charges more slowly, by the content at the end of the slot", async () => {
    const battery = aBattery({ ...plain, endValuePerKwh: 1, soc: 0.5, taper: { fromSoc: 0.6, endKw: 1 } });
    const { schedule } = await solveHouse(solver, householdOf(2, { batteries: [battery] }));
    // P = 5 − 4·(soc − 0.6)/0.4 with soc = before + P/10 gives P·2 = 11 − 10·before.
    const first = 6 / 2;
    const second = (11 - 10 * (0.5 + first / 10)) / 2;
    expect(rounded(schedule.batteries[0]?.chargeKw)).toEqual([first, second]);
  });

  test("stages: what is stored lies on the line between them", async () => {
    const chargeStages = [
      { kw: 1, efficiency: 0.7 },
      { kw: 3, efficiency: 0.9 },
      { kw: 5, efficiency: 0.8 },
    ];
    const dischargeStages = [
      { kw: 1, efficiency: 0.8 },
      { kw: 5, efficiency: 0.9 },
    ];
    const stored = async (worth: number) => {
      const battery = aBattery({ ...plain, soc: 0.1, endValuePerKwh: worth, chargeStages, dischargeStages });
      const problem = householdOf(1, { batteries: [battery] });
      const { schedule, money } = await solveHouse(solver, problem, { exact: true });
      return { kw: schedule.batteries[0]?.chargeKw[0], kwh: (schedule.batteries[0]?.soc[1] ?? 0) * 10 - 1, money };
    };
    // Up to 3 kW a kWh costs 0.2/0.9 inside, beyond 0.2/0.65.
    expect(await stored(0.2)).toMatchObject({ kw: 0 });
    const middle = await stored(0.25);
    expect(middle.kw).toBeCloseTo(3, 6);
    expect(middle.kwh).toBeCloseTo(2.7, 6);
    expect(middle.money).toBeCloseTo(0.2 * 4 - 0.25 * (1 + 2.7), 6);
    const all = await stored(0.5);
    expect(all.kw).toBeCloseTo(5, 6);
    expect(all.kwh).toBeCloseTo(4, 6);
  });

  test("stages: prices below zero do not make it take the stages that lose most, and leave out the others", async () => {
    const chargeStages = [
      { kw: 1, efficiency: 0.9 },
      { kw: 3, efficiency: 0.9 },
      { kw: 5, efficiency: 0.7 },
    ];
    // Full after 1 kWh more: as much power as possible is to vanish on the way.
    const problem = householdOf(1, {
      importPricePerKwh: [-1],
      exportPricePerKwh: [-1],
      batteries: [aBattery({ ...plain, soc: 0.9, maxDischargeKw: 0, chargeStages })],
    });
    const { schedule, money, model, x } = await solveHouse(solver, problem, { exact: true });
    const kw = schedule.batteries[0]?.chargeKw[0] ?? 0;
    expect(kw).toBeCloseTo(1 / 0.9, 6);
    expect(money).toBeCloseTo(-1 - kw, 6);
    expect(model.directionsToFix(x)).toBeUndefined();
  });
});

const sunny = (parts: object) =>
  householdOf(2, {
    importPricePerKwh: [0.3, 0.3],
    exportPricePerKwh: [0.05, 0.05],
    pvArrays: [{ id: "roof", forecastKw: [2, 1] }],
    batteries: [aBattery({ ...plain, soc: 0.1, endValuePerKwh: 0.1, ...parts })],
  });

const chargesWith = async (minChargeKw: number, exact: boolean) =>
  rounded((await solveHouse(solver, sunny({ minChargeKw }), { exact })).schedule.batteries[0]?.chargeKw);

describe("least powers", () => {
  test("it charges with its least power, or not at all", async () => {
    // The sun leaves 1 kW: relaxed it takes that, in truth the kW more from the grid is not worth it, and 0.4 kW more is.
    expect(await chargesWith(2, true)).toEqual([0, 0]);
    expect(await chargesWith(1.1, true)).toEqual([1.1, 0]);
    expect(await chargesWith(0.8, true)).toEqual([1, 0]);
  });

  test("a pattern of its switches gives the best plan with exactly these", async () => {
    const problem = sunny({ minChargeKw: 2 });
    const { model } = await solveHouse(solver, problem);
    expect(model.switches.map(({ id }) => id)).toEqual(["battery.charge"]);
    const fixed = async (on: readonly boolean[]) =>
      solveHouse(solver, problem, { pattern: new Map([["battery.charge", on]]) });
    const on = await fixed([true, false]);
    expect(rounded(on.schedule.batteries[0]?.chargeKw)).toEqual([2, 0]);
    expect(on.money).toBeCloseTo(0.3 - 0.1 * 3, 9);
    expect(on.model.patternOf(on.schedule).get("battery.charge")).toEqual([true, false]);
    expect(rounded((await fixed([false, false])).schedule.batteries[0]?.chargeKw)).toEqual([0, 0]);
  });

  test("the sun's surplus may trickle in, but from the grid it takes much or nothing", async () => {
    const charges = async (endValuePerKwh: number) => {
      const problem = sunny({ minGridChargeKw: 3, endValuePerKwh, maxDischargeKw: 0 });
      return rounded((await solveHouse(solver, problem, { exact: true })).schedule.batteries[0]?.chargeKw);
    };
    expect(await charges(0.1)).toEqual([1, 0]);
    expect(await charges(0.4)).toEqual([5, 4]);
    const { model } = await solveHouse(solver, sunny({ minGridChargeKw: 3, endValuePerKwh: 0.1 }));
    // In the hour without surplus there is only on or off.
    expect(model.switches.map(({ id, columns }) => [id, columns.map((column) => column !== undefined)])).toEqual([
      ["battery.charge", [false, true]],
      ["battery.gridCharge", [true, false]],
    ]);
  });

  test("one that cannot reach its least power rests, and what it cannot do is not asked of it", async () => {
    const problem = householdOf(1, {
      batteries: [
        aBattery({ ...plain, soc: 0.1, endValuePerKwh: 9, minChargeKw: 2, chargeLimitKw: [1], demandKw: [1] }),
      ],
    });
    const { schedule, money } = await solveHouse(solver, problem);
    expect(rounded(schedule.batteries[0]?.chargeKw)).toEqual([0]);
    expect(money).toBeCloseTo(0.2 - 9, 9);
  });
});

const car = (count: number, parts: Parameters<typeof aCar>[1]) =>
  aCar(count, { capacityKwh: 10, soc: 0.2, maxChargeKw: 4, chargeWearPricePerKwh: 0, endValuePerKwh: 0, ...parts });

describe("a car", () => {
  test("is charged by the hour it leaves, in the cheapest hours that it is there", async () => {
    const problem = householdOf(5, {
      importPricePerKwh: [0.3, 0.1, 0.2, 0.4, 0.05],
      evs: [car(5, { connected: [true, true, false, true, true], goals: [{ soc: 0.7, atMs: afterHours(4) }] })],
    });
    const { schedule } = await solveHouse(solver, problem);
    expect(rounded(schedule.evs[0]?.chargeKw)).toEqual([1, 4, 0, 0, 0]);
  });

  test.each([
    { rule: "what is missing costs three per kWh", goal: { soc: 1, atMs: afterHours(1) }, cost: 0.2 * 5 + 3 * 4 },
    { rule: "or its own price", goal: { soc: 1, atMs: afterHours(1) }, price: 0.5, cost: 0.2 * 5 + 0.5 * 4 },
    {
      rule: "or more where prices are higher than one",
      goal: { soc: 1, atMs: afterHours(1) },
      dear: 2,
      cost: 0.2 * 5 + 6 * 4,
    },
    { rule: "within a slot its beginning counts", goal: { soc: 1, atMs: afterHours(1.9) }, cost: 0.2 * 5 + 3 * 4 },
    { rule: "and the first slot's end is never too early", goal: { soc: 0.5, atMs: afterHours(0.1) }, cost: 0.2 * 4 },
    { rule: "but the past asks for nothing", goal: { soc: 1, atMs: afterHours(0) }, cost: 0.2 },
    { rule: "nor does what comes after the horizon", goal: { soc: 1, atMs: afterHours(2) + 1 }, cost: 0.2 },
  ])("$rule", async ({ goal, price, dear = 0.2, cost }) => {
    const problem = householdOf(2, {
      baseLoadKw: [1, 0],
      importPricePerKwh: [0.2, dear],
      evs: [car(2, { goals: [goal], ...(price === undefined ? {} : { goalPricePerKwh: price }) })],
    });
    expect((await solveHouse(solver, problem)).money).toBeCloseTo(cost, 9);
  });

  test("power that a person asks for is given when it is asked for, as far as there is any", async () => {
    const problem = householdOf(3, {
      importPricePerKwh: [0.9, 0.1, 0.1],
      evs: [car(3, { demandKw: [3, 0, 9], connected: [true, true, true] })],
    });
    const { schedule, money } = await solveHouse(solver, problem);
    expect(rounded(schedule.evs[0]?.chargeKw)).toEqual([3, 0, 4]);
    // 9 kW cannot be had: 4 are all that can be missing.
    expect(money).toBeCloseTo(0.9 * 4 + 0.1 + 0.1 * 5, 9);
  });

  test("gives back to the house only where the charger can", async () => {
    const problem = householdOf(1, { evs: [car(1, { soc: 0.5 })] });
    expect(rounded((await solveHouse(solver, problem)).schedule.evs[0]?.dischargeKw)).toEqual([0]);
    const able = householdOf(1, { evs: [car(1, { soc: 0.5, maxDischargeKw: 3, wearPricePerKwh: 0.06 })] });
    expect(rounded((await solveHouse(solver, able)).schedule.evs[0]?.dischargeKw)).toEqual([1]);
  });
});
