import type { DeviceType, Intent } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { judgeAll } from "../commands/expectations.ts";
import { shows, T0 } from "../commands/testing/examples.ts";
import { onOffSwitch } from "./switch.ts";

const depsOf = (deviceType: DeviceType, power?: string) =>
  ({ deviceId: "it", name: "It", deviceType, limits: {}, signals: { power } }) as const;
const settings = { kind: "switch", entity: "switch.it" };

test.each(["on", "off"] as const)("turns its switch %s and reads it back", (kind) => {
  const boiler = onOffSwitch.create(settings, depsOf("boiler"));
  expect(boiler.translate({ kind })).toEqual([
    { action: `switch.turn_${kind}`, target: { entity_id: "switch.it" }, data: {} },
  ]);
  expect(boiler.expects({ kind })).toEqual([{ test: "equals", source: "switch.it", value: kind }]);
});

test.each<{ rule: string; intent: Intent; powerKw: number; verdict: string }>([
  { rule: "on, and nothing is in it to wash", intent: { kind: "on" }, powerKw: 0, verdict: "met" },
  { rule: "off, and nothing flows", intent: { kind: "off" }, powerKw: 0.002, verdict: "met" },
  { rule: "E17 off, and power flows on", intent: { kind: "off" }, powerKw: 1.1, verdict: "unmet" },
])("$rule: $verdict", ({ intent, powerKw, verdict }) => {
  const dishwasher = onOffSwitch.create(settings, depsOf("appliance", "dishwasher.powerKw"));
  const readings = shows({ "switch.it": intent.kind, "dishwasher.powerKw": powerKw });
  const time = { acknowledgedAtMs: T0, nowMs: T0, settleMs: 120_000 };
  expect(judgeAll(dishwasher.expects(intent), readings, time)).toBe(verdict);
});

test.each([
  { deviceType: "boiler", safe: undefined, is: "on" },
  { deviceType: "appliance", safe: undefined, is: "off" },
  { deviceType: "boiler", safe: "off", is: "off" },
] as const)("when nobody decides a $deviceType (safe: $safe) is $is", ({ deviceType, safe, is }) => {
  const device = onOffSwitch.create({ ...settings, ...(safe ? { safe } : {}) }, depsOf(deviceType));
  expect(device.safeIntent).toEqual({ kind: is });
});
