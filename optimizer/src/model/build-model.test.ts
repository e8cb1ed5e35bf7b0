import { HouseholdProblem, type HouseholdProblemInput } from "@ohmstead/contract";
import { afterAll, describe, expect, test } from "vitest";
import { completeEndValues } from "../domain/end-values.ts";
import { evenSlots } from "../domain/slots.ts";
import { checkSchedule } from "../plan/check-schedule.ts";
import { createSolver } from "../solver/solver.ts";
import { type ModelOptions, buildModel } from "./build-model.ts";
import type { MeterPrices } from "./house-program.ts";

const solver = createSolver();
afterAll(() => solver.stop());
const TIME_LIMIT_MS = 10_000;

const each = (count: number, value: number): number[] => Array.from({ length: count }, () => value);

/** Hours at 1 kW of base load, prices 0.30 in and 0.10 out, nothing kept worth anything at the end. */
function house({ slots = evenSlots(0, 1, 2), ...rest }: Partial<HouseholdProblemInput>): HouseholdProblem {
  const count = slots.length;
  return completeEndValues(
    HouseholdProblem.parse({
      currency: "EUR",
      slots,
      importPricePerKwh: each(count, 0.3),
      exportPricePerKwh: each(count, 0.1),
      baseLoadKw: each(count, 1),
      outdoorTempC: each(count, 0),
      ...rest,
    }),
  );
}

async function solve(problem: HouseholdProblem, options: ModelOptions = {}) {
  const model = buildModel(problem, options);
  const answer = await solver.solve(model.lp, { engine: "highs", timeLimitMs: TIME_LIMIT_MS });
  const schedule = model.schedule(answer.x);
  return {
    model,
    answer,
    schedule,
    money: model.objectiveMoney(answer.x),
    marginal: model.marginalPricePerKwh(answer.rowDuals ?? new Float64Array()),
  };
}

const battery = {
  id: "battery",
  capacityKwh: 10,
  soc: 0.1,
  minSoc: 0.1,
  maxChargeKw: 5,
  maxDischargeKw: 5,
  chargeEfficiency: 0.9,
  dischargeEfficiency: 0.8,
  wearPricePerKwh: 0.02,
  endValuePerKwh: 0,
};
const round = (value: number): number => Math.round(value * 1e6) / 1e6 + 0;

describe("what an optimum looks like, by hand", () => {
  test("the battery buys cheap for the dear hour: losses both ways, wear on what it gives", async () => {
    const problem = house({ importPricePerKwh: [0.1, 0.5], exportPricePerKwh: [0, 0], batteries: [battery] });
    const { schedule, money, marginal } = await solve(problem);
    // 1 kWh out takes 1/0.72 in.
    expect(schedule.batteries[0]?.chargeKw.map(round)).toEqual([round(1 / 0.72), 0]);
    expect(schedule.batteries[0]?.dischargeKw.map(round)).toEqual([0, 1]);
    expect(money).toBeCloseTo((1 + 1 / 0.72) * 0.1 + 0.02, 9);
    // In the dear hour one more kWh comes from the battery as well.
    expect(marginal[0]).toBeCloseTo(0.1, 5);
    expect(marginal[1]).toBeCloseTo(0.1 / 0.72 + 0.02, 5);
  });

  test("it stays idle when the difference does not pay losses and wear", async () => {
    const problem = house({ importPricePerKwh: [0.1, 0.155], exportPricePerKwh: [0, 0], batteries: [battery] });
    expect((await solve(problem)).schedule.batteries[0]?.chargeKw).toEqual([0, 0]);
  });

  test("what is stored at the end is worth its value", async () => {
    const problem = house({ batteries: [{ ...battery, endValuePerKwh: 0.5 }] });
    const { schedule, money } = await solve(problem);
    expect(schedule.batteries[0]?.soc.at(-1)).toBeCloseTo(1, 9);
    expect(money).toBeCloseTo(0.3 * (2 + 10) - 0.5 * 10, 9);
  });

  test.each([
    { rule: "sun is used or sold", exportPrice: 0.1, usedKw: 3, money: -0.2 },
    { rule: "sun is curtailed only where feeding in costs", exportPrice: -0.1, usedKw: 1, money: 0 },
    { rule: "of equal worth, sun is used", exportPrice: 0, usedKw: 3, money: 0 },
  ])("$rule", async ({ exportPrice, usedKw, money }) => {
    const problem = house({
      slots: evenSlots(0, 1, 1),
      exportPricePerKwh: [exportPrice],
      pvArrays: [{ id: "roof", forecastKw: [3], curtailable: true }],
    });
    const result = await solve(problem);
    expect(result.schedule.pvArrays[0]?.usedKw.map(round)).toEqual([usedKw]);
    expect(result.money).toBeCloseTo(money, 9);
  });

  test("power over the site's limit costs five per kWh, each way", async () => {
    const over = await solve(house({ slots: evenSlots(0, 0.5, 1), baseLoadKw: [4], site: { importLimitKw: 3 } }));
    expect(over.money).toBeCloseTo(0.5 * (4 * 0.3 + 5), 9);
    const sunny = house({
      slots: evenSlots(0, 0.5, 1),
      pvArrays: [{ id: "roof", forecastKw: [6] }],
      site: { exportLimitKw: 3 },
    });
    expect((await solve(sunny)).money).toBeCloseTo(0.5 * (-5 * 0.1 + 2 * 5), 9);
  });

  test("a battery outside its window is led back when that is worth it, and pays while it is out", async () => {
    const low = { ...battery, soc: 0.05, maxChargeKw: 0 };
    // 0.5 kWh missing for two hours, at 0.5 per kWh and hour; nothing can be done.
    expect((await solve(house({ batteries: [low] }))).money).toBeCloseTo(0.6 + 0.5, 9);
    const led = await solve(house({ batteries: [{ ...low, maxChargeKw: 5 }] }));
    expect(led.schedule.batteries[0]?.soc[1]).toBeCloseTo(0.1, 9);
    const high = await solve(house({ batteries: [{ ...battery, soc: 1, maxSoc: 0.95, maxDischargeKw: 0 }] }));
    expect(high.money).toBeCloseTo(0.6 + 0.001, 9);
  });
});

