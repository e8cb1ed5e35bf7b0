import type { Expectation } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { describeUnmet, judgeAll, judgeExpectation, settingsAmong } from "./expectations.ts";
import { MINUTE, shows, switchIsOn, T0 } from "./testing/examples.ts";

const time = { acknowledgedAtMs: T0, nowMs: T0 + 1000, settleMs: 2 * MINUTE };
const near: Expectation = { test: "near", source: "number.power", value: 3000, tolerance: 10 };
const charging: Expectation = { test: "atLeast", source: "battery.powerKw", value: 1.5, fresh: true };
const chargingOrFull: Expectation = {
  test: "anyOf",
  facts: [
    { test: "atLeast", source: "battery.powerKw", value: 1.5, fresh: true },
    { test: "atLeast", source: "battery.soc", value: 0.9 },
  ],
};

test.each([
  { rule: "the asked word", expectation: switchIsOn, reading: { "switch.heater": "on" }, verdict: "met" },
  { rule: "another word", expectation: switchIsOn, reading: { "switch.heater": "off" }, verdict: "unmet" },
  { rule: "no reading", expectation: switchIsOn, reading: {}, verdict: "unknown" },
  { rule: "unavailable", expectation: switchIsOn, reading: { "switch.heater": "unavailable" }, verdict: "unknown" },
  { rule: "null", expectation: switchIsOn, reading: { "switch.heater": null }, verdict: "unknown" },
  { rule: "a number", expectation: near, reading: { "number.power": 3009 }, verdict: "met" },
  { rule: "a number as text", expectation: near, reading: { "number.power": "3000.0" }, verdict: "met" },
  { rule: "the tolerance itself", expectation: near, reading: { "number.power": 2990 }, verdict: "met" },
  { rule: "a number too far", expectation: near, reading: { "number.power": 3011 }, verdict: "unmet" },
  { rule: "no number at all", expectation: near, reading: { "number.power": "open" }, verdict: "unknown" },
  { rule: "a truth where a number is asked", expectation: near, reading: { "number.power": true }, verdict: "unknown" },
  { rule: "enough", expectation: charging, reading: { "battery.powerKw": 1.5 }, verdict: "met" },
  { rule: "too little", expectation: charging, reading: { "battery.powerKw": 1.4 }, verdict: "unmet" },
  {
    rule: "at most",
    expectation: { test: "atMost", source: "battery.powerKw", value: -1 } as const,
    reading: { "battery.powerKw": -0.9 },
    verdict: "unmet",
  },
  { rule: "one of two", expectation: chargingOrFull, reading: { "battery.soc": 0.95 }, verdict: "met" },
  {
    rule: "none of two",
    expectation: chargingOrFull,
    reading: { "battery.soc": 0.5, "battery.powerKw": 0 },
    verdict: "unmet",
  },
  { rule: "one not, one unknown", expectation: chargingOrFull, reading: { "battery.soc": 0.5 }, verdict: "unknown" },
])("$rule: $verdict", ({ expectation, reading, verdict }) => {
  expect(judgeExpectation(expectation, shows(reading), time)).toBe(verdict);
});

test.each([
  { rule: "a rise that is fast enough", risePerHour: 4, verdict: "met" },
  { rule: "a slower one", risePerHour: 1.9, verdict: "unmet" },
  { rule: "one that nobody has followed", risePerHour: undefined, verdict: "unknown" },
])("$rule: $verdict", ({ risePerHour, verdict }) => {
  const rises: Expectation = { test: "rises", source: "tank.tempC", perHour: 2, fresh: true };
  const readings = new Map([["tank.tempC", { value: 50, atMs: T0, risePerHour }]]);
  expect(judgeExpectation(rises, readings, time)).toBe(verdict);
  expect(describeUnmet([rises], readings, time)).toBe(
    verdict === "met"
      ? ""
      : `tank.tempC should rise by 2 per hour and ${risePerHour === undefined ? "is not known to" : "changes by 1.9"}`,
  );
});

test("a setting that was right already counts: nobody reports what does not change", () => {
  expect(judgeExpectation(switchIsOn, shows({ "switch.heater": "on" }, T0 - 60 * MINUTE), time)).toBe("met");
});

test("an effect measured before the acknowledgement proves nothing, until the device had time to do otherwise", () => {
  const before = shows({ "battery.powerKw": 3 }, T0 - 1);
  expect(judgeExpectation(charging, before, time)).toBe("unknown");
  expect(judgeExpectation(charging, before, { ...time, nowMs: T0 + 2 * MINUTE - 1 })).toBe("unknown");
  expect(judgeExpectation(charging, before, { ...time, nowMs: T0 + 2 * MINUTE })).toBe("met");
  expect(judgeExpectation(charging, shows({ "battery.powerKw": 3 }, T0), time)).toBe("met");
});

test("all must hold; what does not outweighs what is not known; without any there is nothing to prove", () => {
  expect(judgeAll([switchIsOn, near], shows({ "switch.heater": "on", "number.power": 3000 }), time)).toBe("met");
  expect(judgeAll([switchIsOn, near], shows({ "switch.heater": "on" }), time)).toBe("unknown");
  expect(judgeAll([switchIsOn, near], shows({ "switch.heater": "off" }), time)).toBe("unmet");
  expect(judgeAll([], shows({}), time)).toBe("met");
});

test("only settings can drift", () => {
  expect(settingsAmong([switchIsOn, charging, chargingOrFull, near])).toEqual([switchIsOn, near]);
});

test("says what is missing", () => {
  expect(
    describeUnmet([switchIsOn, near, chargingOrFull], shows({ "switch.heater": "off", "number.power": 3000 }), time),
  ).toBe(
    "switch.heater should be on and is off; " +
      "battery.powerKw should be at least 1.5 and is not known, or battery.soc should be at least 0.9 and is not known",
  );
  expect(describeUnmet([near, { test: "atMost", source: "a.b", value: 2 }], shows({ "number.power": 1 }), time)).toBe(
    "number.power should be about 3000 and is 1; a.b should be at most 2 and is not known",
  );
});
