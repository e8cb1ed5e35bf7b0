import { type HeatPumpProblem, type HouseholdProblem, MS_PER_HOUR, type Slot } from "@ohmstead/contract";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { aHeatPump, aTank, aZone, flat, householdOf } from "../../../tests/support/household-of.ts";
import { SolverError } from "../domain/errors.ts";
import { createSolver } from "../solver/solver.ts";
import { buildModel } from "./build-model.ts";
import { arrivals, pumpRulesOf } from "./heat-pump.ts";
import { solveHouse } from "./testing/solve-house.ts";

const solver = createSolver();
afterAll(() => solver.stop());

const solve = (problem: HouseholdProblem, options?: Parameters<typeof solveHouse>[2]) =>
  solveHouse(solver, problem, options);

/** The optimum of these runs; undefined where the programme does not allow them. */
const optimum = (problem: HouseholdProblem, runs: readonly boolean[]) =>
  solve(problem, { pattern: new Map([["pump.run", runs]]) }).catch((error: unknown) => {
    if (error instanceof SolverError) return undefined;
    throw error;
  });

const rounded = (series: readonly number[] | undefined): number[] =>
  (series ?? []).map((value) => Math.round(value * 1e5) / 1e5 + 0);

const unpriced = { discomfortPricePerKelvinHour: 0, endValuePerKwh: 0 };

describe("heat on its way to the rooms", () => {
  const mixed: Slot[] = [
    { startMs: 0, hours: 0.5 },
    { startMs: 0.5 * MS_PER_HOUR, hours: 0.5 },
    { startMs: MS_PER_HOUR, hours: 2 },
  ];

  test("is there at once without a lag", () => {
    expect(arrivals(mixed, 0)).toEqual([0, 1, 2].map((slot) => [{ slot, share: 1 }]));
  });

  test("is spread over the slots it meets, by their lengths", () => {
    // What half an hour gives arrives in the second half hour, and a long slot takes it as a quarter of its length.
    expect(arrivals(mixed, 0.5)).toEqual([
      [{ slot: 1, share: 1 }],
      [{ slot: 2, share: 0.25 }],
      [{ slot: 2, share: 0.75 }],
    ]);
    expect(arrivals(mixed, 0.25)).toEqual([
      [
        { slot: 0, share: 0.5 },
        { slot: 1, share: 0.5 },
      ],
      [
        { slot: 1, share: 0.5 },
        { slot: 2, share: 0.125 },
      ],
      [{ slot: 2, share: 0.875 }],
    ]);
  });

  test("makes a plan begin earlier: an hour for a lag of an hour", async () => {
    const zone = aZone(3, { tempC: 20, comfortMinTempC: [0, 0, 21], gainsKw: flat(3, 0), endValuePerKwh: 0 });
    const problem = householdOf(3, {
      importPricePerKwh: [0.4, 0.3, 0.1],
      zones: [zone],
      heatPumps: [aHeatPump(3, { tankId: undefined, lagHours: 1, maxPowerKw: flat(3, 10), changePricePerKw: 0 })],
    });
    const { schedule } = await solve(problem);
    expect(rounded(schedule.heatPumps[0]?.spaceKw)[0]).toBe(0);
    expect(schedule.heatPumps[0]?.spaceKw[1]).toBeGreaterThan(1);
    expect(rounded(schedule.heatPumps[0]?.spaceKw)[2]).toBe(0);
    expect(schedule.zones[0]?.tempC[3]).toBeCloseTo(21, 6);
  });
});

describe("a heat pump without switches", () => {
  test("gives each room what it needs, and what is left of its power to the water", async () => {
    const room = { tempC: 20, heatLossKwPerK: 0, gainsKw: [0], comfortMaxTempC: [30], endValuePerKwh: 0 };
    const problem = householdOf(1, {
      zones: [
        aZone(1, { ...room, comfortMinTempC: [20.5] }),
        aZone(1, { ...room, id: "attic", heatCapacityKwhPerK: 3, comfortMinTempC: [21] }),
      ],
      tanks: [aTank(1, { tempC: 40, drawKw: [0], discomfortPricePerKelvinHour: 0.05, endValuePerKwh: 0 })],
      heatPumps: [aHeatPump(1, { zoneIds: ["living", "attic"], maxPowerKw: [2.6], changePricePerKw: 0 })],
    });
    const [pump] = (await solve(problem)).schedule.heatPumps;
    expect(pump?.zones.map((zone) => [zone.id, ...rounded(zone.powerKw)])).toEqual([
      ["living", 1.5],
      ["attic", 1],
    ]);
    expect(rounded(pump?.waterKw)).toEqual([0.1]);
    expect(rounded(pump?.spaceKw)).toEqual([2.5]);
  });

  test("does not heat rooms above its heating limit, though it would pay", async () => {
    const problem = householdOf(2, {
      outdoorTempC: [15, 15.5],
      importPricePerKwh: [0.3, 0],
      zones: [aZone(2, { tempC: 19, discomfortPricePerKelvinHour: 1 })],
      heatPumps: [aHeatPump(2, { tankId: undefined, heatingLimitTempC: 15 })],
    });
    const powerKw = (await solve(problem)).schedule.heatPumps[0]?.spaceKw ?? [];
    expect(powerKw[0]).toBeGreaterThan(0.5);
    expect(powerKw[1]).toBe(0);
  });

  test("has none of their columns", () => {
    const problem = householdOf(2, { zones: [aZone(2)], heatPumps: [aHeatPump(2, { tankId: undefined })] });
    expect(buildModel(problem).switches).toEqual([]);
    expect(pumpRulesOf(problem, problem.heatPumps[0] as HeatPumpProblem)).toBeUndefined();
  });
});

