import type { HeatPumpProblem, HouseholdProblem, HouseholdProblemInput, Slot } from "@ohmstead/contract";
import { MS_PER_HOUR, slotEndMs } from "@ohmstead/contract";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aBoiler, aHeatPump, aTank, aZone, flat, householdOf } from "../../../tests/support/household-of.ts";
import { type HeatSchedule, followHeat } from "./follow-heat.ts";

type Powers = Parameters<typeof followHeat>[1];

const none: Powers = { heatPumps: [], boilers: [], immersionHeaters: [] };

/** What the first pump is to do in "living", and for the water. */
const asked = (spaceKw: readonly number[], waterKw: readonly number[] = spaceKw.map(() => 0)): Powers => ({
  ...none,
  heatPumps: [{ zones: [{ id: "living", powerKw: spaceKw }], waterKw }],
});

const HOURS = 6;

/** Six hours; a room, a tank and a pump that heats both. */
const house = (
  pump: Parameters<typeof aHeatPump>[1],
  parts: Partial<HouseholdProblemInput> = {},
  tank: Parameters<typeof aTank>[1] = {},
): HouseholdProblem =>
  householdOf(HOURS, {
    zones: [aZone(HOURS)],
    tanks: [aTank(HOURS, { tempC: 40, drawKw: flat(HOURS, 0), heatLossKwPerK: 0, ...tank })],
    heatPumps: [aHeatPump(HOURS, pump)],
    ...parts,
  });

const spaceKw = ({ heatPumps }: HeatSchedule): readonly number[] => heatPumps[0]?.spaceKw ?? [];
const waterKw = ({ heatPumps }: HeatSchedule): readonly number[] => heatPumps[0]?.waterKw ?? [];
const rounded = (series: readonly number[]): number[] => series.map((value) => Math.round(value * 1e6) / 1e6 + 0);

