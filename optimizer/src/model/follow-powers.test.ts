import { HouseholdProblem, type HouseholdProblemInput } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { completeEndValues } from "../domain/end-values.ts";
import { evenSlots } from "../domain/slots.ts";
import { followPowers } from "./follow-powers.ts";

const twice = (value: number): number[] => [value, value];

/** Two hours at 1 kW of base load. */
const houseWith = (devices: Partial<HouseholdProblemInput>): HouseholdProblem =>
  completeEndValues(
    HouseholdProblem.parse({
      currency: "EUR",
      slots: evenSlots(0, 1, 2),
      importPricePerKwh: twice(0.3),
      exportPricePerKwh: twice(0.1),
      baseLoadKw: twice(1),
      outdoorTempC: twice(0),
      ...devices,
    }),
  );

const none = {
  pvArrays: [],
  batteries: [],
  evs: [],
  heatPumps: [],
  boilers: [],
  immersionHeaters: [],
  appliances: [],
};
const battery = {
  id: "battery",
  capacityKwh: 10,
  soc: 0.5,
  minSoc: 0.1,
  maxChargeKw: 5,
  maxDischargeKw: 5,
  chargeEfficiency: 0.9,
  dischargeEfficiency: 0.8,
};

test.each([
  { rule: "charges with loss on the way in", chargeKw: [2, 0], soc: [0.5, 0.68, 0.68], importKw: [3, 1] },
  { rule: "discharges with loss on the way out", dischargeKw: [0.8, 0], soc: [0.5, 0.4, 0.4], importKw: [0.2, 1] },
  { rule: "exports what is left", dischargeKw: [1.6, 0], soc: [0.5, 0.3, 0.3], importKw: [0, 1], exportKw: [0.6, 0] },
  { rule: "stops when it is full", chargeKw: [5, 5], soc: [0.5, 0.95, 1], importKw: [6, 1 + 0.5 / 0.9] },
  { rule: "stops at its minimum", dischargeKw: [5, 0], soc: [0.5, 0.1, 0.1], importKw: [0, 1], exportKw: [2.2, 0] },
  { rule: "keeps its power limit", chargeKw: [9, 0], soc: [0.5, 0.95, 0.95], importKw: [6, 1] },
  { rule: "never goes both ways", chargeKw: [3, 0], dischargeKw: [1, 0], soc: [0.5, 0.68, 0.68], importKw: [3, 1] },
  { rule: "takes noise for nothing", chargeKw: [1e-9, -1e-9], soc: [0.5, 0.5, 0.5], importKw: [1, 1] },
])("a battery $rule", ({ chargeKw = [0, 0], dischargeKw = [0, 0], soc, importKw, exportKw = [0, 0] }) => {
  const schedule = followPowers(houseWith({ batteries: [battery] }), {
    ...none,
    batteries: [{ chargeKw, dischargeKw }],
  });
  schedule.batteries[0]?.soc.forEach((value, k) => expect(value).toBeCloseTo(soc[k] ?? Number.NaN, 12));
  schedule.importKw.forEach((value, k) => expect(value).toBeCloseTo(importKw[k] ?? Number.NaN, 12));
  schedule.exportKw.forEach((value, k) => expect(value).toBeCloseTo(exportKw[k] ?? Number.NaN, 12));
});

test("a battery that begins below its minimum may stay, but not sink", () => {
  const problem = houseWith({ batteries: [{ ...battery, soc: 0.05 }] });
  const schedule = followPowers(problem, { ...none, batteries: [{ chargeKw: [0, 0], dischargeKw: [2, 2] }] });
  expect(schedule.batteries[0]?.soc).toEqual([0.05, 0.05, 0.05]);
});

test("a held battery does nothing until the hold ends", () => {
  const problem = houseWith({
    batteries: [battery],
    overrides: [{ kind: "batteryHold", deviceId: "battery", untilMs: 3_600_000 }],
  });
  const schedule = followPowers(problem, { ...none, batteries: [{ chargeKw: [2, 2], dischargeKw: [0, 0] }] });
  expect(schedule.batteries[0]?.chargeKw).toEqual([0, 2]);
});