const needy = (parts: Parameters<typeof aHeatPump>[1], importPricePerKwh = [0.2, 0.3, 0.1, 0.3]) =>
  householdOf(4, {
    importPricePerKwh,
    zones: [
      aZone(4, {
        tempC: 20,
        heatLossKwPerK: 0,
        gainsKw: flat(4, 0),
        comfortMinTempC: [0, 0, 0, 21],
        endValuePerKwh: 0,
      }),
    ],
    heatPumps: [aHeatPump(4, { tankId: undefined, changePricePerKw: 0, ...parts })],
  });

describe("a heat pump with switches", () => {
  test("runs with its least power where less would do, by the exact programme", async () => {
    const { schedule, money } = await solve(needy({ minPowerKw: 2, maxPowerKw: flat(4, 2) }), { exact: true });
    expect(rounded(schedule.heatPumps[0]?.spaceKw)).toEqual([2, 0, 2, 0]);
    expect(money).toBeCloseTo(0.9 + 2 * 0.2 + 2 * 0.1, 6);
  });

  test("saves a start where that costs more than the dear hour between", async () => {
    const pump = { minPowerKw: 1, maxPowerKw: flat(4, 1.5) };
    const prices = [0.1, 0.3, 0.1, 0.5];
    const dear = await solve(needy({ ...pump, startPrice: 0.25 }, prices), { exact: true });
    expect(rounded(dear.schedule.heatPumps[0]?.spaceKw)).toEqual([1, 1, 1, 0]);
    expect(dear.money).toBeCloseTo(1 + 0.5 + 0.25, 6);
    const cheap = await solve(needy({ ...pump, startPrice: 0.01 }, prices), { exact: true });
    expect(rounded(cheap.schedule.heatPumps[0]?.spaceKw)).toEqual([1.5, 0, 1.5, 0]);
    expect(cheap.money).toBeCloseTo(1 + 0.3 + 2 * 0.01, 6);
  });

  test("says how far it is used in a relaxed answer", () => {
    const problem = needy({ minPowerKw: 1, maxPowerKw: [2, 4, 0.5, 4] });
    const { switches, lp, powerColumns } = buildModel(problem);
    const [run] = switches;
    if (run?.kind !== "series") throw new Error("a pump's switch is a series");
    const x = new Float64Array(lp.columnCount);
    for (const { slot, terms } of powerColumns) for (const [column] of terms) x[column] = slot === 2 ? 0 : 1;
    expect([0, 1, 2, 3].map((k) => run.use(x, k))).toEqual([0.5, 0.25, 0, 0.25]);
    expect(run.columns.map((column) => column !== undefined)).toEqual([true, true, false, true]);
  });

  test("has no switches in the lite programme, and no power where it may not run", () => {
    const problem = needy({ minPowerKw: 1, maxPowerKw: [2, 4, 0.5, 4], minPauseHours: 2, previousHours: 1 });
    const { switches, lp, powerColumns } = buildModel(problem, { lite: true });
    expect(switches).toEqual([]);
    expect(powerColumns.map(({ terms }) => lp.columnUpper[terms[0]?.[0] ?? -1])).toEqual([0, 4, 0, 4]);
  });
});

const decimal = (min: number, max: number, step: number): fc.Arbitrary<number> =>
  fc
    .integer({ min: Math.round(min / step), max: Math.round(max / step) })
    .map((count) => Math.round(count * step * 1e6) / 1e6);

