import type { HouseholdProblemInput } from "@ohmstead/contract";
import { describe, expect, test } from "vitest";
import {
  aHeatPump,
  aTank,
  aZone,
  flat,
  householdOf,
  MIDNIGHT_MS,
  scheduleOf,
} from "../../../../tests/support/household-of.ts";
import { type HeatSlot, tankRuns, tankSlots, type ZoneSlot, setpointRuns, zoneSlots } from "./heat-runs.ts";

const HOLD = { hours: 1, minTempC: 20.5, maxTempC: 23, isBoosted: false };

/** A room's plan: temperatures at the borders, shares of the heat pump's power in the slots between. */
function roomSlots(tempC: readonly number[], share: readonly number[], parts: Partial<ZoneSlot> = {}): ZoneSlot[] {
  return share.map((each, slot) => ({
    ...HOLD,
    slot,
    startTempC: tempC[slot] ?? 0,
    endTempC: tempC[slot + 1] ?? 0,
    share: each,
    pumpKw: 4 * each,
    boilerKw: 0,
    heatKw: 12 * each,
    isHeating: each > 0,
    holdShare: 0.5,
    pumpsRest: each === 0,
    isFree: false,
    ...parts,
  }));
}

const setpoints = (slots: readonly ZoneSlot[]) =>
  setpointRuns(slots).map(({ intent, first, last }) => [intent.kind === "setpoint" && intent.tempC, first, last]);

describe("a heating thermostat", () => {
  test("holds the planned temperature with the power that holds it", () => {
    expect(setpoints(roomSlots([21, 21], [0.5]))).toEqual([[21, 0, 0]]);
  });

  test("is lifted by the share of power beyond that, full power being a kelvin", () => {
    expect(setpoints(roomSlots([21, 21.5], [1]))).toEqual([[22, 0, 0]]);
    expect(setpoints(roomSlots([21, 21.5], [1], { holdShare: 0 }))).toEqual([[22.5, 0, 0]]);
  });

  test("is lowered where it only slows a fall, but not below the wish", () => {
    expect(setpoints(roomSlots([22.5, 22], [0.1], { holdShare: 0.6 }))).toEqual([[21.5, 0, 0]]);
    expect(setpoints(roomSlots([21, 20.5], [0.1], { holdShare: 0.6 }))).toEqual([[20.5, 0, 0]]);
  });

  test("does not overheat the room when the forecast was wrong", () => {
    expect(setpoints(roomSlots([22.5, 23], [1], { holdShare: 0 }))).toEqual([[23.5, 0, 0]]);
  });

  test("is left alone for changes up to half a kelvin, and is told their mean to a tenth", () => {
    expect(setpoints(roomSlots([20.9, 21, 21.1, 21.2], [0.5, 0.5, 0.5]))).toEqual([[21.1, 0, 2]]);
    expect(setpoints(roomSlots([21, 21.04, 21.5], [0.5, 0.5]))).toEqual([[21.3, 0, 1]]);
    expect(setpoints(roomSlots([20.9, 21, 22, 22], [0.5, 0.5, 0.5]))).toEqual([
      [21, 0, 0],
      [22, 1, 2],
    ]);
  });
});

describe("a resting thermostat", () => {
  test("stands below the coldest of the rest, so that it rests", () => {
    expect(setpoints(roomSlots([22.5, 22.2, 22, 21.8], [0, 0, 0], { holdShare: 0.2 }))).toEqual([[21.3, 0, 2]]);
  });

  test("stands lower where the heating curve would ask for much", () => {
    expect(setpoints(roomSlots([23, 22.5, 22], [0, 0], { holdShare: 1 }))).toEqual([[21, 0, 1]]);
  });

  test("stands no lower than half a kelvin below the wish, slot by slot", () => {
    const evening = roomSlots([21, 20.5, 20.2], [0, 0]);
    expect(setpoints(evening)).toEqual([[20, 0, 1]]);
    const night = evening.map((slot, k) => (k === 1 ? { ...slot, minTempC: 19, endTempC: 19.2 } : slot));
    expect(setpoints(night)).toEqual([
      [20, 0, 0],
      [18.7, 1, 1],
    ]);
  });

  test("heating and rest are never one segment, though their set-points be alike", () => {
    expect(setpoints(roomSlots([21, 21, 20.9], [0.5, 0], { minTempC: 21.3 }))).toEqual([
      [21.3, 0, 0],
      [20.8, 1, 1],
    ]);
  });
});

const house = (parts: Partial<HouseholdProblemInput> = {}) =>
  householdOf(2, { zones: [aZone(2)], tanks: [aTank(2)], heatPumps: [aHeatPump(2)], ...parts });

