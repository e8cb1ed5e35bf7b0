import { expect, test } from "vitest";
import { T0, usualSettings } from "../commands/testing/examples.ts";
import { createDevice } from "../devices/registry.ts";
import { silenceOf } from "./device-record.ts";

const deps = { deviceId: "rod", name: "Rod", deviceType: "immersionHeater", limits: {}, signals: {} } as const;
const bySwitch = createDevice("immersion-switch", { kind: "immersion-switch", entity: "switch.rod" }, deps);
const byBroker = createDevice(
  "mqtt-relay",
  { kind: "mqtt-relay", commandTopic: "rod/set", stateTopic: "rod/state" },
  deps,
);

test("E35 a device of which nothing was read is not spoken to, but for one that speaks only when it is told something", () => {
  expect(silenceOf(bySwitch, new Map(), T0, usualSettings)).toMatchObject({ kind: "unread" });
  expect(silenceOf(byBroker, new Map(), T0, usualSettings)).toBeUndefined();
});