describe("a heat pump", () => {
  test("does what is asked where nothing stands in the way", () => {
    const schedule = followHeat(house({}), asked([0, 1, 2, 0.02, 0, 3], [1, 0, 1, 0.01, 0, 0]));
    expect(rounded(spaceKw(schedule))).toEqual([0, 1, 2, 0.02, 0, 3]);
    expect(rounded(waterKw(schedule))).toEqual([1, 0, 1, 0.01, 0, 0]);
  });

  test("shares its power between room and water where both ask for too much", () => {
    const schedule = followHeat(house({}), asked([3, 0, 0, 0, 0, 0], [2, 0, 0, 0, 0, 0]));
    expect(rounded(spaceKw(schedule))[0]).toBe(2.4);
    expect(rounded(waterKw(schedule))[0]).toBe(1.6);
  });

  test("heats each of its rooms with what that room is given", () => {
    const problem = householdOf(HOURS, {
      zones: [aZone(HOURS), aZone(HOURS, { id: "attic" })],
      heatPumps: [aHeatPump(HOURS, { zoneIds: ["attic", "living"], tankId: undefined })],
    });
    const schedule = followHeat(problem, {
      ...none,
      heatPumps: [
        {
          zones: [
            { id: "living", powerKw: [1, 0, 0, 0, 0, 0] },
            { id: "attic", powerKw: [2, 0, 0, 0, 0, 0] },
          ],
          waterKw: flat(HOURS, 9),
        },
      ],
    });
    expect(schedule.heatPumps).toEqual([
      {
        id: "pump",
        spaceKw: [3, 0, 0, 0, 0, 0],
        waterKw: flat(HOURS, 0),
        zones: [
          { id: "attic", powerKw: [2, 0, 0, 0, 0, 0] },
          { id: "living", powerKw: [1, 0, 0, 0, 0, 0] },
        ],
      },
    ]);
    const [living, attic] = schedule.zones.map((zone) => zone.tempC[1] ?? 0);
    const unheated = followHeat(problem, none).zones[0]?.tempC[1] ?? 0;
    expect((attic ?? 0) - unheated).toBeCloseTo(2 * ((living ?? 0) - unheated), 9);
  });

  test("gives rooms nothing where it is too warm outside, water all the same", () => {
    const problem = house({ heatingLimitTempC: 15 }, { outdoorTempC: [15, 15.1, 20, 15, 15, 15] });
    const schedule = followHeat(problem, asked(flat(HOURS, 1), flat(HOURS, 0.5)));
    expect(rounded(spaceKw(schedule))).toEqual([1, 0, 0, 1, 1, 1]);
    expect(rounded(waterKw(schedule))).toEqual(flat(HOURS, 0.5));
  });

  test("runs with its least power or rests: what it gives too much it saves afterwards", () => {
    const schedule = followHeat(house({ minPowerKw: 1 }), asked([0.4, 0.6, 1, 3, 1e-9, 0]));
    expect(rounded(spaceKw(schedule))).toEqual([1, 0, 1, 3, 0, 0]);
  });

  test("does not begin for a little, and begins before all of it is owed", () => {
    const schedule = followHeat(house({ minPowerKw: 1 }), asked([0.1, 0.1, 0.1, 0.1, 0.1, 0.1]));
    expect(rounded(spaceKw(schedule))).toEqual([0, 0, 1, 0, 0, 0]);
  });

  test("gives in whole runs what it is asked for all night, to rooms and water as they asked", () => {
    const schedule = followHeat(house({ minPowerKw: 1, minRunHours: 2 }), asked(flat(HOURS, 0.3), flat(HOURS, 0.2)));
    // Three hours of the least power, in one run: 3 kWh, as asked.
    expect(rounded(spaceKw(schedule))).toEqual([0.6, 0.6, 0.6, 0, 0, 0]);
    expect(rounded(waterKw(schedule))).toEqual([0.4, 0.4, 0.4, 0, 0, 0]);
  });

  test("rests where the power for its least is missing", () => {
    const schedule = followHeat(house({ minPowerKw: 1, maxPowerKw: [4, 0.9, 4, 4, 4, 4] }), asked(flat(HOURS, 2)));
    expect(rounded(spaceKw(schedule))).toEqual([2, 0, 2, 2, 2, 2]);
  });

  test("whose starts cost has a least power, though its compressor goes as slowly as you like", () => {
    const schedule = followHeat(house({ startPrice: 0.1 }), asked([0.02, 0.03, 0.5, 0, 0, 0]));
    expect(rounded(spaceKw(schedule))).toEqual([0.05, 0, 0.5, 0, 0, 0]);
  });

  test("goes on as long as a run must last, with its least power and for what it did", () => {
    const room = followHeat(house({ minPowerKw: 1, minRunHours: 3 }), asked([0, 2, 2, 0, 0, 0]));
    expect(rounded(spaceKw(room))).toEqual([0, 2, 2, 1, 0, 0]);
    const water = followHeat(house({ minPowerKw: 1, minRunHours: 3 }), asked(flat(HOURS, 0), [0, 2, 2, 0, 0, 0]));
    expect(rounded(waterKw(water))).toEqual([0, 2, 2, 1, 0, 0]);
    expect(rounded(spaceKw(water))).toEqual(flat(HOURS, 0));
  });

  test("fills a pause that is too short with its least power", () => {
    const schedule = followHeat(house({ minPowerKw: 1, minPauseHours: 2 }), asked([2, 2, 0, 2, 2, 0]));
    expect(rounded(spaceKw(schedule))).toEqual([2, 2, 1, 2, 2, 0]);
  });

  test("that has just started finishes its run in the rooms, though nobody asks", () => {
    const problem = house({ minPowerKw: 1, minRunHours: 3, previousKw: 2, previousHours: 1 });
    expect(rounded(spaceKw(followHeat(problem, none)))).toEqual([1, 1, 0, 0, 0, 0]);
  });

  test.each([
    { rule: "it is too warm for the rooms", pump: { heatingLimitTempC: 15 }, outdoorTempC: [0, 20, 0, 0, 0, 0] },
    { rule: "power is missing", pump: { maxPowerKw: [4, 0, 4, 4, 4, 4] }, outdoorTempC: flat(HOURS, 0) },
  ])("that has just started may stop where $rule", ({ pump, outdoorTempC }) => {
    const started = { minPowerKw: 1, minRunHours: 3, previousKw: 2, previousHours: 0 };
    const problem = house({ ...started, ...pump }, { outdoorTempC });
    expect(rounded(spaceKw(followHeat(problem, none)))).toEqual([1, 0, 0, 0, 0, 0]);
  });

  test("that heats only water owes nothing from before: the tank may be full", () => {
    const problem = house({ zoneIds: [], minPowerKw: 1, minRunHours: 3, previousKw: 2, previousHours: 0 });
    expect(rounded(waterKw(followHeat(problem, none)))).toEqual(flat(HOURS, 0));
  });

  test("that has just stopped waits", () => {
    const problem = house({ minPowerKw: 1, minPauseHours: 3, previousKw: 0, previousHours: 1 });
    expect(rounded(spaceKw(followHeat(problem, asked(flat(HOURS, 2)))))).toEqual([0, 0, 2, 2, 2, 2]);
  });

  test("warms the rooms later, by its lag, and what arrives after the horizon not at all", () => {
    const problem = house({ lagHours: 1.5, tankId: undefined });
    const tempC = (series: readonly number[]) => followHeat(problem, asked(series)).zones[0]?.tempC ?? [];
    const cold = tempC(flat(HOURS, 0));
    const gainK = (series: readonly number[]) => tempC(series).map((value, k) => value - (cold[k] ?? 0));
    // 2 kW at COP 3, half of it in each of two hours: 3 kWh in 9 kWh/K, with a little loss.
    const gains = gainK([2, 0, 0, 0, 0, 0]);
    expect(gains.slice(0, 2)).toEqual([0, 0]);
    expect(gains[2]).toBeCloseTo(3 / 9, 2);
    expect(gains[3]).toBeCloseTo(6 / 9, 1);
    expect(gainK([0, 0, 0, 0, 0, 2])).toEqual(flat(HOURS + 1, 0));
  });
});