describe("a room's slots", () => {
  test("know the share of power planned, and the share that holds the room", () => {
    const problem = house();
    const [zone] = problem.zones;
    const slots = zone && zoneSlots(problem, scheduleOf(problem, { spaceKw: [1, 0], waterKw: [0, 2] }), zone);
    expect(slots?.map(({ share, isHeating, pumpKw }) => [share, isHeating, pumpKw])).toEqual([
      [0.25, true, 1],
      [0, false, 0],
    ]);
    const [first] = slots ?? [];
    expect(first?.holdShare).toBeCloseTo((0.16 * (first?.endTempC ?? 0) - 0.3) / 12, 9);
  });

  test("of a heat pump without power have no share, and warm weather holds a room by itself", () => {
    const problem = house({ heatPumps: [aHeatPump(2, { maxPowerKw: [0, 4] })], outdoorTempC: [0, 25] });
    const [zone] = problem.zones;
    const slots = zone && zoneSlots(problem, scheduleOf(problem), zone);
    expect(slots?.map(({ share, holdShare }) => [share, holdShare])).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  test("know what a person asked for", () => {
    const problem = house({
      overrides: [{ kind: "boostHeat", deviceId: "living", untilMs: MIDNIGHT_MS + 1, tempC: 22.5 }],
    });
    const [zone] = problem.zones;
    const slots = zone && zoneSlots(problem, scheduleOf(problem), zone);
    expect(slots?.map(({ minTempC, isBoosted }) => [minTempC, isBoosted])).toEqual([
      [22.5, true],
      [20.5, false],
    ]);
  });
});

const twoRooms = () =>
  house({
    zones: [aZone(2), aZone(2, { id: "attic" })],
    heatPumps: [aHeatPump(2, { zoneIds: ["living", "attic"] })],
  });

describe("a room with other sources", () => {
  test("knows its own part of a heat pump that heats several", () => {
    const problem = twoRooms();
    const schedule = scheduleOf(problem, { spaceKw: [3, 0] });
    const [pump] = schedule.heatPumps;
    const zones = [
      { id: "living", powerKw: [1, 0] },
      { id: "attic", powerKw: [2, 0] },
    ];
    const shared = { ...schedule, heatPumps: pump ? [{ ...pump, zones }] : [] };
    const shares = problem.zones.map((zone) => zoneSlots(problem, shared, zone).map(({ share }) => share));
    expect(shares).toEqual([
      [0.25, 0],
      [0.5, 0],
    ]);
  });
  test("counts the heat of a boiler, by what those can give that heat it", () => {
    const boiler = { id: "gas", zoneIds: ["living"], maxHeatKw: [10, 10], fuelPricePerKwh: [0.1, 0.1] };
    const problem = house({ boilers: [boiler] });
    const [zone] = problem.zones;
    const heat = { boilerSpaceKw: [5, 0], spaceKw: [0, 2] };
    const slots = zone && zoneSlots(problem, scheduleOf(problem, heat), zone);
    expect(
      slots?.map(({ share, pumpKw, boilerKw, heatKw, isHeating }) => [share, pumpKw, boilerKw, heatKw, isHeating]),
    ).toEqual([
      [0.5, 0, 5, 5, true],
      [0.5, 2, 0, 6, true],
    ]);
  });
  test("with walls is held by what air and walls lose", () => {
    const mass = { tempC: 18, heatCapacityKwhPerK: 20, heatLossKwPerK: 0.1, couplingKwPerK: 0.5 };
    const problem = house({ zones: [aZone(2, { mass, gainsKw: flat(2, 0) })] });
    const [zone] = problem.zones;
    const schedule = scheduleOf(problem);
    const [first] = zone ? zoneSlots(problem, schedule, zone) : [];
    const [airC, wallC] = [schedule.zones[0]?.tempC[1] ?? 0, schedule.zones[0]?.massTempC?.[1] ?? 0];
    expect(first?.holdShare).toBeCloseTo((0.16 * airC + 0.1 * wallC) / 12, 9);
  });
});

const waterSlots = (tempC: readonly number[], share: readonly number[]): HeatSlot[] =>
  roomSlots(tempC, share, { minTempC: 45, maxTempC: 60 });

describe("a tank", () => {
  const [tank] = householdOf(1, { tanks: [aTank(1, { hardMaxTempC: 64 })] }).tanks;
  const orders = (tempC: readonly number[], share: readonly number[]) =>
    tank &&
    tankRuns(tank, waterSlots(tempC, share)).map(({ intent, first, last }) => [
      intent.kind === "heatTo" ? intent.tempC : intent.kind,
      first,
      last,
    ]);

  test("is heated to what the plan reaches, in whole degrees upwards, and idles between", () => {
    expect(orders([46, 50, 54.2, 53.8], [0.9, 0.9, 0])).toEqual([
      [55, 0, 1],
      ["idle", 2, 2],
    ]);
    expect(orders([46, 50, 54.0000004], [0.9, 0.9])).toEqual([[54, 0, 1]]);
  });

  test("that is only kept warm is told a little more than it has, which a thermostat notices", () => {
    expect(orders([48, 46, 45], [0.1, 0.1])).toEqual([[47, 0, 1]]);
    expect(orders([45, 46.5], [0.9])).toEqual([[47, 0, 0]]);
  });

  test("is not told the cheap hour's temperature while it is only kept warm before", () => {
    expect(orders([45, 45, 45, 60], [0.2, 0.2, 0.9])).toEqual([
      [47, 0, 1],
      [60, 2, 2],
    ]);
  });

  test("that warms at another power has a target of its own", () => {
    expect(orders([45, 48, 60], [0.2, 0.9])).toEqual([
      [48, 0, 0],
      [60, 1, 1],
    ]);
  });

  test("is never told more than its wish or what is planned, nor more than is safe", () => {
    expect(orders([60, 60], [0.3])).toEqual([[60, 0, 0]]);
    expect(orders([58, 62.5], [0.9])).toEqual([[63, 0, 0]]);
    expect(orders([60, 63.99], [0.9])).toEqual([[64, 0, 0]]);
  });

  test("its slots know the heat pump's part for water", () => {
    const problem = householdOf(1, { zones: [aZone(1)], tanks: [aTank(1)], heatPumps: [aHeatPump(1)] });
    const [only] = problem.tanks;
    const slots = only && tankSlots(problem, scheduleOf(problem, { spaceKw: [2], waterKw: [1] }), only);
    expect(slots?.map(({ share, pumpKw, isHeating }) => [share, pumpKw, isHeating])).toEqual([[0.25, 1, true]]);
    expect(flat(1, slots?.[0]?.startTempC ?? 0)).toEqual([50]);
  });
});