const zone = {
  id: "living",
  tempC: 20,
  heatCapacityKwhPerK: 9,
  heatLossKwPerK: 0.2,
  gainsKw: each(2, 0),
  comfortMinTempC: each(2, 20),
  comfortMaxTempC: each(2, 23),
  discomfortPricePerKelvinHour: 0.5,
  endValuePerKwh: 0,
};
const pump = { id: "pump", zoneIds: ["living"], maxPowerKw: each(2, 4), copSpace: each(2, 4), copWater: each(2, 2) };

/** A room whose warmth at the end is all that counts. */
const valued = (tempC: number) => ({
  ...zone,
  tempC,
  gainsKw: [0],
  comfortMinTempC: [20],
  comfortMaxTempC: [30],
  discomfortPricePerKelvinHour: 0,
  endValuePerKwh: 0.1,
});

const spaceKwAt = async (changePricePerKw: number) => {
  const problem = house({
    importPricePerKwh: [0.1, 0.1],
    zones: [{ ...zone, tempC: 21 }],
    heatPumps: [{ ...pump, previousKw: 2, changePricePerKw }],
  });
  return (await solve(problem)).schedule.heatPumps[0]?.spaceKw.map(round);
};

describe("heat, by hand", () => {
  test("a room is held at its minimum: the loss at 20 °C, over the COP", async () => {
    const { schedule } = await solve(
      house({
        zones: [{ ...zone, discomfortPricePerKelvinHour: 2 }],
        heatPumps: [{ ...pump, previousKw: 1 }],
      }),
    );
    expect(schedule.heatPumps[0]?.spaceKw.map(round)).toEqual([1, 1]);
    expect(schedule.zones[0]?.tempC.map(round)).toEqual([20, 20, 20]);
  });

  test("missed kelvins cost: the first the price, the others four times, excess like shortfall", async () => {
    const slots = evenSlots(0, 0.5, 1);
    const cold = { ...zone, gainsKw: [0], comfortMinTempC: [22.5], comfortMaxTempC: [23] };
    const tempC = 20 * Math.exp((-0.5 * 0.2) / 9);
    const short = 22.5 - tempC;
    expect((await solve(house({ slots, zones: [cold] }))).money).toBeCloseTo(0.15 + 0.25 * (1 + 4 * (short - 1)), 9);
    const hot = { ...zone, gainsKw: [0], comfortMinTempC: [17], comfortMaxTempC: [18] };
    expect((await solve(house({ slots, zones: [hot] }))).money).toBeCloseTo(0.15 + 0.25 * (1 + 4 * (tempC - 19)), 9);
    // The lite programme knows one price only.
    expect((await solve(house({ slots, zones: [cold] }), { lite: true })).money).toBeCloseTo(0.15 + 0.25 * short, 9);
  });

  test("warmth left at the end is worth something up to one kelvin, cold costs the same", async () => {
    const slots = evenSlots(0, 1, 1);
    const keep = Math.exp(-0.2 / 9);
    const money = async (tempC: number) => (await solve(house({ slots, zones: [valued(tempC)] }))).money;
    expect(await money(21)).toBeCloseTo(0.3 - 0.1 * 9 * (21 * keep - 20), 9);
    expect(await money(25)).toBeCloseTo(0.3 - 0.1 * 9, 9);
    expect(await money(18)).toBeCloseTo(0.3 + 0.1 * 9 * (20 - 18 * keep), 9);
  });

  test("changes of the heat pump cost per kW, from what it does now", async () => {
    // Going on costs 0.40 for heat that nobody needs, stopping 2 kW times the price of change.
    expect(await spaceKwAt(0.5)).toEqual([2, 2]);
    expect(await spaceKwAt(0.1)).toEqual([0, 0]);
  });

  test.each([
    { rule: "power costs nothing", exportPrice: 0, previousKw: 2 },
    { rule: "feeding in costs, and sun would be curtailed", exportPrice: -0.1, previousKw: 0 },
  ])("a room that needs nothing is not heated, though $rule", async ({ exportPrice, previousKw }) => {
    const problem = house({
      importPricePerKwh: [0, 0],
      exportPricePerKwh: each(2, exportPrice),
      pvArrays: [{ id: "roof", forecastKw: [5, 5], curtailable: true }],
      zones: [{ ...zone, tempC: 22 }],
      heatPumps: [{ ...pump, previousKw, changePricePerKw: 0 }],
    });
    const { schedule, money } = await solve(problem);
    expect(schedule.heatPumps[0]?.spaceKw.map(round)).toEqual([0, 0]);
    expect(checkSchedule(problem, schedule, money)).toEqual([]);
  });

  const tank = {
    id: "water",
    tempC: 45,
    heatCapacityKwhPerK: 0.5,
    heatLossKwPerK: 0,
    drawKw: [0, 2],
    minTempC: each(2, 45),
    maxTempC: 60,
    hardMaxTempC: 75,
    endValuePerKwh: 0,
  };
  const heater = { id: "heater", tankId: "water", powerKw: 3 };

  test("water for a draw is heated in the cheap hour before it", async () => {
    const problem = house({
      importPricePerKwh: [0.1, 0.5],
      exportPricePerKwh: [0, 0],
      tanks: [tank],
      immersionHeaters: [heater],
    });
    const { schedule } = await solve(problem);
    expect(schedule.immersionHeaters[0]?.powerKw.map(round)).toEqual([2, 0]);
    expect(schedule.tanks[0]?.tempC.map(round)).toEqual([45, 49, 45]);
  });

  test("where power costs nothing water is heated no more than it needs, and by the heat pump, which takes less", async () => {
    const problem = house({
      importPricePerKwh: [0, 0],
      exportPricePerKwh: [-0.1, -0.1],
      pvArrays: [{ id: "roof", forecastKw: [5, 5], curtailable: true }],
      zones: [{ ...zone, tempC: 22 }],
      tanks: [tank],
      heatPumps: [{ ...pump, tankId: "water", changePricePerKw: 0 }],
      immersionHeaters: [heater],
    });
    const { schedule } = await solve(problem);
    expect(schedule.immersionHeaters[0]?.powerKw.map(round)).toEqual([0, 0]);
    expect(schedule.heatPumps[0]?.waterKw.reduce((sum, kw) => sum + kw, 0)).toBeCloseTo(1, 6);
  });

  test("the tank's hard maximum holds at any price", async () => {
    const problem = house({
      importPricePerKwh: [-5, -5],
      exportPricePerKwh: [-6, -6],
      tanks: [{ ...tank, drawKw: [0, 0], discomfortPricePerKelvinHour: 0, maxTempC: 47, hardMaxTempC: 48 }],
      immersionHeaters: [heater],
    });
    const { schedule } = await solve(problem);
    expect(Math.max(...(schedule.tanks[0]?.tempC ?? []))).toBeCloseTo(48, 9);
  });

  test.each([
    { kind: "boostWater", deviceId: "water", tempC: 62, subject: "tanks" },
    { kind: "boostHeat", deviceId: "living", tempC: 21, subject: "zones" },
  ] as const)("$kind is fulfilled while it lasts, though it costs", async ({ subject, ...wish }) => {
    const problem = house({
      zones: [zone],
      tanks: [{ ...tank, drawKw: [0, 0] }],
      heatPumps: [pump],
      immersionHeaters: [{ ...heater, powerKw: 10 }],
      overrides: [{ ...wish, untilMs: 3_600_000 }],
    });
    const tempC = (await solve(problem)).schedule[subject][0]?.tempC ?? [];
    expect(tempC[1]).toBeCloseTo(wish.tempC, 6);
  });

  test("a tank whose wishes contradict each other still has a plan", async () => {
    const problem = house({
      tanks: [{ ...tank, drawKw: [0, 0], minTempC: each(2, 55), maxTempC: 50 }],
      immersionHeaters: [heater],
    });
    const { schedule, money } = await solve(problem);
    expect(checkSchedule(problem, schedule, money)).toEqual([]);
  });
});

