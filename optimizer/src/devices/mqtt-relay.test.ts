import type { DeviceType } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { mqttRelay } from "./mqtt-relay.ts";

const settings = { kind: "mqtt-relay", commandTopic: "boiler/cmnd/POWER", stateTopic: "boiler/stat/POWER" };
const depsOf = (deviceType: DeviceType) =>
  ({ deviceId: "rod", name: "Rod", deviceType, limits: {}, signals: {} }) as const;
const relay = mqttRelay.create(settings, depsOf("immersionHeater"));

test.each(["on", "off"] as const)(
  "switches %s by a message that no broker keeps, and waits for the relay to say so",
  (kind) => {
    const payload = kind.toUpperCase();
    expect(relay.translate({ kind })).toEqual([{ topic: "boiler/cmnd/POWER", payload, qos: 1, retain: false }]);
    expect(relay.expects({ kind })).toEqual([{ test: "equals", source: "mqtt:boiler/stat/POWER", value: payload }]);
  },
);

test("speaks a relay's own words, and reads a field of its JSON", () => {
  const own = mqttRelay.create(
    { ...settings, on: '{"state":"ON"}', off: '{"state":"OFF"}', stateField: "state", stateOn: "ON", stateOff: "OFF" },
    depsOf("appliance"),
  );
  expect(own.translate({ kind: "on" })[0]).toMatchObject({ payload: '{"state":"ON"}' });
  expect(own.expects({ kind: "on" })).toEqual([
    { test: "equals", source: "mqtt:boiler/stat/POWER#state", value: "ON" },
  ]);
});

test.each([
  { deviceType: "immersionHeater", safe: undefined, is: "off" },
  { deviceType: "appliance", safe: undefined, is: "off" },
  { deviceType: "boiler", safe: undefined, is: "on" }, // its own thermostat decides
  { deviceType: "boiler", safe: "off", is: "off" },
] as const)("when nobody decides a $deviceType (safe: $safe) is $is", ({ deviceType, safe, is }) => {
  const device = mqttRelay.create({ ...settings, ...(safe ? { safe } : {}) }, depsOf(deviceType));
  expect(device.safeIntent).toEqual({ kind: is });
});

test("a topic that means many is refused", () => {
  expect(() => mqttRelay.create({ ...settings, commandTopic: "boiler/#" }, depsOf("boiler"))).toThrow(
    "write one whole topic",
  );
});
