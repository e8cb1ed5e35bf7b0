import { expect, test } from "vitest";
import { aHeatPump, aTank, aZone, flat, householdOf } from "../../../../tests/support/household-of.ts";
import { checkSchedule } from "../check-schedule.ts";
import { rulesSchedule } from "../rules-schedule.ts";

const rounded = (values: readonly number[] | undefined) => values?.map((value) => Number(value.toFixed(3)));

const cold = { zones: [aZone(8, { tempC: 20.4, heatCapacityKwhPerK: 3 })] };
const powers = (pump: Parameters<typeof aHeatPump>[1], house: Parameters<typeof householdOf>[1] = cold) => {
  const problem = householdOf(8, { ...house, heatPumps: [aHeatPump(8, { tankId: undefined, ...pump })] });
  const schedule = rulesSchedule(problem);
  expect(checkSchedule(problem, schedule)).toEqual([]);
  return schedule.heatPumps[0]?.spaceKw ?? [];
};

test("a heat pump that is on or off starts when a room is too cold, runs with its least power at least, and then rests", () => {
  const kw = powers({ minPowerKw: 2 });
  expect(kw[0]).toBe(2);
  expect(kw.every((each) => each === 0 || each >= 2)).toBe(true);
  expect(kw).toContain(0);
});
test("a heat pump that is on or off runs and pauses as long as it must", () => {
  const kw = powers({ minPowerKw: 2, minRunHours: 3, minPauseHours: 3 });
  expect(kw.slice(0, 3)).toEqual([2, 2, 2]);
  expect(kw.slice(3, 6)).toEqual([0, 0, 0]);
});
test("a heat pump that is on or off goes on with what it had begun", () => {
  const warm = { zones: [aZone(8, { tempC: 22 })] };
  expect(powers({ minPowerKw: 1, minRunHours: 3, previousKw: 1, previousHours: 1 }, warm).slice(0, 3)).toEqual([
    1, 1, 0,
  ]);
  const pausing = powers({ minPauseHours: 2, previousHours: 1 });
  expect(pausing[0]).toBe(0);
  expect(pausing[1]).toBeGreaterThan(0);
});
test("a heat pump that is on or off does not start what it could not keep up", () => {
  expect(powers({ minRunHours: 2, maxPowerKw: [4, 0, 4, 4, 4, 4, 4, 4] })[0]).toBe(0);
});
test("a heat pump that is on or off on a warm day it makes water only as far as the tank takes it", () => {
  const summer = householdOf(4, {
    outdoorTempC: flat(4, 25),
    zones: [aZone(4)],
    tanks: [aTank(4, { tempC: 44, drawKw: flat(4, 0), heatLossKwPerK: 0, hardMaxTempC: 60 })],
    heatPumps: [aHeatPump(4, { heatingLimitTempC: 15, minPowerKw: 0.8, minRunHours: 3 })],
  });
  const { tanks, heatPumps } = rulesSchedule(summer);
  // A run of three hours takes at least 2.4 kWh, 4.8 of heat: 13.7 K of the 16 there are; all that the first hour may take more is the rest.
  expect(heatPumps[0]?.waterKw.slice(1)).toEqual([0.8, 0.8, 0]);
  expect(tanks[0]?.tempC.at(-1)).toBeLessThanOrEqual(60);
  const full = { ...summer, tanks: summer.tanks.map((tank) => ({ ...tank, hardMaxTempC: 57, maxTempC: 57 })) };
  // It waits until the run that is left of the horizon fits.
  expect(rounded(rulesSchedule(full).heatPumps[0]?.waterKw)).toEqual([0, 0, 1.475, 0.8]);
});

test("a heat pump shares its power among its rooms by what they lack", () => {
  const house = householdOf(1, {
    zones: [aZone(1, { tempC: 15 }), aZone(1, { id: "attic", tempC: 18 })],
    heatPumps: [aHeatPump(1, { tankId: undefined, zoneIds: ["living", "attic"], maxPowerKw: [3] })],
  });
  const [living = 0, attic = 0] = rulesSchedule(house).heatPumps[0]?.zones.map(({ powerKw }) => powerKw[0] ?? 0) ?? [];
  expect(living + attic).toBeCloseTo(3, 9);
  expect(living).toBeGreaterThan(attic);
  expect(attic).toBeGreaterThan(0);
});

test("floor heating comes to rest, in spite of its delay", () => {
  const mass = { tempC: 20.5, heatCapacityKwhPerK: 8, couplingKwPerK: 0.8, gainShare: 0.6 };
  const house = householdOf(48, {
    zones: [aZone(48, { heatCapacityKwhPerK: 1, mass })],
    heatPumps: [aHeatPump(48, { tankId: undefined, lagHours: 1.5 })],
  });
  const tempC = rulesSchedule(house).zones[0]?.tempC.slice(24) ?? [];
  expect(Math.min(...tempC)).toBeGreaterThan(20);
  expect(Math.max(...tempC)).toBeLessThan(22);
});
