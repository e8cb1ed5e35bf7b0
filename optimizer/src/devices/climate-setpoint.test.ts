import { expect, test } from "vitest";
import { judgeAll } from "../commands/expectations.ts";
import { T0 } from "../commands/testing/examples.ts";
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

test.each([
  { rule: "the heat pump runs", powerKw: 1.4, roomC: 19, rise: 0, outdoorC: 0, verdict: "met" },
  { rule: "the room warms up", powerKw: 0, roomC: 19, rise: 0.5, outdoorC: 0, verdict: "met" },
  { rule: "E17 nothing heats a cold room", powerKw: 0, roomC: 19, rise: -0.2, outdoorC: 0, verdict: "unmet" },
  { rule: "the room is warm already", powerKw: 0, roomC: 20.6, rise: 0, outdoorC: 0, verdict: "met" },
  { rule: "it is no weather for heating", powerKw: 0, roomC: 19, rise: 0, outdoorC: 17, verdict: "met" },
])("$rule: $verdict", ({ powerKw, roomC, rise, outdoorC, verdict }) => {
  const heated = climateSetpoint.create(
    { kind: "climate-setpoint", entity: "climate.room" },
    {
      ...deps,
      limits: { heatingLimitTempC: 16 },
      signals: { temp: "room.tempC", heatPowers: ["heat_pump.powerKw"], outdoorTemp: "outdoor.tempC" },
    },
  );
  const readings = new Map([
    ["climate.room#temperature", { value: 21.5, atMs: T0 }],
    ["heat_pump.powerKw", { value: powerKw, atMs: T0 }],
    ["room.tempC", { value: roomC, atMs: T0, risePerHour: rise }],
    ["outdoor.tempC", { value: outdoorC, atMs: T0 }],
  ]);
  const time = { acknowledgedAtMs: T0, nowMs: T0, settleMs: 120_000 };
  expect(judgeAll(heated.expects({ kind: "setpoint", tempC: 21.5 }), readings, time)).toBe(verdict);
});