describe("a full tank", () => {
  const full = { tempC: 60, hardMaxTempC: 62, heatCapacityKwhPerK: 0.5 };

  test("gives the power back that it cannot take, each of its sources in proportion", () => {
    const problem = house(
      {},
      {
        immersionHeaters: [{ id: "heater", tankId: "water", powerKw: 2 }],
        boilers: [aBoiler(HOURS)],
      },
      full,
    );
    const once = [1, 0, 0, 0, 0, 0];
    const schedule = followHeat(problem, {
      heatPumps: [{ zones: [], waterKw: once }],
      boilers: [{ zones: [], waterKw: once }],
      immersionHeaters: [{ powerKw: once }],
    });
    // 1 kWh fits in, 2 + 1 + 1 are given.
    expect(schedule.tanks[0]?.tempC[1]).toBeCloseTo(62, 9);
    expect(waterKw(schedule)[0]).toBeCloseTo(0.25, 9);
    expect(schedule.boilers[0]?.waterKw[0]).toBeCloseTo(0.25, 9);
    expect(schedule.immersionHeaters[0]?.powerKw[0]).toBeCloseTo(0.25, 9);
  });

  test("sends the least power of a running pump to the rooms", () => {
    const schedule = followHeat(house({ minPowerKw: 1 }, {}, full), asked(flat(HOURS, 0), [1.5, 0, 0, 0, 0, 0]));
    // 1 kWh of heat is 0.5 kWh of power; half a kW more keeps it running.
    expect(rounded(waterKw(schedule))).toEqual([0.5, 0, 0, 0, 0, 0]);
    expect(rounded(spaceKw(schedule))).toEqual([0.5, 0, 0, 0, 0, 0]);
  });

  test("ends a run that has no rooms to go to, or lets it be", () => {
    const pump = { zoneIds: [], minPowerKw: 1, minRunHours: 2 };
    const tank = { ...full, heatCapacityKwhPerK: 2 };
    const some = [0, 1, 1, 1, 0, 0];
    // 2 kWh of heat an hour, 4 fit in.
    expect(rounded(waterKw(followHeat(house(pump, {}, tank), asked(flat(HOURS, 0), some))))).toEqual([
      0, 1, 1, 0, 0, 0,
    ]);
    const long = house({ ...pump, minRunHours: 3 }, {}, tank);
    expect(rounded(waterKw(followHeat(long, asked(flat(HOURS, 0), some))))).toEqual(flat(HOURS, 0));
  });

  test("leaves an element off that must be on or off", () => {
    const problem = house({}, { immersionHeaters: [{ id: "heater", tankId: "water", powerKw: 2, onOff: true }] }, full);
    const schedule = followHeat(problem, { ...none, immersionHeaters: [{ powerKw: [2, 2, 0, 0, 0, 0] }] });
    expect(schedule.immersionHeaters[0]?.powerKw).toEqual(flat(HOURS, 0));
    expect(schedule.tanks[0]?.tempC).toEqual(flat(HOURS + 1, 60));
  });
});

