import { expect, test } from "vitest";
import {
  aBattery,
  aHeatPump,
  aTank,
  aZone,
  flat,
  fullHouse,
  householdOf,
  MIDNIGHT_MS,
} from "../../../tests/support/household-of.ts";
import { checkSchedule } from "./check-schedule.ts";
import { rulesSchedule } from "./rules-schedule.ts";

const rounded = (values: readonly number[] | undefined, digits = 3) =>
  values?.map((value) => Number(value.toFixed(digits)));

test("the room is brought to half a kelvin above the wish and held there", () => {
  const house = householdOf(12, {
    zones: [aZone(12, { tempC: 20 })],
    heatPumps: [aHeatPump(12, { tankId: undefined })],
  });
  const { zones, heatPumps } = rulesSchedule(house);
  const tempC = zones[0]?.tempC ?? [];
  expect(tempC.at(-1)).toBeCloseTo(21, 3);
  expect(Math.max(...tempC)).toBeLessThanOrEqual(21 + 1e-9);
  // 0.16 kW/K · 21 K − 0.3 kW of gains, by a COP of 3.
  expect(heatPumps[0]?.spaceKw.at(-1)).toBeCloseTo((0.16 * 21 - 0.3) / 3, 3);
});

test("a room that is warm enough is not heated, nor cooled", () => {
  const house = householdOf(3, { zones: [aZone(3, { tempC: 23 })], heatPumps: [aHeatPump(3, { tankId: undefined })] });
  expect(rulesSchedule(house).heatPumps[0]?.spaceKw.slice(0, 2)).toEqual([0, 0]);
});

test("water waits until it would fall below the wish, and is then heated ten kelvin above it", () => {
  const house = householdOf(8, {
    zones: [aZone(8)],
    tanks: [aTank(8, { tempC: 46, drawKw: flat(8, 0.7), heatLossKwPerK: 0 })],
    heatPumps: [aHeatPump(8)],
  });
  const { tanks, heatPumps } = rulesSchedule(house);
  expect(rounded(tanks[0]?.tempC)).toEqual([46, 55, 53, 51, 49, 47, 45, 55, 53]);
  expect(heatPumps[0]?.waterKw[0]).toBeCloseTo((9 * 0.35 + 0.7) / 2, 9);
});

test("a heating tank goes on until it is hot, at what the heat pump can", () => {
  const house = householdOf(4, {
    zones: [aZone(4, { tempC: 23 })],
    tanks: [aTank(4, { tempC: 44, drawKw: flat(4, 0), heatLossKwPerK: 0 })],
    heatPumps: [aHeatPump(4, { maxPowerKw: flat(4, 0.7) })],
  });
  expect(rounded(rulesSchedule(house).tanks[0]?.tempC)).toEqual([44, 48, 52, 55, 55]);
});

test("two heat pumps share a tank one after the other", () => {
  const house = householdOf(1, {
    zones: [aZone(1, { tempC: 23 })],
    tanks: [aTank(1, { tempC: 41, drawKw: [0], heatLossKwPerK: 0 })],
    heatPumps: [aHeatPump(1, { maxPowerKw: [2] }), aHeatPump(1, { id: "annex" })],
  });
  const powers = rulesSchedule(house).heatPumps.map(({ waterKw }) => waterKw[0]);
  expect(powers).toEqual([2, expect.closeTo((14 * 0.35 - 4) / 2, 9)]);
});

test("water comes before the room", () => {
  const house = householdOf(1, {
    zones: [aZone(1, { tempC: 18 })],
    tanks: [aTank(1, { tempC: 40, heatLossKwPerK: 0, drawKw: [0] })],
    heatPumps: [aHeatPump(1)],
  });
  const pump = rulesSchedule(house).heatPumps[0];
  expect(pump?.waterKw[0]).toBeCloseTo((15 * 0.35) / 2, 9);
  expect((pump?.spaceKw[0] ?? 0) + (pump?.waterKw[0] ?? 0)).toBeCloseTo(4, 9);
});

