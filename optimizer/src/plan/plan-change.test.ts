import type { DeviceIntents, Intent } from "@ohmstead/contract";
import { PlanChange } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { planChange } from "./plan-change.ts";

/** A battery that is told one thing until 10, and another from then on. */
const battery = (now: Intent, later: Intent = { kind: "selfUse" }, deviceId = "battery"): DeviceIntents => ({
  deviceId,
  deviceType: "battery",
  segments: [
    { startMs: 0, endMs: 10, intent: now, reason: "Because." },
    { startMs: 10, endMs: 20, intent: later, reason: "Because." },
  ],
});
const charge = (kw: number, untilSoc = 0.8): Intent => ({ kind: "charge", kw, untilSoc });
const hold: Intent = { kind: "hold" };

test("names what is done now otherwise than was meant for now, and what that is worth", () => {
  const change = planChange([battery(hold)], [battery(charge(3))], 5, 0.14);
  expect(change).toEqual({ gain: 0.14, actions: [{ deviceId: "battery", before: hold, after: charge(3) }] });
  expect(PlanChange.parse(change)).toEqual(change);
});

test("what the plan before had meant to do by now counts, not what it began with", () => {
  expect(planChange([battery(charge(3), hold)], [battery(hold)], 9, 0).actions).toHaveLength(1);
  expect(planChange([battery(charge(3), hold)], [battery(charge(3), hold)], 10, 0).actions).toEqual([]);
  expect(planChange([battery(charge(3), hold)], [battery(hold, hold)], 10, 0).actions).toEqual([]);
});

test("figures that moved a little are the same order", () => {
  expect(planChange([battery(charge(3))], [battery(charge(3.5, 0.84))], 5, 0).actions).toEqual([]);
  expect(planChange([battery(charge(3))], [battery(charge(3.6))], 5, 0).actions).toHaveLength(1);
  expect(planChange([battery(charge(3))], [battery(charge(3, 0.9))], 5, 0).actions).toHaveLength(1);
  const room = (tempC: number) => battery({ kind: "setpoint", tempC });
  expect(planChange([room(21)], [room(21.5)], 5, 0).actions).toEqual([]);
  expect(planChange([room(21)], [room(21.6)], 5, 0).actions).toHaveLength(1);
});

test("a device that only one of the plans knows, or whose plan has ended, was not changed", () => {
  const car = battery(charge(7), hold, "car");
  expect(planChange([battery(hold)], [battery(hold), car], 5, 0).actions).toEqual([]);
  expect(planChange([battery(hold), car], [battery(hold)], 5, 0).actions).toEqual([]);
  expect(planChange([battery(charge(3))], [battery(hold)], 20, 0).actions).toEqual([]);
});
