import { describe, expect, test } from "vitest";
import { newCommand } from "./life.ts";
import { isAlreadySo, lookAt, type LookedAt, renewalOf, type Watch } from "./reconcile.ts";
import type { LatestReading } from "./readings.ts";
import { anOrder, MINUTE, switchIsOn, T0, usualSettings as settings } from "./testing/examples.ts";
import type { Wanted } from "./wanted.ts";

const OFF = { test: "equals", source: "switch.heater", value: "off" } as const;
const lookedAt = (change: Partial<LookedAt> = {}): LookedAt => ({
  command: { ...newCommand(anOrder), state: "verified" },
  othersWanted: [],
  safe: [],
  expiresAtMs: undefined,
  ...change,
});
const shown = (value: string | null, change: Partial<LatestReading> = {}) =>
  new Map([["switch.heater", { value, atMs: T0 + 10 * MINUTE, ...change }]]);
const at = (minutes: number) => T0 + minutes * MINUTE;
/** Looked at when it changes, and again half a minute later. */
const lookTwice = (readings: ReturnType<typeof shown>, change: Partial<LookedAt> = {}) => {
  const first = lookAt(lookedAt(change), {}, readings, at(10), settings);
  return { first, second: lookAt(lookedAt(change), first.watch, readings, at(10.5), settings) };
};

const measured = (atMs: number) =>
  new Map([
    ["switch.heater", { value: "on", atMs: T0 }],
    ["heater.powerKw", { value: 2, atMs }],
  ]);
const wanted = (untilMinutes: number, kind: "on" | "off" = "on"): Wanted => ({
  planned: { kind },
  intent: { kind },
  reason: "",
  planId: "p",
  untilMs: at(untilMinutes),
});

test("what is as it was made is fine, and whatever was noticed before is forgotten", () => {
  const before: Watch = { differsSinceMs: T0 };
  expect(lookAt(lookedAt(), before, shown("on"), at(10), settings)).toEqual({ watch: {}, finding: { kind: "fine" } });
});

describe("what differs is suspect for half a minute; then it was", () => {
  test.each([
    {
      rule: "E24 somebody's hand",
      readings: shown("off"),
      kind: "override",
      says: "somebody changed it: switch.heater should be on and is off",
    },
    {
      rule: "E24 a person's, where Home Assistant tells so",
      readings: shown("off", { changedBy: "person" }),
      kind: "override",
      says: /^a person in Home Assistant changed it/,
    },
    {
      rule: "E28 an automation's",
      readings: shown("off", { changedBy: "automation" }),
      kind: "override",
      says: /^an automation changed it/,
    },
    {
      rule: "E19 the device's own, when it was away just before",
      readings: shown("off", { backSinceMs: at(10) }),
      kind: "drift",
      says: /^it was away and came back otherwise/,
    },
    {
      rule: "E24 a hand again, long after it was away",
      readings: shown("off", { backSinceMs: at(7) }),
      kind: "override",
      says: /^somebody/,
    },
    {
      rule: "E24 an earlier order of ours",
      readings: shown("off"),
      change: { othersWanted: [[OFF]] },
      kind: "drift",
      says: /^an earlier order took effect late/,
    },
    {
      rule: "what Home Assistant's own restart has changed",
      readings: shown("off"),
      change: { houseBackMs: at(10) },
      kind: "drift",
      says: /^Home Assistant was away and came back/,
    },
    {
      rule: "a hand right after that restart",
      readings: shown("off"),
      change: { houseBackMs: at(9.9) },
      kind: "override",
      says: /^somebody/,
    },
    {
      rule: "E36 the device's own timer",
      readings: shown("off"),
      change: { safe: [OFF], expiresAtMs: at(9) },
      kind: "drift",
      says: /^its own timer ended/,
    },
    {
      rule: "a hand before the timer was over",
      readings: shown("off"),
      change: { safe: [OFF], expiresAtMs: at(30) },
      kind: "override",
      says: /^somebody/,
    },
  ])("$rule: $kind", ({ readings, change, kind, says }) => {
    const { first, second } = lookTwice(readings, change);
    expect(first.finding).toEqual({ kind: "suspect" });
    expect(second.finding).toMatchObject({ kind, detail: expect.stringMatching(says) });
  });
});

test("E14 what nobody can tell is silent, unknown after five minutes, and said once", () => {
  const gone = shown("on", { goneSinceMs: at(10) });
  const first = lookAt(lookedAt(), {}, gone, at(10), settings);
  const later = lookAt(lookedAt(), first.watch, gone, at(15), settings);
  const again = lookAt(lookedAt(), later.watch, gone, at(60), settings);
  expect([first, later, again].map(({ finding }) => finding.kind)).toEqual(["silent", "unknown", "silent"]);
});

describe("already so", () => {
  const power = { test: "atLeast", source: "heater.powerKw", value: 1, fresh: true } as const;
  const both = [switchIsOn, power];
  test.each([
    {
      rule: "a setting as it was last told, and an effect measured just now",
      expectations: both,
      readings: measured(at(59)),
      so: true,
    },
    { rule: "an effect measured long ago", expectations: both, readings: measured(at(50)), so: false },
    { rule: "a setting alone", expectations: [switchIsOn], readings: shown("on"), so: true },
    { rule: "another setting", expectations: [switchIsOn], readings: shown("off"), so: false },
    {
      rule: "E35 what is unavailable at the moment",
      expectations: [switchIsOn],
      readings: shown("on", { goneSinceMs: at(59) }),
      so: false,
    },
    { rule: "nothing to see", expectations: [], readings: shown("on"), so: false },
  ])("$rule: $so", ({ expectations, readings, so }) => {
    expect(isAlreadySo(expectations, readings, at(60), settings)).toBe(so);
  });
});

describe("a device that returns to its safe state by itself after an hour", () => {
  const device = { expiresAfterMs: 60 * MINUTE, safeIntent: { kind: "off" } as const };
  test.each([
    {
      rule: "is told again after three quarters, where the order is to last longer",
      now: 45,
      until: 90,
      renewed: true,
    },
    { rule: "not before", now: 44, until: 90, renewed: false },
    { rule: "not where its timer is what ends the order in time", now: 50, until: 60, renewed: false },
  ])("$rule", ({ now, until, renewed }) => {
    expect(renewalOf(device, T0, wanted(until), at(now)) !== undefined).toBe(renewed);
  });
  test("nor where it is in its safe state anyhow, nor one without a timer", () => {
    expect(renewalOf(device, T0, wanted(90, "off"), at(50))).toBeUndefined();
    expect(renewalOf({ safeIntent: { kind: "off" } }, T0, wanted(90), at(50))).toBeUndefined();
  });
});