test("an element that must be on or off gives on average what is asked", () => {
  const problem = house({}, { immersionHeaters: [{ id: "heater", tankId: "water", powerKw: 2, onOff: true }] });
  const schedule = followHeat(problem, { ...none, immersionHeaters: [{ powerKw: [0.9, 1.1, 2, 0, 9, 0] }] });
  expect(schedule.immersionHeaters[0]?.powerKw).toEqual([0, 2, 2, 0, 2, 0]);
  const third = followHeat(problem, { ...none, immersionHeaters: [{ powerKw: flat(HOURS, 2 / 3) }] });
  expect(third.immersionHeaters[0]?.powerKw).toEqual([0, 2, 0, 0, 2, 0]);
});

test("a boiler's heat is shared, and warms air and walls", () => {
  const mass = { tempC: 19, heatCapacityKwhPerK: 8, couplingKwPerK: 0.5, gainShare: 0.5 };
  const problem = householdOf(2, {
    zones: [aZone(2, { heatCapacityKwhPerK: 2, heatLossKwPerK: 0, gainsKw: [0, 0], mass })],
    tanks: [aTank(2)],
    boilers: [aBoiler(2)],
  });
  const schedule = followHeat(problem, {
    ...none,
    boilers: [{ zones: [{ id: "living", heatKw: [9, 0] }], waterKw: [9, 0] }],
  });
  expect(schedule.boilers).toEqual([{ id: "boiler", waterKw: [6, 0], zones: [{ id: "living", heatKw: [6, 0] }] }]);
  const [zone] = schedule.zones;
  // Nothing is lost: 6 kWh, in air and walls.
  const storedKwh = (k: number) => 2 * (zone?.tempC[k] ?? 0) + 8 * (zone?.massTempC?.[k] ?? 0);
  expect(storedKwh(1) - storedKwh(0)).toBeCloseTo(6, 9);
  expect(storedKwh(2)).toBeCloseTo(storedKwh(1), 9);
});

