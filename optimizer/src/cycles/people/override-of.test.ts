import { HomeConfig, type Intent, type NewOverride } from "@ohmstead/contract";
import { describe, expect, test } from "vitest";
import { InputError } from "../../domain/errors.ts";
import { overrideChoices } from "./override-choices.ts";
import { overrideOf, replacedBy } from "./override-of.ts";
import { demoHome, demoYaml, NOW_MS, wishOf } from "./testing/demo-day.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** A battery that can do all but hold. */
const cannotHold = (_deviceId: string, intent: Intent) =>
  intent.kind === "hold" ? 'kind: Battery cannot do "hold"; there is: selfUse, charge' : undefined;
const made = (wish: NewOverride, nowMs = NOW_MS) => overrideOf(wish, demoHome, nowMs, cannotHold);
const refusal = (wish: NewOverride, config = demoHome): string => {
  try {
    overrideOf(wish, config, NOW_MS, cannotHold);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  throw new Error("it was accepted");
};

test.each([
  ["boostHeat", 120 * MINUTE_MS],
  ["boostWater", 120 * MINUTE_MS],
  ["batteryHold", 120 * MINUTE_MS],
  ["guests", DAY_MS],
] as const)("%s holds for its usual time, of the only device there is", (kind, lengthMs) => {
  const override = made({ kind });
  expect(override.untilMs - NOW_MS).toBe(lengthMs);
  expect(override).toMatchObject({ kind, origin: "person", by: "api", createdAtMs: NOW_MS });
});

test("a device driven by hand is left alone for two hours, one out of service for a month", () => {
  expect(made({ kind: "manual", deviceId: "battery" }).untilMs - NOW_MS).toBe(120 * MINUTE_MS);
  expect(made({ kind: "deviceOff", deviceId: "immersion_upper" }).untilMs - NOW_MS).toBe(30 * DAY_MS);
});

test("quiet lasts until seven of the next morning on the clock on the wall", () => {
  const seven = Date.UTC(2024, 0, 6, 5); // Helsinki
  expect(made({ kind: "quietHours" })).toMatchObject({ deviceId: "heat_pump", untilMs: seven });
  expect(made({ kind: "quietHours" }, seven - MINUTE_MS).untilMs).toBe(seven);
  expect(made({ kind: "quietHours" }, seven).untilMs).toBe(seven + DAY_MS);
});

test("what is said goes before what is usual", () => {
  const untilMs = NOW_MS + 7 * DAY_MS;
  expect(made({ kind: "vacation", untilMs, by: "dashboard" })).toEqual({
    kind: "vacation",
    createdAtMs: NOW_MS,
    untilMs,
    origin: "person",
    by: "dashboard",
  });
  expect(made({ kind: "boostWater", minutes: 30, tempC: 60, origin: "automation" })).toMatchObject({
    untilMs: NOW_MS + 30 * MINUTE_MS,
    tempC: 60,
    origin: "automation",
  });
});

describe("a wish that cannot be used is refused with what there is", () => {
  test.each<[string, NewOverride, string]>([
    [
      "a device that is not there",
      { kind: "boostWater", deviceId: "pool" },
      '"pool" cannot be used for boostWater; there is: hot_water',
    ],
    [
      "a device of another kind",
      { kind: "batteryHold", deviceId: "hot_water" },
      '"hot_water" cannot be used for batteryHold; there is: battery',
    ],
    [
      "no device where there are several",
      { kind: "manual" },
      "deviceId is missing: say which for manual; there is: battery, roof, living_room, hot_water, heat_pump, immersion_upper, immersion_lower",
    ],
    ["a device for the whole house", { kind: "guests", deviceId: "battery" }, "deviceId is not for guests"],
    [
      "two ends",
      { kind: "guests", minutes: 5, untilMs: NOW_MS + 1 },
      "untilMs and minutes say the same: write one of them",
    ],
    ["a vacation without its return", { kind: "vacation" }, "untilMs is missing: a vacation needs its end"],
    ["an end that is over", { kind: "vacation", untilMs: NOW_MS }, "untilMs is over already"],
    ["an end in years", { kind: "vacation", untilMs: NOW_MS + 400 * DAY_MS }, "untilMs is more than a year away"],
    ["a goal for what has none", { kind: "guests", tempC: 50 }, "tempC is not for guests"],
    [
      "a tank hotter than it may be",
      { kind: "boostWater", tempC: 79 },
      "tempC is above what hot_water may ever have: at most 75 °C",
    ],
    ["a room like an oven", { kind: "boostHeat", tempC: 45 }, "at most 30 °C"],
  ])("%s", (_, wish, message) => expect(refusal(wish)).toContain(message));

  test("a house without such a device", () =>
    expect(refusal({ kind: "batteryHold" }, HomeConfig.parse({ ...demoYaml, batteries: [] }))).toContain(
      "there is: nothing",
    ));
});

test("the newer takes the place of the older of its kind and device, and of no other", () => {
  const older = wishOf("boostWater", 1, { id: "a", deviceId: "hot_water" });
  const other = wishOf("boostWater", 1, { id: "b", deviceId: "second" });
  const held = wishOf("batteryHold", 1, { id: "c", deviceId: "hot_water" });
  const guests = wishOf("guests", 1, { id: "d" });
  expect(replacedBy(older, [older, other, held, guests])).toEqual([older]);
  expect(replacedBy({ kind: "guests" }, [older, other, held, guests])).toEqual([guests]);
});

test("the choices of a house name every device that each kind can be about, with what is usual", () => {
  const choices = overrideChoices(demoHome, NOW_MS);
  const ofKind = (kind: string) => choices.filter((each) => each.kind === kind).map(({ deviceId }) => deviceId);
  expect(ofKind("boostHeat")).toEqual(["living_room"]);
  expect(ofKind("quietHours")).toEqual(["heat_pump"]);
  expect(ofKind("vacation")).toEqual([undefined]);
  expect(ofKind("deviceOff")).toHaveLength(7);
  expect(choices.find(({ kind }) => kind === "boostWater")).toEqual({
    kind: "boostWater",
    deviceId: "hot_water",
    deviceName: "Hot water",
    deviceType: "tank",
    minutes: 120,
    tempC: 55,
    currency: "EUR",
  });
  expect(choices.find(({ kind }) => kind === "vacation")).toEqual({ kind: "vacation", currency: "EUR" });
});

test("every choice can be asked for as it stands, but for a vacation's return", () => {
  for (const { kind, deviceId, minutes = 600, tempC } of overrideChoices(demoHome, NOW_MS))
    expect(made({ kind, deviceId, minutes, tempC })).toMatchObject({ kind });
});

test("by hand a person may say what the device does meanwhile; what it cannot do is refused with what it can", () => {
  const charge: Intent = { kind: "charge", kw: 2, untilSoc: 0.9 };
  expect(made({ kind: "manual", deviceId: "battery", intent: charge })).toMatchObject({ intent: charge });
  expect(refusal({ kind: "manual", deviceId: "battery", intent: { kind: "hold" } })).toContain(
    'intent.kind Battery cannot do "hold"; there is: selfUse, charge',
  );
  expect(refusal({ kind: "boostWater", intent: charge })).toContain("intent is not for boostWater");
});
