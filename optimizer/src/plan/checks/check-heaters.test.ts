import { expect, test } from "vitest";
import {
  aBoiler,
  aTank,
  aZone,
  flat,
  householdOf,
  scheduleOf,
  type WantedPowers,
} from "../../../../tests/support/household-of.ts";
import { checkSchedule } from "../check-schedule.ts";

const second = "slot 2024-01-05T01:00:00Z";

const house = householdOf(2, {
  zones: [aZone(2), aZone(2, { id: "attic" })],
  tanks: [aTank(2)],
  boilers: [aBoiler(2, { zoneIds: ["living", "attic"], maxHeatKw: [12, 6] })],
  immersionHeaters: [{ id: "rod", tankId: "water", powerKw: 2, onOff: true }],
});
const complaints = (wanted: WantedPowers): string[] => checkSchedule(house, scheduleOf(house, wanted));

test("a boiler gives what it can, to rooms and water together", () => {
  expect(complaints({ boilerSpaceKw: [8, 5], boilerWaterKw: [4, 1] })).toEqual([]);
  expect(complaints({ boilerSpaceKw: [8, 5], boilerWaterKw: [4, 1.5] })).toEqual([
    `boiler, ${second}: heat exceeds maxHeatKw by 0.5 kW`,
  ]);
});

test("a boiler cools nothing", () => {
  expect(complaints({ boilerSpaceKw: [0, -1] })).toEqual([`boiler, ${second}: heat for living is negative by 1 kW`]);
  expect(complaints({ boilerWaterKw: [0, -1] })).toEqual([`boiler, ${second}: waterKw is negative by 1 kW`]);
});

test("a boiler without a tank makes no hot water", () => {
  const dry = householdOf(2, { zones: [aZone(2)], boilers: [aBoiler(2, { tankId: undefined })] });
  expect(checkSchedule(dry, scheduleOf(dry, { boilerWaterKw: [0, 1] }))).toEqual([
    `boiler, ${second}: waterKw exceeds its limit by 1 kW`,
  ]);
});

test("heat of a boiler shows in what it heats, not at the meter", () => {
  const cold = scheduleOf(house);
  const claimed = { ...cold, boilers: [{ id: "boiler", waterKw: [0, 1], zones: zonesOf([3, 0]) }] };
  expect(checkSchedule(house, claimed)).toEqual([
    expect.stringContaining("living, slot 2024-01-05T00:00:00Z: state at its end is not what its powers lead to"),
    expect.stringContaining(`water, ${second}: state at its end is not what its powers lead to`),
  ]);
});

const zonesOf = (heatKw: number[]) => [
  { id: "living", heatKw },
  { id: "attic", heatKw: flat(2, 0) },
];

test("a heater that is on or off is not half on", () => {
  expect(complaints({ immersionKw: [2, 0] })).toEqual([]);
  expect(complaints({ immersionKw: [2, 1.5] })).toEqual([`rod, ${second}: is neither on nor off by 0.5 kW`]);
});