describe("both directions at once", () => {
  test("an export price above the import price earns no money out of nothing", async () => {
    const problem = house({
      exportPricePerKwh: [0.4, 0.4],
      pvArrays: [{ id: "roof", forecastKw: [3, 0] }],
      site: { importLimitKw: 17, exportLimitKw: 10 },
    });
    const first = await solve(problem);
    const fixed = first.model.directionsToFix(first.answer.x);
    expect(fixed?.grid).toEqual(["export", "import"]);
    const second = await solve(problem, { fixed });
    expect(second.model.directionsToFix(second.answer.x)).toBeUndefined();
    // Settled, the feed-in counts in full.
    expect(second.money).toBeCloseTo(-2 * 0.4 + 0.3, 9);
    expect(checkSchedule(problem, second.schedule, second.money)).toEqual([]);
  });

  test("with either price moved the meter is honest, but the one may find what the other misses", async () => {
    // Paid to import a little, or paid to export more: lowering the export price hides the second.
    const problem = house({
      slots: evenSlots(0, 1, 1),
      importPricePerKwh: [-0.01],
      exportPricePerKwh: [0.01],
      pvArrays: [{ id: "roof", forecastKw: [4.7], curtailable: true }],
    });
    const settled = async (meter: MeterPrices) => {
      const { model, answer } = await solve(problem, { meter });
      return solve(problem, { fixed: model.directionsToFix(answer.x) });
    };
    expect((await settled("capExport")).money).toBeCloseTo(-0.01, 9);
    expect((await settled("raiseImport")).money).toBeCloseTo(-0.037, 9);
  });

  test("a guide's directions are kept, so that its own schedule stays possible", async () => {
    const problem = house({
      importPricePerKwh: [-1, -1],
      exportPricePerKwh: [-0.5, -0.5],
      batteries: [{ ...battery, soc: 1 }],
    });
    const { model, answer, schedule } = await solve(problem);
    const { batteries, ...rest } = schedule;
    const guide = {
      ...rest,
      importKw: [0, 1],
      exportKw: [2, 0],
      batteries: batteries.map((each) => ({ ...each, chargeKw: [0, 0], dischargeKw: [3, 0] })),
    };
    const fixed = model.directionsToFix(answer.x, guide);
    expect(fixed?.grid).toEqual(["export", "import"]);
    expect(fixed?.storages.get("battery")?.[0]).toBe("discharge");
  });

  test("a deeply negative price does not make the battery burn energy", async () => {
    const problem = house({
      importPricePerKwh: [-1, -1],
      exportPricePerKwh: [-1, -1],
      batteries: [{ ...battery, soc: 1 }],
    });
    const first = await solve(problem);
    const fixed = first.model.directionsToFix(first.answer.x);
    expect(fixed?.storages.get("battery")).toContain("charge");
    const second = await solve(problem, { fixed });
    const { chargeKw = [], dischargeKw = [] } = second.schedule.batteries[0] ?? {};
    chargeKw.forEach((kw, k) => expect(Math.min(kw, dischargeKw[k] ?? 0)).toBe(0));
    expect(checkSchedule(problem, second.schedule, second.money)).toEqual([]);
  });

  test("an ordinary tariff needs no second solve", async () => {
    const { model, answer } = await solve(house({ batteries: [battery] }));
    expect(model.directionsToFix(answer.x)).toBeUndefined();
  });
});

test("a problem without end values is refused: it would hoard or give away what is left", () => {
  const problem = house({ batteries: [battery] });
  const incomplete = {
    ...problem,
    batteries: problem.batteries.map((each) => ({ ...each, endValuePerKwh: undefined })),
  };
  expect(() => buildModel(incomplete)).toThrow("endValuePerKwh");
});
