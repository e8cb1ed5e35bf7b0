import { expect, test } from "vitest";
import { judgeAll } from "../commands/expectations.ts";
import { T0 } from "../commands/testing/examples.ts";
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

test.each([
  { rule: "the heat pump runs", powerKw: 1.4, tankC: 45, rise: -3, verdict: "met" },
  { rule: "the water warms up", powerKw: 0.02, tankC: 45, rise: 6, verdict: "met" },
  { rule: "E17 the set-point is stored, and nothing heats", powerKw: 0.02, tankC: 45, rise: -0.5, verdict: "unmet" },
  { rule: "the tank's own thermostat still waits", powerKw: 0.02, tankC: 49, rise: 0, verdict: "met" },
])("$rule: $verdict", ({ powerKw, tankC, rise, verdict }) => {
  const heated = waterHeater.create(
    { kind: "water-heater", entity: "water_heater.tank", idleTempC: 38 },
    {
      deviceId: "tank",
      name: "Tank",
      deviceType: "tank",
      limits: {},
      signals: { temp: "tank.tempC", heatPowers: ["heat_pump.powerKw"] },
    },
  );
  const readings = new Map([
    ["water_heater.tank#temperature", { value: 55, atMs: T0 }],
    ["heat_pump.powerKw", { value: powerKw, atMs: T0 }],
    ["tank.tempC", { value: tankC, atMs: T0, risePerHour: rise }],
  ]);
  const time = { acknowledgedAtMs: T0, nowMs: T0, settleMs: 120_000 };
  expect(judgeAll(heated.expects({ kind: "heatTo", tempC: 55 }), readings, time)).toBe(verdict);
});