/** What the rules say about a pump's course; empty when it keeps them. Written from the rules, not from the code. */
function faultsOf(problem: HouseholdProblem, pump: HeatPumpProblem, schedule: HeatSchedule): string[] {
  const { slots } = problem;
  const faults: string[] = [];
  const mine = schedule.heatPumps.find((each) => each.id === pump.id);
  if (!mine) return ["missing"];
  const power = slots.map((_, k) => (mine.spaceKw[k] ?? NaN) + (mine.waterKw[k] ?? NaN));
  const isSwitched = pump.minPowerKw > 0 || pump.minRunHours > 0 || pump.minPauseHours > 0 || pump.startPrice > 0;
  const leastKw = pump.minPowerKw > 0 ? pump.minPowerKw : 0.05;
  const maxKw = (k: number): number => pump.maxPowerKw[k] ?? 0;
  const isTooWarm = (k: number): boolean => (problem.outdoorTempC[k] ?? 0) > (pump.heatingLimitTempC ?? Infinity);
  slots.forEach((_, k) => {
    const kw = power[k] ?? NaN;
    const zonesKw = mine.zones.reduce((sum, zone) => sum + (zone.powerKw[k] ?? NaN), 0);
    const parts = [mine.waterKw[k] ?? NaN, ...mine.zones.map((zone) => zone.powerKw[k] ?? NaN)];
    if (!(Math.abs(zonesKw - (mine.spaceKw[k] ?? NaN)) < 1e-9)) faults.push(`${k}: zones are not space`);
    if (parts.some((each) => !(each >= 0))) faults.push(`${k}: negative`);
    if (!(kw <= maxKw(k) + 1e-9)) faults.push(`${k}: above maximum`);
    if (isTooWarm(k) && (mine.spaceKw[k] ?? 0) > 0) faults.push(`${k}: heats in summer`);
    if (pump.tankId === undefined && (mine.waterKw[k] ?? 0) > 0) faults.push(`${k}: water without a tank`);
    if (isSwitched && kw > 1e-9 && (kw < leastKw - 1e-6 || maxKw(k) < leastKw)) faults.push(`${k}: ${kw} below least`);
  });
  if (!isSwitched) return faults;
  const runs = power.map((kw) => kw > 0.001);
  const wasOn = pump.previousKw > 0.001;
  const startHours = (k: number): number => ((slots[k]?.startMs ?? 0) - (slots[0]?.startMs ?? 0)) / MS_PER_HOUR;
  const owes = (
    begunHours: number,
    isOn: boolean,
    from: number,
    unless: (k: number) => boolean,
    what: string,
  ): void => {
    const lastsHours = isOn ? pump.minRunHours : pump.minPauseHours;
    for (let k = from; k < slots.length && startHours(k) < begunHours + lastsHours - 1e-9 && !unless(k); k++)
      if (runs[k] !== isOn) faults.push(`${k}: ${what}`);
  };
  const isUnfree = (k: number): boolean => pump.zoneIds.length === 0 || isTooWarm(k) || maxKw(k) < leastKw;
  owes(-pump.previousHours, wasOn, 0, isUnfree, "breaks off what it did before");
  runs.forEach((isOn, k) => {
    const before = k === 0 ? wasOn : runs[k - 1];
    if (isOn !== before) owes(startHours(k), isOn, k, () => false, isOn ? "run too short" : "pause too short");
  });
  return faults;
}

