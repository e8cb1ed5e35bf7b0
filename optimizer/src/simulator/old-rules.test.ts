import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { createHouse, type House } from "./create-house.ts";
import { oldRules } from "./old-rules.ts";
import { demoCar, demoHouse } from "./physics/house-setup.ts";
import { readHouseInputs } from "./read-inputs.ts";

const DAYS = join(import.meta.dirname, "../../../config/demo");
const HOUR_MS = 3_600_000;
const aDayUnderOldRules = (week: string, startMs: number): House => {
  const house = createHouse(demoHouse, readHouseInputs(join(DAYS, week)), 1, { startMs, rule: oldRules });
  house.step(24 * HOUR_MS);
  return house;
};

test.each([
  { local: 12, outdoorTempC: 0, setpointC: 21 },
  { local: 23, outdoorTempC: 0, setpointC: 20 },
  { local: 2, outdoorTempC: -18, setpointC: 20 },
  { local: 3, outdoorTempC: -18, setpointC: 21, why: "warms up ahead of the morning" },
  { local: 3, outdoorTempC: 5, setpointC: 20, why: "in mild weather half an hour is enough" },
  { local: 5.6, outdoorTempC: 5, setpointC: 21 },
])(
  "at $local o'clock and $outdoorTempC °C the thermostat stands at $setpointC",
  ({ local, outdoorTempC, setpointC }) => {
    expect(oldRules(demoHouse, local * HOUR_MS, outdoorTempC)).toMatchObject({
      roomSetpointC: setpointC,
      tankTargetC: 55,
      batteryMode: "self_use",
      upperElementOn: false,
    });
  },
);

describe("5 January 2024 in Helsinki, −16 to −20 °C", () => {
  let house: House;
  beforeAll(() => {
    house = aDayUnderOldRules("winter", Date.parse("2024-01-04T22:00:00Z"));
  });
  test("the house is warm and the water hot, all day", () => {
    const meters = house.meters();
    // While it makes hot water in the deep cold, the room sinks a little below the thermostat's margin.
    expect(meters.roomBelow.minutes).toBeLessThan(30);
    expect(meters.roomBelow.worstK).toBeLessThan(0.2);
    expect(meters.tankBelow.minutes).toBe(0);
    expect(meters.drawUnmetKwh).toBeCloseTo(0, 9);
    expect(meters.soc.min).toBeGreaterThanOrEqual(0.1 - 1e-9);
  });
  test("it takes what such a house takes: about 150 kWh of heat at a COP near 2", () => {
    const meters = house.meters();
    expect(meters.spaceHeatKwh).toBeGreaterThan(125);
    expect(meters.spaceHeatKwh).toBeLessThan(175);
    const cop = (meters.spaceHeatKwh + meters.waterHeatKwh) / meters.heatPumpKwh;
    expect(cop).toBeGreaterThan(1.8);
    expect(cop).toBeLessThan(2.3);
  });
  test("the bill is that of the spike: more than a euro per kWh", () => {
    const meters = house.meters();
    expect(meters.cost / meters.importKwh).toBeGreaterThan(1);
    expect(meters.exportKwh).toBe(0);
  });
});

test("a summer day needs no heating, feeds in, and keeps the water hot", () => {
  const meters = aDayUnderOldRules("summer", Date.parse("2023-08-07T21:00:00Z")).meters();
  expect(meters.spaceHeatKwh).toBe(0);
  expect(meters.exportKwh).toBeGreaterThan(3);
  expect(meters.drawUnmetKwh).toBeCloseTo(0, 9);
  expect(meters.tankBelow.minutes).toBe(0);
  expect(meters.roomTempC.max).toBeLessThan(26);
});

test("a car that nobody plans for charges as soon as it is there; a house without one orders nothing", () => {
  expect(oldRules({ ...demoHouse, car: demoCar }, 0, 0)).toMatchObject({ carOn: true, carCurrentA: 16 });
  expect(oldRules(demoHouse, 0, 0)).toMatchObject({ carOn: false });
});
