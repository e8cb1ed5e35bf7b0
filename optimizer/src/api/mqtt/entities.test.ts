import type { Override, OverrideChoice } from "@ohmstead/contract";
import { describe, expect, test } from "vitest";
import { anOverride, aPlan, aRecommendation, NOW_MS } from "../../../../tests/support/appliance-fake.ts";
import { overrideChoices } from "../../cycles/people/override-choices.ts";
import { demoHome } from "../../cycles/people/testing/demo-day.ts";
import { BadPayload } from "./ask.ts";
import { discoveryOf, entityIdIn } from "./discovery.ts";
import { entitiesOf, type World } from "./entities.ts";

const choices: readonly OverrideChoice[] = overrideChoices(demoHome, NOW_MS);
const entities = entitiesOf(choices);
const world = (more: Partial<World> = {}): World => ({
  nowMs: NOW_MS,
  recommendation: aRecommendation,
  overrides: [],
  health: { status: "ok", nowMs: NOW_MS, version: "1", checks: [] },
  plan: aPlan,
  savings: undefined,
  ...more,
});
const entity = (id: string) => {
  const found = entities.find((each) => each.id === id);
  if (!found) throw new Error(`no entity ${id}; there is: ${entities.map((each) => each.id).join(", ")}`);
  return found;
};
const stateOf = (id: string, more: Partial<World> = {}) => entity(id).state?.(world(more));
const attributesOf = (id: string, more: Partial<World> = {}) => entity(id).attributes?.(world(more));
const ask = (id: string, payload: string, active: readonly Override[] = []) => entity(id).ask?.(payload, active);
const wish = (kind: Override["kind"], deviceId?: string): Override => ({
  ...anOverride,
  id: `${kind}-1`,
  kind,
  deviceId,
  untilMs: NOW_MS + 36 * 3_600_000,
  extraCost: 0.4567,
});

test("a house has a switch for each wish, a mode for each device, and its own state", () => {
  expect(entities.map(({ id }) => id).toSorted()).toMatchInlineSnapshot(`
    [
      "automatic_battery",
      "automatic_heat_pump",
      "automatic_hot_water",
      "automatic_immersion_lower",
      "automatic_immersion_upper",
      "automatic_living_room",
      "automatic_roof",
      "boost_heat_living_room",
      "boost_water_hot_water",
      "by_hand_battery",
      "by_hand_heat_pump",
      "by_hand_hot_water",
      "by_hand_immersion_lower",
      "by_hand_immersion_upper",
      "by_hand_living_room",
      "by_hand_roof",
      "doing",
      "guests",
      "hold_battery",
      "makeshift_plan",
      "mode_battery",
      "mode_hot_water",
      "mode_immersion_lower",
      "mode_immersion_upper",
      "mode_living_room",
      "mode_roof",
      "plan_again",
      "problem",
      "quiet_heat_pump",
      "saved",
      "vacation_days",
      "wishes_cost",
    ]
  `);
});

describe("switches", () => {
  test.each([
    ["boost_water_hot_water", "boostWater", "hot_water"],
    ["boost_heat_living_room", "boostHeat", "living_room"],
    ["hold_battery", "batteryHold", "battery"],
    ["by_hand_roof", "manual", "roof"],
    ["quiet_heat_pump", "quietHours", "heat_pump"],
    ["guests", "guests", undefined],
  ] as const)("%s asks when it is switched on, and ends when it is switched off", (id, kind, deviceId) => {
    expect(ask(id, "ON")).toEqual({
      kind: "add",
      wish: { kind, by: "homeassistant", ...(deviceId === undefined ? {} : { deviceId }) },
    });
    const active = [wish(kind, deviceId), wish("vacation")];
    expect(ask(id, "OFF", active)).toEqual({ kind: "end", ids: [`${kind}-1`] });
    expect([stateOf(id), stateOf(id, { overrides: active })]).toEqual(["OFF", "ON"]);
  });

  test("automatic is on by itself: off takes the device out of service", () => {
    const overrides = [wish("deviceOff", "battery")];
    expect([stateOf("automatic_battery"), stateOf("automatic_battery", { overrides })]).toEqual(["ON", "OFF"]);
    expect(ask("automatic_battery", "OFF")).toMatchObject({
      kind: "add",
      wish: { kind: "deviceOff", deviceId: "battery" },
    });
    expect(ask("automatic_battery", "ON", overrides)).toEqual({ kind: "end", ids: ["deviceOff-1"] });
  });

  test("one that is on tells its end and what it costs", () =>
    expect(attributesOf("hold_battery", { overrides: [wish("batteryHold", "battery")] })).toEqual({
      kind: "batteryHold",
      device: "battery",
      until: "2024-01-06T22:00:00.000Z",
      extra_cost: 0.46,
      origin: "person",
    }));
});

