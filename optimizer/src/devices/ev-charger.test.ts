import type { Intent } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { judgeAll } from "../commands/expectations.ts";
import { isSameOrder } from "../commands/same-order.ts";
import { shows, T0 } from "../commands/testing/examples.ts";
import type { DeviceDeps } from "./device.ts";
import { evCharger } from "./ev-charger.ts";
import { refusalOf } from "./refusal-of.ts";

const settings = { kind: "ev-charger", switchEntity: "switch.charger", currentEntity: "number.current", phases: 3 };
const deps: DeviceDeps = {
  deviceId: "car",
  name: "Car",
  deviceType: "ev",
  limits: { maxChargeKw: 11, minSoc: 0.2, maxSoc: 0.9 },
  signals: { power: "car.powerKw", soc: "car.soc", connected: "car.connected" },
};
const charger = evCharger.create(settings, deps);
const charge = (kw: number, untilSoc = 1): Intent => ({ kind: "charge", kw, untilSoc });

test("sets the current, then lets the car charge", () => {
  expect(charger.translate(charge(6.9))).toEqual([
    { action: "number.set_value", target: { entity_id: "number.current" }, data: { value: 10 } },
    { action: "switch.turn_on", target: { entity_id: "switch.charger" }, data: {} },
  ]);
  expect(charger.translate({ kind: "stop" })).toEqual([
    { action: "switch.turn_off", target: { entity_id: "switch.charger" }, data: {} },
  ]);
});

test.each<{ rule: string; asked: Intent; given: Intent }>([
  { rule: "whole amperes, downwards", asked: charge(7.4), given: charge(6.9) },
  { rule: "no more than the car's 11 kW", asked: charge(22), given: charge(10.35) },
  { rule: "no less than 6 A", asked: charge(3), given: charge(4.14) },
  { rule: "too little is none", asked: charge(1.9), given: { kind: "stop" } },
  { rule: "the plan stops at the goal", asked: charge(6.9, 0.8), given: charge(6.9) },
])("$rule", ({ asked, given }) => {
  expect(charger.normalise(asked)).toEqual(given);
});

test("a goal that moves is no new order, an ampere is", () => {
  expect(isSameOrder(charge(6.9), charge(6.9, 0.6), charger.resolution)).toBe(true);
  expect(isSameOrder(charge(6.9), charge(7.4, 0.6), charger.resolution)).toBe(true);
  expect(isSameOrder(charge(6.9), charge(7.6, 0.6), charger.resolution)).toBe(false);
});

test("E21 it declares the least and the most it can charge with", () => {
  expect(charger.capabilities).toEqual({ intents: ["charge", "stop"], minChargeKw: 4.14, maxChargeKw: 10.35 });
  const onePhase = evCharger.create({ ...settings, phases: 1, maxCurrentA: 32 }, deps);
  expect(onePhase.capabilities).toMatchObject({ minChargeKw: 1.38, maxChargeKw: 7.36 });
});

test("E21 what it cannot do is refused with what it can", () => {
  expect(refusalOf(charger, { kind: "discharge", kw: 3, untilSoc: 0.5 })).toBe(
    'kind: Car cannot do "discharge" with control kind "ev-charger"; there is: charge, stop',
  );
  expect(refusalOf(charger, charge(22))).toBe("kw: Car cannot do 22; the nearest it can is 10.35");
  expect(refusalOf(charger, charge(1))).toContain("the nearest it can is stop");
  expect(refusalOf(charger, charge(7, 0.8))).toBeUndefined();
});

const set = { "switch.charger": "on", "number.current": 10 };
test.each<{ rule: string; intent: Intent; readings: Record<string, string | number>; verdict: string }>([
  { rule: "the car takes power", intent: charge(6.9), readings: { ...set, "car.powerKw": 3.6 }, verdict: "met" },
  {
    rule: "E17 it takes none",
    intent: charge(6.9),
    readings: { ...set, "car.powerKw": 0, "car.soc": 0.5, "car.connected": 1 },
    verdict: "unmet",
  },
  {
    rule: "it takes none because it is full",
    intent: charge(6.9),
    readings: { ...set, "car.powerKw": 0, "car.soc": 0.9, "car.connected": 1 },
    verdict: "met",
  },
  {
    rule: "it takes none because it is gone",
    intent: charge(6.9),
    readings: { ...set, "car.powerKw": 0, "car.soc": 0.5, "car.connected": 0 },
    verdict: "met",
  },
  {
    rule: "stopped",
    intent: { kind: "stop" },
    readings: { "switch.charger": "off", "car.powerKw": 0.01 },
    verdict: "met",
  },
  {
    rule: "E17 stopped, and it goes on",
    intent: { kind: "stop" },
    readings: { "switch.charger": "off", "car.powerKw": 6.8 },
    verdict: "unmet",
  },
])("$rule: $verdict", ({ intent, readings, verdict }) => {
  const time = { acknowledgedAtMs: T0, nowMs: T0, settleMs: 120_000 };
  expect(judgeAll(charger.expects(intent), shows(readings), time)).toBe(verdict);
});

test("when nobody decides the car charges as it likes, or not at all", () => {
  expect(charger.safeIntent).toEqual(charge(10.35));
  expect(evCharger.create({ ...settings, safe: "stop" }, deps).safeIntent).toEqual({ kind: "stop" });
});