/** How far air, walls and tanks are from where many small steps of the same powers lead, K; how far a tank is above its limit counts as well. */
function greatestErrorK(problem: HouseholdProblem, schedule: HeatSchedule): number {
  const STEPS = 400;
  let worstK = 0;
  const compare = (actual: number | undefined, expected: number): void => {
    worstK = Math.max(worstK, Math.abs((actual ?? NaN) - expected));
  };
  problem.slots.forEach(({ hours }, k) => {
    const h = hours / STEPS;
    const outdoorC = problem.outdoorTempC[k] ?? NaN;
    for (const zone of problem.zones) {
      const mine = schedule.zones.find((each) => each.id === zone.id);
      let kw = zone.gainsKw[k] ?? NaN;
      for (const pump of problem.heatPumps) {
        const powerKw = schedule.heatPumps
          .find((each) => each.id === pump.id)
          ?.zones.find((each) => each.id === zone.id)?.powerKw;
        if (powerKw) kw += arrivingKw(problem.slots, pump, powerKw, k);
      }
      for (const boiler of schedule.boilers) kw += boiler.zones.find((each) => each.id === zone.id)?.heatKw[k] ?? 0;
      let air = mine?.tempC[k] ?? NaN;
      let walls = mine?.massTempC?.[k] ?? 0;
      const { mass } = zone;
      const s = mass?.gainShare ?? 0;
      for (let step = 0; step < STEPS; step++) {
        const rate = (a: number, w: number): [number, number] => {
          const flow = mass ? mass.couplingKwPerK * (a - w) : 0;
          return [
            ((1 - s) * kw - zone.heatLossKwPerK * (a - outdoorC) - flow) / zone.heatCapacityKwhPerK,
            mass ? (s * kw - mass.heatLossKwPerK * (w - outdoorC) + flow) / mass.heatCapacityKwhPerK : 0,
          ];
        };
        const first = rate(air, walls);
        const second = rate(air + (h / 2) * first[0], walls + (h / 2) * first[1]);
        air += h * second[0];
        walls += h * second[1];
      }
      compare(mine?.tempC[k + 1], air);
      if (mass) compare(mine?.massTempC?.[k + 1], walls);
    }
    for (const tank of problem.tanks) {
      const tempC = schedule.tanks.find((each) => each.id === tank.id)?.tempC ?? [];
      let kw = -(tank.drawKw[k] ?? NaN);
      for (const pump of problem.heatPumps)
        if (pump.tankId === tank.id)
          kw += (pump.copWater[k] ?? NaN) * (schedule.heatPumps.find((each) => each.id === pump.id)?.waterKw[k] ?? NaN);
      for (const boiler of problem.boilers)
        if (boiler.tankId === tank.id) kw += schedule.boilers.find((each) => each.id === boiler.id)?.waterKw[k] ?? NaN;
      for (const heater of problem.immersionHeaters)
        if (heater.tankId === tank.id)
          kw += schedule.immersionHeaters.find((each) => each.id === heater.id)?.powerKw[k] ?? NaN;
      let temp = tempC[k] ?? NaN;
      for (let step = 0; step < STEPS; step++) {
        const rate = (t: number) => (kw - tank.heatLossKwPerK * (t - tank.ambientTempC)) / tank.heatCapacityKwhPerK;
        temp += h * rate(temp + (h / 2) * rate(temp));
      }
      compare(tempC[k + 1], temp);
      const limit = Math.max(tank.hardMaxTempC, tank.tempC, tank.heatLossKwPerK > 0 ? tank.ambientTempC : 0);
      worstK = Math.max(worstK, (tempC[k + 1] ?? NaN) - limit);
    }
  });
  return worstK;
}

/** kW that reach the rooms in slot k: what was given a lag earlier, moment by moment. */
function arrivingKw(slots: readonly Slot[], pump: HeatPumpProblem, powerKw: readonly number[], k: number): number {
  const to = slots[k];
  if (!to) return NaN;
  const lagMs = pump.lagHours * MS_PER_HOUR;
  let kwMs = 0;
  slots.forEach((from, j) => {
    const beginMs = Math.max(to.startMs - lagMs, from.startMs);
    const endMs = Math.min(slotEndMs(to) - lagMs, slotEndMs(from));
    kwMs += Math.max(0, endMs - beginMs) * (powerKw[j] ?? NaN) * (pump.copSpace[j] ?? NaN);
  });
  return kwMs / (slotEndMs(to) - to.startMs);
}

const decimal = (min: number, max: number, step = 0.01): fc.Arbitrary<number> =>
  fc
    .integer({ min: Math.round(min / step), max: Math.round(max / step) })
    .map((count) => Math.round(count * step * 1e6) / 1e6);

const sometimes = <T>(value: T, other: fc.Arbitrary<T>) => fc.oneof(fc.constant(value), other);

