import type { Intent } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { judgeAll } from "../commands/expectations.ts";
import { shows, T0 } from "../commands/testing/examples.ts";
import type { DeviceDeps } from "./device.ts";
import { immersionSwitch } from "./immersion-switch.ts";

const deps: DeviceDeps = { deviceId: "rod", name: "Rod", deviceType: "immersionHeater", limits: {}, signals: {} };
const metered: DeviceDeps = { ...deps, signals: { power: "rod.powerKw", temp: "tank.tempC" } };

test.each(["on", "off"] as const)("turns its switch %s and reads it back", (kind) => {
  const rod = immersionSwitch.create({ kind: "immersion-switch", entity: "switch.rod" }, deps);
  expect(rod.translate({ kind })).toEqual([
    { action: `switch.turn_${kind}`, target: { entity_id: "switch.rod" }, data: {} },
  ]);
  expect(rod.expects({ kind })).toEqual([{ test: "equals", source: "switch.rod", value: kind }]);
});

test("with two elements both are on, or both off", () => {
  const rod = immersionSwitch.create(
    { kind: "immersion-switch", entity: "switch.lower", secondEntity: "switch.upper" },
    deps,
  );
  expect(rod.translate({ kind: "on" })).toMatchObject([
    { action: "switch.turn_on", target: { entity_id: "switch.lower" } },
    { action: "switch.turn_on", target: { entity_id: "switch.upper" } },
  ]);
  const time = { acknowledgedAtMs: T0, nowMs: T0, settleMs: 120_000 };
  const halfOff = shows({ "switch.lower": "off", "switch.upper": "on" });
  expect(judgeAll(rod.expects({ kind: "off" }), halfOff, time)).toBe("unmet");
});

test.each<{ rule: string; more?: object; intent: Intent; readings: Record<string, number>; verdict: string }>([
  { rule: "off, and nothing flows", intent: { kind: "off" }, readings: { "rod.powerKw": 0 }, verdict: "met" },
  { rule: "E17 off, and power flows on", intent: { kind: "off" }, readings: { "rod.powerKw": 2 }, verdict: "unmet" },
  {
    rule: "on without power, and nobody knows its thermostat",
    intent: { kind: "on" },
    readings: { "rod.powerKw": 0, "tank.tempC": 40 },
    verdict: "met",
  },
  {
    rule: "E17 on without power in cold water",
    more: { thermostatTempC: 65 },
    intent: { kind: "on" },
    readings: { "rod.powerKw": 0, "tank.tempC": 40 },
    verdict: "unmet",
  },
  {
    rule: "on without power in water that has opened its thermostat",
    more: { thermostatTempC: 65 },
    intent: { kind: "on" },
    readings: { "rod.powerKw": 0, "tank.tempC": 60 },
    verdict: "met",
  },
])("$rule: $verdict", ({ more, intent, readings, verdict }) => {
  const rod = immersionSwitch.create({ kind: "immersion-switch", entity: "switch.rod", ...more }, metered);
  const time = { acknowledgedAtMs: T0, nowMs: T0, settleMs: 120_000 };
  expect(judgeAll(rod.expects(intent), shows({ "switch.rod": intent.kind, ...readings }), time)).toBe(verdict);
});

test("is off when nobody decides", () => {
  const rod = immersionSwitch.create({ kind: "immersion-switch", entity: "input_boolean.rod" }, deps);
  expect(rod.safeIntent).toEqual({ kind: "off" });
  expect(rod.translate({ kind: "off" })[0]).toMatchObject({ action: "input_boolean.turn_off" });
});
