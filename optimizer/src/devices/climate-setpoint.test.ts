import { expect, test } from "vitest";
import { climateSetpoint } from "./climate-setpoint.ts";

const deps = { deviceId: "room", name: "Room", deviceType: "zone", limits: {}, signals: {} } as const;
const room = climateSetpoint.create({ kind: "climate-setpoint", entity: "climate.room" }, deps);

test("sets the temperature and reads it back from the attribute", () => {
  expect(room.translate({ kind: "setpoint", tempC: 21.5 })).toEqual([
    { action: "climate.set_temperature", target: { entity_id: "climate.room" }, data: { temperature: 21.5 } },
  ]);
  expect(room.expects({ kind: "setpoint", tempC: 21.5 })).toEqual([
    { test: "near", source: "climate.room#temperature", value: 21.5, tolerance: 0.249 },
  ]);
  expect(room.sources).toEqual(["climate.room#temperature"]);
});

test.each([
  { asked: 21.3, given: 21.5 },
  { asked: 21.2, given: 21 },
  { asked: 35, given: 28 },
  { asked: 2, given: 10 },
])("$asked °C becomes $given °C", ({ asked, given }) => {
  expect(room.normalise({ kind: "setpoint", tempC: asked })).toEqual({ kind: "setpoint", tempC: given });
});

test("a finer thermostat gets finer set-points", () => {
  const fine = climateSetpoint.create({ kind: "climate-setpoint", entity: "climate.room", stepC: 0.1 }, deps);
  expect(fine.normalise({ kind: "setpoint", tempC: 21.34 })).toEqual({ kind: "setpoint", tempC: 21.3 });
  expect(fine.resolution.tempC).toBe(0.1);
});

test("an entity of another domain is refused", () => {
  expect(() => climateSetpoint.create({ kind: "climate-setpoint", entity: "sensor.room" }, deps)).toThrow(
    "write an entity of climate, for example climate.my_device",
  );
});