test("an immersion heater helps only when the water is far too cold, and alone it does all", () => {
  const tank = { drawKw: [0], heatLossKwPerK: 0 };
  const weak = { heatPumps: [aHeatPump(1, { maxPowerKw: [0.1] })], zones: [aZone(1)] };
  const heater = { immersionHeaters: [{ id: "immersion", tankId: "water", powerKw: 2 }] };
  const powerAt = (tempC: number, parts: object) =>
    rulesSchedule(householdOf(1, { tanks: [aTank(1, { ...tank, tempC })], ...heater, ...parts })).immersionHeaters[0]
      ?.powerKw[0];
  expect(powerAt(41, weak)).toBe(0);
  expect(powerAt(38, weak)).toBeCloseTo(2 * 0.35 - 0.2, 9);
  expect(powerAt(44, {})).toBe(2);
  expect(powerAt(46, {})).toBe(0);
});

test("the battery serves the house, stores what is left of the sun, and keeps its reserve", () => {
  const house = householdOf(5, {
    pvArrays: [{ id: "roof", forecastKw: [0, 4, 9, 0, 0] }],
    batteries: [aBattery({ soc: 0.15 })],
  });
  const { batteries, importKw, exportKw } = rulesSchedule(house);
  expect(rounded(batteries[0]?.soc)).toEqual([0.15, 0.1, 0.4, 0.9, 0.8, 0.7]);
  expect(rounded(importKw)).toEqual([0.5, 0, 0, 0, 0]);
  expect(rounded(exportKw)).toEqual([0, 0, 3, 0, 0]);
});

test("two batteries share the work one after the other", () => {
  const house = householdOf(1, {
    baseLoadKw: [3],
    batteries: [aBattery({ maxDischargeKw: 2 }), aBattery({ id: "garage", maxDischargeKw: 2 })],
  });
  expect(rulesSchedule(house).batteries.map(({ dischargeKw }) => dischargeKw)).toEqual([[2], [1]]);
});

test("sun is curtailed only beyond what the connection takes, and only where that is possible", () => {
  const sunny = { site: { exportLimitKw: 2 }, baseLoadKw: [1] };
  const house = householdOf(1, {
    ...sunny,
    pvArrays: [
      { id: "roof", forecastKw: [3], curtailable: false },
      { id: "shed", forecastKw: [2], curtailable: true },
    ],
  });
  const { pvArrays, exportKw } = rulesSchedule(house);
  expect(pvArrays.map(({ usedKw }) => usedKw)).toEqual([[3], [0]]);
  expect(exportKw).toEqual([2]);
  const cheap = householdOf(1, {
    exportPricePerKwh: [-1],
    pvArrays: [{ id: "shed", forecastKw: [2], curtailable: true }],
  });
  expect(rulesSchedule(cheap).exportKw).toEqual([1]);
});

test("what a person asks for is respected", () => {
  const house = fullHouse(2, {
    overrides: [
      { kind: "batteryHold", deviceId: "battery", untilMs: MIDNIGHT_MS + 1 },
      { kind: "boostHeat", deviceId: "living", untilMs: MIDNIGHT_MS + 1, tempC: 23 },
      { kind: "boostWater", deviceId: "water", untilMs: MIDNIGHT_MS + 1, tempC: 56 },
    ],
  });
  const plain = rulesSchedule(fullHouse(2));
  const asked = rulesSchedule(house);
  expect(asked.batteries[0]?.dischargeKw[0]).toBe(0);
  expect(asked.batteries[0]?.dischargeKw[1]).toBeGreaterThan(0);
  expect(asked.zones[0]?.tempC[1]).toBeGreaterThan((plain.zones[0]?.tempC[1] ?? 0) + 0.1);
  expect(asked.tanks[0]?.tempC[1]).toBeGreaterThan(55.9);
  expect(plain.tanks[0]?.tempC[1]).toBeLessThan(50);
});

test("a tank in a boiler room hotter than its limit warms by itself, and that is accepted", () => {
  const house = householdOf(3, { tanks: [aTank(3, { ambientTempC: 90, heatLossKwPerK: 0.5, drawKw: flat(3, 0) })] });
  expect(checkSchedule(house, rulesSchedule(house))).toEqual([]);
});
