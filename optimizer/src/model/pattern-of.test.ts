import { MS_PER_HOUR } from "@ohmstead/contract";
import { expect, test } from "vitest";
import {
  MIDNIGHT_MS,
  aBattery,
  aHeatPump,
  aTank,
  anAppliance,
  householdOf,
} from "../../../tests/support/household-of.ts";
import { buildModel } from "./build-model.ts";
import { followPowers } from "./follow-powers.ts";
import { transplant } from "./resample.ts";

const problem = householdOf(3, {
  pvArrays: [{ id: "roof", forecastKw: [3, 3, 1] }],
  batteries: [aBattery({ minChargeKw: 1, minGridChargeKw: 4, minDischargeKw: 1, dischargeLimitKw: [9, 9, 0.5] })],
  tanks: [
    aTank(3, {
      hygiene: { fromMs: MIDNIGHT_MS, untilMs: MIDNIGHT_MS + 3 * MS_PER_HOUR, tempC: 60 },
      heatCapacityKwhPerK: 0.5,
      drawKw: [0, 0, 2],
    }),
  ],
  heatPumps: [aHeatPump(3, { zoneIds: [], minPowerKw: 1 })],
  immersionHeaters: [{ id: "heater", tankId: "water", powerKw: 2, onOff: true }],
  appliances: [anAppliance(3, { runHours: 1 })],
});

const schedule = followPowers(problem, {
  pvArrays: [{ usedKw: [3, 3, 1] }],
  batteries: [{ chargeKw: [2, 0, 4], dischargeKw: [0, 1.5, 0] }],
  evs: [],
  heatPumps: [{ zones: [], waterKw: [0, 1.5, 0] }],
  boilers: [],
  immersionHeaters: [{ powerKw: [0, 2, 0] }],
  appliances: [{ powerKw: [0, 0, 1.2] }],
});

test("a schedule says which of its switches are on", () => {
  const pattern = buildModel(problem).patternOf(schedule);
  expect(Object.fromEntries(pattern)).toEqual({
    "battery.charge": [true, false, true],
    // In the last slot there is no surplus: on is from the grid.
    "battery.gridCharge": [false, false, false],
    "battery.discharge": [false, true, false],
    "pump.run": [false, true, false],
    "heater.element": [false, true, false],
    "dishwasher.start": 2,
    // The second hour ends hottest.
    "water.hygiene": 1,
  });
});

test("devices that an older schedule does not know are off", () => {
  const { batteries, ...known } = schedule;
  const older = { ...known, batteries: [], heatPumps: [], appliances: [] };
  const pattern = buildModel(problem).patternOf(transplant(problem, { slots: problem.slots, schedule: older }));
  expect(batteries).toHaveLength(1);
  expect(pattern.get("battery.charge")).toEqual([false, false, false]);
  expect(pattern.get("pump.run")).toEqual([false, false, false]);
  expect(pattern.get("dishwasher.start")).toBe(3);
});
