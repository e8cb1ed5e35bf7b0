import { expect, test } from "vitest";
import { waterHeater } from "./water-heater.ts";

const tank = waterHeater.create(
  { kind: "water-heater", entity: "water_heater.tank", idleTempC: 38 },
  { deviceId: "tank", name: "Tank", deviceType: "tank", limits: { maxTempC: 65 }, signals: {} },
);

test("heats to a temperature, and idles at its own", () => {
  expect(tank.translate({ kind: "heatTo", tempC: 55 })).toEqual([
    { action: "water_heater.set_temperature", target: { entity_id: "water_heater.tank" }, data: { temperature: 55 } },
  ]);
  expect(tank.translate({ kind: "idle" })[0]).toMatchObject({ data: { temperature: 38 } });
  expect(tank.expects({ kind: "idle" })).toEqual([
    { test: "near", source: "water_heater.tank#temperature", value: 38, tolerance: 0.499 },
  ]);
});

test.each([
  { asked: 52.4, given: 52 },
  { asked: 52.6, given: 53 },
  { asked: 90, given: 65 }, // the tank's hard limit, above the step
  { asked: 20, given: 38 },
])("$asked °C becomes $given °C", ({ asked, given }) => {
  expect(tank.normalise({ kind: "heatTo", tempC: asked })).toEqual({ kind: "heatTo", tempC: given });
});