test("sun that cannot be curtailed is used, whatever is asked", () => {
  const problem = houseWith({
    pvArrays: [
      { id: "roof", forecastKw: [3, 3] },
      { id: "shed", forecastKw: [2, 2], curtailable: true },
    ],
  });
  const schedule = followPowers(problem, { ...none, pvArrays: [{ usedKw: [0, 0] }, { usedKw: [0.5, 9] }] });
  expect(schedule.pvArrays.map((array) => array.usedKw)).toEqual([
    [3, 3],
    [0.5, 2],
  ]);
  expect(schedule.exportKw).toEqual([2.5, 4]);
});

const tank = {
  id: "water",
  tempC: 60,
  heatCapacityKwhPerK: 0.5,
  heatLossKwPerK: 0,
  drawKw: twice(0.5),
  minTempC: twice(45),
  maxTempC: 60,
  hardMaxTempC: 62,
};
const zone = {
  id: "living",
  tempC: 20,
  heatCapacityKwhPerK: 9,
  heatLossKwPerK: 0.2,
  gainsKw: twice(0.5),
  comfortMinTempC: twice(20),
  comfortMaxTempC: twice(23),
};
const pump = {
  id: "pump",
  zoneIds: ["living"],
  tankId: "water",
  maxPowerKw: [3, 2],
  copSpace: twice(3),
  copWater: twice(2),
};

test("a full tank gives the power back that it cannot take", () => {
  const problem = houseWith({
    tanks: [tank],
    zones: [zone],
    heatPumps: [pump],
    immersionHeaters: [{ id: "heater", tankId: "water", powerKw: 2 }],
  });
  const schedule = followPowers(problem, {
    ...none,
    heatPumps: [{ zones: [], waterKw: [1, 0] }],
    immersionHeaters: [{ powerKw: [2, 0] }],
  });
  // 1.5 kWh of room (2 K and the draw) for 4 kWh of heat: each gives 3/8 of what was asked.
  expect(schedule.tanks[0]?.tempC[1]).toBeCloseTo(62, 12);
  expect(schedule.heatPumps[0]?.waterKw[0]).toBeCloseTo(0.375, 12);
  expect(schedule.immersionHeaters[0]?.powerKw[0]).toBeCloseTo(0.75, 12);
  expect(schedule.importKw[0]).toBeCloseTo(1 + 0.375 + 0.75, 12);
});

test("room and water share the heat pump's power", () => {
  const problem = houseWith({ tanks: [{ ...tank, tempC: 40 }], zones: [zone], heatPumps: [pump] });
  const schedule = followPowers(problem, {
    ...none,
    heatPumps: [{ zones: [{ id: "living", powerKw: [2, 2] }], waterKw: [2, 0] }],
  });
  expect(schedule.heatPumps).toEqual([
    { id: "pump", spaceKw: [1.5, 2], waterKw: [1.5, 0], zones: [{ id: "living", powerKw: [1.5, 2] }] },
  ]);
});

/** Two hours in so many slots, unheated at −5 °C: the temperature at their end. */
const settle = (count: number): number => {
  const problem = houseWith({
    slots: evenSlots(0, 2 / count, count),
    importPricePerKwh: Array.from({ length: count }, () => 0.3),
    exportPricePerKwh: Array.from({ length: count }, () => 0.1),
    baseLoadKw: Array.from({ length: count }, () => 1),
    outdoorTempC: Array.from({ length: count }, () => -5),
    zones: [
      {
        ...zone,
        gainsKw: Array.from({ length: count }, () => 0.5),
        comfortMinTempC: Array.from({ length: count }, () => 20),
        comfortMaxTempC: Array.from({ length: count }, () => 23),
      },
    ],
  });
  return followPowers(problem, none).zones[0]?.tempC.at(-1) ?? Number.NaN;
};

test("a room approaches its balance exactly, in one step or in many", () => {
  // T(t) = T∞ + (T0 − T∞)·exp(−t·UA/C) with T∞ = −5 + 0.5/0.2.
  const expected = -2.5 + 22.5 * Math.exp((-2 * 0.2) / 9);
  expect(settle(1)).toBeCloseTo(expected, 10);
  expect(settle(24)).toBeCloseTo(expected, 10);
});
