import type { Override } from "@ohmstead/contract";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createMqttFace, type MqttFace } from "../../optimizer/src/api/mqtt/mqtt-face.ts";
import { overrideChoices } from "../../optimizer/src/cycles/people/override-choices.ts";
import { overrideOf } from "../../optimizer/src/cycles/people/override-of.ts";
import { demoHome } from "../../optimizer/src/cycles/people/testing/demo-day.ts";
import { type FakeAppliance, fakeAppliance, NOW_MS } from "../support/appliance-fake.ts";
import { type Broker, freePort, startBroker } from "../support/broker.ts";
import { type RealHomeAssistant, startHomeAssistant } from "../support/real-home-assistant.ts";
import { untilSo } from "../support/until-so.ts";

// What Home Assistant makes of our entities: announced over a real broker, commanded from its own side.
let broker: Broker;
let face: MqttFace;
let house: FakeAppliance;
let homeAssistant: RealHomeAssistant;
let overrides: readonly Override[] = [];

beforeAll(async () => {
  const port = await freePort();
  broker = await startBroker(port);
  house = fakeAppliance({
    overrides: () => overrides,
    overrideChoices: () => overrideChoices(demoHome, NOW_MS),
    addOverride: async (wish) => {
      const added = {
        id: `o${overrides.length}`,
        ...overrideOf(wish, demoHome, NOW_MS, () => undefined),
        extraCost: 0.25,
      };
      overrides = [...overrides, added];
      house.publish({ type: "overrides", overrides });
      return added;
    },
    endOverride: async (id) => {
      overrides = overrides.filter((each) => each.id !== id);
      house.publish({ type: "overrides", overrides });
    },
  });
  face = createMqttFace({
    appliance: house.appliance,
    config: { url: broker.url, topicPrefix: "ohmstead", discoveryPrefix: "homeassistant" },
    homeName: demoHome.name,
    logger: pino({ level: "silent" }),
  });
  face.start();
  homeAssistant = await startHomeAssistant({ brokerPort: port });
});
afterAll(async () => {
  await homeAssistant?.stop();
  await face?.stop();
  await broker?.kill();
});

const shows = (entityId: string, state: string) =>
  homeAssistant.untilState(entityId, (each) => each.state === state, 30_000);

test("every entity is there, with its state", async () => {
  await shows("sensor.ohmstead_mode_battery", "hold");
  for (const [entityId, state] of [
    ["switch.ohmstead_hold_battery", "off"],
    ["switch.ohmstead_automatic_hot_water", "on"],
    ["switch.ohmstead_quiet_heat_pump", "off"],
    ["switch.ohmstead_guests", "off"],
    ["number.ohmstead_vacation_days", "0"],
    ["binary_sensor.ohmstead_problem", "off"],
    ["binary_sensor.ohmstead_makeshift_plan", "off"],
    ["sensor.ohmstead_saved", "2"],
    ["sensor.ohmstead_doing", "The battery waits for the evening."],
    ["button.ohmstead_plan_again", "unknown"],
  ] as const)
    expect([entityId, (await shows(entityId, state)).state]).toEqual([entityId, state]);
  const { attributes } = await shows("sensor.ohmstead_saved", "2");
  expect(attributes).toMatchObject({ unit_of_measurement: "EUR", device_class: "monetary", state_class: "total" });
});

test("a switch there asks for a boost, tells its cost, and ends it", async () => {
  const target = { entity_id: "switch.ohmstead_boost_water_hot_water" };
  await homeAssistant.call("switch.turn_on", target);
  const { attributes } = await shows(target.entity_id, "on");
  expect(attributes).toMatchObject({ kind: "boostWater", device: "hot_water", extra_cost: 0.25, by: "homeassistant" });
  await homeAssistant.call("switch.turn_off", target);
  await shows(target.entity_id, "off");
  expect(overrides).toEqual([]);
});

test("E27 automatic off takes a device out of service, on gives it back", async () => {
  const target = { entity_id: "switch.ohmstead_automatic_battery" };
  await homeAssistant.call("switch.turn_off", target);
  await shows(target.entity_id, "off");
  expect(overrides).toMatchObject([{ kind: "deviceOff", deviceId: "battery" }]);
  await homeAssistant.call("switch.turn_on", target);
  await shows(target.entity_id, "on");
  expect(overrides).toEqual([]);
});

test("days of vacation are set as a number; the button plans again", async () => {
  await homeAssistant.call("number.set_value", { entity_id: "number.ohmstead_vacation_days", value: 2.5 });
  await shows("number.ohmstead_vacation_days", "2.5");
  expect(overrides).toMatchObject([{ kind: "vacation", untilMs: NOW_MS + 2.5 * 24 * 3_600_000 }]);
  await homeAssistant.call("button.press", { entity_id: "button.ohmstead_plan_again" });
  await untilSo(
    "it is planned again",
    10_000,
    async () => house.calls.some(([name]) => name === "replan") || undefined,
  );
});

test("E35 after a restart of Home Assistant all is there again", async () => {
  await homeAssistant.restart();
  await shows("number.ohmstead_vacation_days", "2.5");
  expect((await shows("switch.ohmstead_hold_battery", "off")).state).toBe("off");
});

test("when the optimizer goes, its entities are unavailable", async () => {
  await face.stop();
  expect((await shows("switch.ohmstead_hold_battery", "unavailable")).state).toBe("unavailable");
});