/** A house of heat and nothing else, and what it is asked to do: sense or nonsense. */
const anyTask = fc.array(fc.constantFrom(1 / 12, 0.25, 0.5, 1), { minLength: 1, maxLength: 12 }).chain((lengths) => {
  const count = lengths.length;
  const each = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: count, maxLength: count });
  let startMs = Date.UTC(2024, 0, 5);
  const slots = lengths.map((hours) => {
    const slot = { startMs, hours };
    startMs += Math.round(hours * MS_PER_HOUR);
    return slot;
  });
  const zone = (id: string) =>
    fc
      .record({
        mass: sometimes(
          undefined,
          fc.record({
            tempC: decimal(15, 25, 0.1),
            heatCapacityKwhPerK: decimal(2, 20, 0.5),
            heatLossKwPerK: sometimes(0, decimal(0, 0.2)),
            couplingKwPerK: decimal(0.1, 1, 0.1),
            gainShare: decimal(0, 1, 0.1),
          }),
        ),
        heatLossKwPerK: sometimes(0, decimal(0.05, 0.4)),
        heatCapacityKwhPerK: decimal(1, 10, 0.5),
        tempC: decimal(15, 25, 0.1),
        gainsKw: each(decimal(0, 2, 0.1)),
      })
      .map((parts) => aZone(count, { id, ...parts }));
  const tank = (id: string) =>
    fc
      .record({
        tempC: decimal(30, 80, 0.5),
        heatCapacityKwhPerK: decimal(0.05, 0.6),
        heatLossKwPerK: sometimes(0, decimal(0.001, 0.01, 0.001)),
        ambientTempC: sometimes(20, decimal(5, 90, 1)),
        drawKw: each(sometimes(0, decimal(0, 3, 0.1))),
        hardMaxTempC: fc.constantFrom(60, 65, 75),
      })
      .map((parts) => aTank(count, { id, maxTempC: 55, ...parts }));
  const tankId = fc.constantFrom("water", "buffer");
  const zoneIds = fc.constantFrom([], ["living"], ["attic"], ["living", "attic"]);
  const pump = (id: string) =>
    fc
      .record({
        heats: fc.oneof(
          fc.record({ zoneIds, tankId }),
          fc.constantFrom({ zoneIds: ["living"] }, { zoneIds: ["attic", "living"] }),
        ),
        maxPowerKw: each(sometimes(4, decimal(0, 5, 0.5))),
        least: sometimes(0, decimal(0, 1, 0.1)),
        copSpace: each(decimal(1.5, 5, 0.1)),
        copWater: each(decimal(1.2, 3.5, 0.1)),
        heatingLimitTempC: sometimes(undefined, fc.constant(15)),
        lagHours: sometimes(0, decimal(0, 2, 0.1)),
        minRunHours: sometimes(0, decimal(0, 3, 0.25)),
        minPauseHours: sometimes(0, decimal(0, 3, 0.25)),
        startPrice: sometimes(0, fc.constant(0.1)),
        previousKw: sometimes(0, decimal(0, 3, 0.5)),
        previousHours: sometimes(24, decimal(0, 3, 0.25)),
      })
      .map(({ heats, least, ...rest }) => ({
        id,
        ...heats,
        ...rest,
        minPowerKw: Math.round(least * Math.max(...rest.maxPowerKw) * 100) / 100,
      }));
  // Quiet, nonsense and something in between.
  const kw = each(fc.oneof(fc.constant(0), fc.constant(1e-9), decimal(0, 6, 0.1), decimal(-1, 1, 0.1)));
  return fc
    .record({
      outdoorTempC: each(decimal(-15, 25, 0.5)),
      zones: fc.tuple(zone("living"), zone("attic")),
      tanks: fc.tuple(tank("water"), tank("buffer")),
      heatPumps: fc.tuple(pump("pump"), pump("annex")),
      boilers: fc.tuple(
        fc.record({
          id: fc.constant("boiler"),
          zoneIds,
          tankId,
          maxHeatKw: each(decimal(0, 10, 0.5)),
          fuelPricePerKwh: each(decimal(0, 0.2)),
        }),
      ),
      immersionHeaters: fc.tuple(
        fc.record({ id: fc.constant("upper"), tankId, powerKw: decimal(0, 3, 0.5), onOff: fc.boolean() }),
        fc.record({ id: fc.constant("lower"), tankId, powerKw: decimal(0, 3, 0.5), onOff: fc.boolean() }),
      ),
      wanted: fc.array(kw, { minLength: 11, maxLength: 11 }),
    })
    .map(({ wanted, ...parts }) => {
      const problem = householdOf(count, {
        slots,
        ...parts,
        importPricePerKwh: flat(count, 0.2),
        exportPricePerKwh: flat(count, 0.05),
        baseLoadKw: flat(count, 1),
      });
      const powers: Powers = {
        heatPumps: [0, 1].map((i) => ({
          zones: ["living", "attic"].map((id, z) => ({ id, powerKw: wanted[i * 3 + z] ?? [] })),
          waterKw: wanted[i * 3 + 2] ?? [],
        })),
        boilers: [
          {
            zones: ["attic", "living"].map((id, z) => ({ id, heatKw: wanted[6 + z] ?? [] })),
            waterKw: wanted[8] ?? [],
          },
        ],
        immersionHeaters: [{ powerKw: wanted[9] ?? [] }, { powerKw: wanted[10] ?? [] }],
      };
      return { problem, powers };
    });
});

