import type { Call, Expectation } from "@ohmstead/contract";
import { expect, test } from "vitest";
import type { Device } from "./device.ts";
import { watchdogPackage } from "./watchdog-package.ts";

const device = (calls: readonly Call[], expectations: readonly Expectation[] = []): Device => ({
  deviceId: "d",
  name: "Boiler",
  deviceType: "tank",
  kind: "test",
  accepts: () => true,
  capabilities: { intents: ["idle"] },
  carrier: "homeAssistant",
  normalise: (intent) => intent,
  resolution: { kw: 0.1, soc: 0.01, tempC: 0.5 },
  translate: () => calls,
  expects: () => expectations,
  safeIntent: { kind: "idle" },
  sources: [],
});
const written = (...devices: Device[]) => JSON.stringify(watchdogPackage(devices, { silentSeconds: 600 }).content);
const option = { action: "select.select_option", target: { entity_id: "select.mode" }, data: { option: "off" } };

test("a device is told what its adapter translates, until its entities show what its adapter expects", () => {
  const text = written(device([option], [{ test: "equals", source: "select.mode", value: "it's off" }]));
  expect(text).toContain(
    '"action":"select.select_option","target":{"entity_id":"select.mode"},"data":{"option":"off"}',
  );
  expect(text).toContain(JSON.stringify("states('select.mode') == 'it\\'s off'").slice(1, -1));
  expect(text).toContain("not is_state('select.mode', 'unavailable')");
});

test.each<[Expectation, string]>([
  [
    { test: "near", source: "select.mode#temperature", value: 50, tolerance: 0.5 },
    "state_attr('select.mode', 'temperature') | float(-9999) - 50) | abs <= 0.5",
  ],
  [{ test: "atMost", source: "select.mode", value: 3 }, "states('select.mode') | float(9999) <= 3"],
  [{ test: "atLeast", source: "select.mode", value: 3 }, "states('select.mode') | float(-9999) >= 3"],
])("an expectation becomes a template: %o", (expectation, template) => {
  expect(written(device([option], [expectation]))).toContain(template);
});

test("what Home Assistant cannot see, such as a signal of ours, is not waited for", () => {
  const text = written(
    device([option], [{ test: "near", source: "battery.powerKw", value: 0, tolerance: 1, fresh: true }]),
  );
  expect(text).not.toContain("battery.powerKw");
});

test("a device on MQTT is told by Home Assistant's broker", () => {
  const publish = { topic: "relay/set", payload: "OFF", qos: 1, retain: false } as const;
  expect(written(device([publish]))).toContain(JSON.stringify({ action: "mqtt.publish", data: publish }).slice(0, -1));
});

test("a device behind its maker's interface is out of reach, and named", () => {
  const request = { api: "maker", method: "POST", path: "/mode", body: {} } as const;
  const { outOfReach } = watchdogPackage(
    [device([option]), { ...device([request]), carrier: "http", name: "Heat pump" }],
    {
      silentSeconds: 600,
    },
  );
  expect(outOfReach).toEqual(["Heat pump"]);
  expect(() => watchdogPackage([{ ...device([request]), carrier: "http" }], { silentSeconds: 600 })).toThrow(
    /nothing that a watchdog could/,
  );
});