/** A pump that nobody needs, with every kind of rule, in a few slots of mixed length. */
const anyPump = fc.array(fc.constantFrom(0.25, 0.5, 1), { minLength: 1, maxLength: 5 }).chain((lengths) => {
  const count = lengths.length;
  const each = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: count, maxLength: count });
  let startMs = 0;
  const slots = lengths.map((hours) => {
    const slot = { startMs, hours };
    startMs += Math.round(hours * MS_PER_HOUR);
    return slot;
  });
  return fc
    .record({
      heats: fc.constantFrom(
        { zoneIds: ["living"] },
        { zoneIds: ["living"], tankId: "water" },
        { zoneIds: [], tankId: "water" },
      ),
      maxPowerKw: each(fc.constantFrom(4, 4, 2, 0.5)),
      minPowerKw: fc.constantFrom(0, 1),
      minRunHours: decimal(0, 2, 0.25),
      minPauseHours: decimal(0, 2, 0.25),
      startPrice: fc.constantFrom(0.1, 0.5),
      changePricePerKw: fc.constantFrom(0, 0.05),
      heatingLimitTempC: fc.constant(15),
      outdoorTempC: each(fc.constantFrom(0, 0, 20)),
      previousKw: fc.constantFrom(0, 2),
      previousHours: decimal(0, 2, 0.25),
    })
    .map(({ heats, outdoorTempC, maxPowerKw, ...pump }) => {
      const most = Math.max(...maxPowerKw);
      return householdOf(count, {
        slots,
        outdoorTempC,
        importPricePerKwh: flat(count, 0.2),
        exportPricePerKwh: flat(count, 0.05),
        baseLoadKw: flat(count, 0),
        zones: [aZone(count, unpriced)],
        tanks: [aTank(count, { ...unpriced, hardMaxTempC: 120, heatCapacityKwhPerK: 1 })],
        heatPumps: [
          {
            ...aHeatPump(count),
            ...pump,
            tankId: undefined,
            ...heats,
            maxPowerKw,
            minPowerKw: Math.min(pump.minPowerKw, most),
          },
        ],
      });
    });
});

/** May the pump run in exactly these slots? As the rules say it, not as rows do. */
function isAllowed(problem: HouseholdProblem, pump: HeatPumpProblem, runs: readonly boolean[]): boolean {
  const { slots, outdoorTempC } = problem;
  const leastKw = pump.minPowerKw || 0.05;
  const isWarm = (k: number) => (outdoorTempC[k] ?? 0) > (pump.heatingLimitTempC ?? Infinity);
  const hasPower = (k: number) => (pump.maxPowerKw[k] ?? 0) >= leastKw;
  const canRun = (k: number) => hasPower(k) && (pump.tankId !== undefined || !isWarm(k));
  const isFree = (k: number) => hasPower(k) && !isWarm(k) && pump.zoneIds.length > 0;
  if (runs.some((isOn, k) => isOn && !canRun(k))) return false;
  const hoursTo = (k: number) => ((slots[k]?.startMs ?? 0) - (slots[0]?.startMs ?? 0)) / MS_PER_HOUR;
  const wasOn = pump.previousKw > 0.001;
  const lasts = (isOn: boolean | undefined) => (isOn ? pump.minRunHours : pump.minPauseHours);
  for (let k = 0; k < runs.length && hoursTo(k) < lasts(wasOn) - pump.previousHours - 1e-9 && isFree(k); k++)
    if (runs[k] !== wasOn) return false;
  return runs.every(
    (isOn, j) =>
      isOn === (j === 0 ? wasOn : runs[j - 1]) ||
      runs.every((other, k) => k < j || hoursTo(k) >= hoursTo(j) + lasts(isOn) - 1e-9 || other === isOn),
  );
}

/** What it costs to run in these slots with no more than the least power. */
function costOf(problem: HouseholdProblem, pump: HeatPumpProblem, runs: readonly boolean[]): number {
  const leastKw = pump.minPowerKw || 0.05;
  const starts = runs.filter((isOn, k) => isOn && !(k === 0 ? pump.previousKw > 0.001 : runs[k - 1])).length;
  const energy = runs.reduce((sum, isOn, k) => sum + (isOn ? 0.2 * leastKw * (problem.slots[k]?.hours ?? 0) : 0), 0);
  return energy + starts * pump.startPrice;
}

const everyPattern = (count: number): boolean[][] =>
  Array.from({ length: 2 ** count }, (_, code) => Array.from({ length: count }, (_, k) => ((code >> k) & 1) === 1));

describe("laws of switches", () => {
  test("the programme allows exactly the runs that the rules allow, at their cost, and the exact one finds the cheapest", () =>
    fc.assert(
      fc.asyncProperty(anyPump, async (problem) => {
        const [pump] = problem.heatPumps;
        if (!pump) throw new Error("the house has a pump");
        const model = buildModel(problem);
        const costs: number[] = [];
        for (const runs of everyPattern(problem.slots.length)) {
          // Where it cannot run there is no switch to fix.
          const [run] = model.switches;
          if (runs.some((isOn, k) => isOn && run?.kind === "series" && run.columns[k] === undefined)) {
            expect(isAllowed(problem, pump, runs)).toBe(false);
            continue;
          }
          const best = await optimum(problem, runs);
          expect({ runs, isAllowed: best !== undefined }).toEqual({ runs, isAllowed: isAllowed(problem, pump, runs) });
          if (!best) continue;
          costs.push(best.money);
          if (pump.changePricePerKw === 0) expect(best.money).toBeCloseTo(costOf(problem, pump, runs), 6);
          // What the engine answers is carried out as it is.
          expect(model.patternOf(best.schedule).get("pump.run")).toEqual(runs);
        }
        const exact = await solve(problem, { exact: true });
        expect(exact.money).toBeCloseTo(Math.min(...costs), 5);
        expect((await solve(problem)).money).toBeLessThanOrEqual(exact.money + 1e-6);
      }),
      { numRuns: 30 },
    ));
});