describe("laws, for any house and whatever it is asked to do", () => {
  test("pumps keep their rules, boilers and elements their limits, and no tank its heat by force", () =>
    fc.assert(
      fc.property(anyTask, ({ problem, powers }) => {
        const schedule = followHeat(problem, powers);
        for (const pump of problem.heatPumps) expect(faultsOf(problem, pump, schedule)).toEqual([]);
        problem.boilers.forEach((boiler, i) =>
          problem.slots.forEach((_, k) => {
            const mine = schedule.boilers[i];
            const parts = [mine?.waterKw[k] ?? NaN, ...(mine?.zones.map((zone) => zone.heatKw[k] ?? NaN) ?? [])];
            expect(Math.min(...parts)).toBeGreaterThanOrEqual(0);
            expect(parts.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual((boiler.maxHeatKw[k] ?? 0) + 1e-9);
          }),
        );
        problem.immersionHeaters.forEach((heater, i) =>
          schedule.immersionHeaters[i]?.powerKw.forEach((kw) => {
            expect(kw).toBeGreaterThanOrEqual(0);
            expect(kw).toBeLessThanOrEqual(heater.powerKw);
            if (heater.onOff) expect([0, heater.powerKw]).toContain(kw);
          }),
        );
      }),
      { numRuns: 500 },
    ));

  test("temperatures are those that the powers lead to, and tanks stay below their hard maximum", () =>
    fc.assert(
      fc.property(anyTask, ({ problem, powers }) => {
        const schedule = followHeat(problem, powers);
        expect(greatestErrorK(problem, schedule)).toBeLessThan(1e-4);
        problem.zones.forEach((zone, i) =>
          expect(schedule.zones[i]?.massTempC === undefined).toBe(zone.mass === undefined),
        );
      }),
      { numRuns: 60 },
    ));

  test("what a house can do it does: its own schedule leads to itself", () =>
    fc.assert(
      fc.property(anyTask, ({ problem, powers }) => {
        const once = followHeat(problem, powers);
        const twice = followHeat(problem, once);
        once.heatPumps.forEach((pump, i) =>
          problem.slots.forEach((_, k) => {
            expect(twice.heatPumps[i]?.spaceKw[k]).toBeCloseTo(pump.spaceKw[k] ?? NaN, 6);
            expect(twice.heatPumps[i]?.waterKw[k]).toBeCloseTo(pump.waterKw[k] ?? NaN, 6);
          }),
        );
        once.immersionHeaters.forEach((heater, i) =>
          heater.powerKw.forEach((kw, k) => expect(twice.immersionHeaters[i]?.powerKw[k]).toBeCloseTo(kw, 6)),
        );
      }),
      { numRuns: 200 },
    ));
});