test("days of vacation: set, changed, and zero to be back", () => {
  const overrides = [wish("vacation")];
  expect([stateOf("vacation_days"), stateOf("vacation_days", { overrides })]).toEqual(["0", "1.5"]);
  expect(ask("vacation_days", "2.5")).toMatchObject({ wish: { kind: "vacation", minutes: 3600 } });
  expect(ask("vacation_days", "0", overrides)).toEqual({ kind: "end", ids: ["vacation-1"] });
});

test.each([
  ["hold_battery", "on", "write ON or OFF"],
  ["hold_battery", "", "write ON or OFF"],
  ["vacation_days", "a week", "write 0 to 60"],
  ["vacation_days", "", "write 0 to 60"],
  ["vacation_days", "-1", "write 0 to 60"],
  ["vacation_days", "1e9", "write 0 to 60"],
  ["plan_again", "ON", "write PRESS"],
])("%s does not take %o, and says what to write", (id, payload, says) => {
  expect(() => ask(id, payload)).toThrow(BadPayload);
  expect(() => ask(id, payload)).toThrow(says);
});

test("a device's mode has its reason; one that is left alone says why it has none", () => {
  expect(stateOf("mode_battery")).toBe("hold");
  expect(attributesOf("mode_battery")).toMatchObject({ reason: "The evening is dearer." });
  const alone = { recommendation: { ...aRecommendation, devices: [] }, overrides: [wish("manual", "battery")] };
  expect(stateOf("mode_battery", alone)).toBe("manual");
  expect(attributesOf("mode_battery", alone)).toEqual({ reason: "left alone" });
});

test("problems, a makeshift plan and money", () => {
  expect([stateOf("problem"), stateOf("makeshift_plan"), stateOf("saved")]).toEqual(["OFF", "OFF", undefined]);
  const checks = [{ name: "prices", status: "warning", detail: "old" }] as const;
  const ill = { health: { status: "warning", nowMs: NOW_MS, version: "1", checks } } as const;
  expect([stateOf("problem", ill), attributesOf("problem", ill)]).toMatchObject(["ON", { checks: ["prices: old"] }]);
  expect(stateOf("makeshift_plan", { plan: { ...aPlan, rung: "rules" } })).toBe("ON");
  expect(stateOf("makeshift_plan", { plan: undefined })).toBeUndefined();
  expect(stateOf("wishes_cost", { overrides: [wish("guests"), wish("vacation")] })).toBe("0.91");
  const recommendation = { ...aRecommendation, headline: "x".repeat(300) };
  expect(stateOf("doing", { recommendation })).toHaveLength(255);
});

test("the discovery message: one device, stable unique ids, where each entity is told and commanded", () => {
  const setup = {
    topicPrefix: "home/ohmstead",
    discoveryPrefix: "homeassistant",
    homeName: "Elm Road",
    version: "1",
    entities,
  };
  const { topic, payload } = discoveryOf(setup);
  expect(topic).toBe("homeassistant/device/home_ohmstead/config");
  const message = JSON.parse(payload);
  expect(message).toMatchObject({
    device: { identifiers: ["home_ohmstead"], name: "Ohmstead Elm Road" },
    origin: { name: "Ohmstead" },
    availability_topic: "home/ohmstead/status",
  });
  expect(message.components.hold_battery).toEqual({
    platform: "switch",
    unique_id: "home_ohmstead_hold_battery",
    name: "Battery hold",
    default_entity_id: "switch.ohmstead_hold_battery",
    object_id: "ohmstead_hold_battery",
    icon: "mdi:battery-lock",
    state_topic: "home/ohmstead/entities/hold_battery/state",
    json_attributes_topic: "home/ohmstead/entities/hold_battery/attributes",
    command_topic: "home/ohmstead/entities/hold_battery/set",
    qos: 1,
  });
  expect(message.components.plan_again.state_topic).toBeUndefined();
  const ids = Object.values<{ unique_id: string }>(message.components).map(({ unique_id }) => unique_id);
  expect(new Set(ids).size).toBe(entities.length);
  expect(entityIdIn("home/ohmstead", message.components.hold_battery.command_topic)).toBe("hold_battery");
  expect(entityIdIn("home/ohmstead", "home/ohmstead/status")).toBeUndefined();
});
