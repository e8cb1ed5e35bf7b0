import { HomeFields, type Intent } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { commandSettings } from "./settings.ts";
import { aPlan, MINUTE, T0, usualSettings } from "./testing/examples.ts";
import { sameIntent, wantedOf } from "./wanted.ts";

const rounded = (intent: Intent): Intent =>
  intent.kind === "setpoint" ? { ...intent, tempC: Math.round(intent.tempC) } : intent;

const plan = aPlan({
  room: [
    [0, 30, { kind: "setpoint", tempC: 20.6 }],
    [30, 60, { kind: "setpoint", tempC: 21.2 }],
    [60, 90, { kind: "setpoint", tempC: 19 }],
    [120, 150, { kind: "setpoint", tempC: 19 }],
  ],
});

test("takes the segment of the moment, as far as the device sees no difference", () => {
  expect(wantedOf(plan, "room", T0 + 10 * MINUTE, rounded)).toEqual({
    planned: { kind: "setpoint", tempC: 20.6 },
    intent: { kind: "setpoint", tempC: 21 },
    reason: "it is time for setpoint",
    planId: "plan-1",
    untilMs: T0 + 60 * MINUTE,
  });
  expect(wantedOf(plan, "room", T0 + 60 * MINUTE, rounded)).toMatchObject({
    intent: { tempC: 19 },
    untilMs: T0 + 90 * MINUTE, // the next one is not joined: it does not follow at once
  });
});

test("wants nothing in a gap, for an unknown device, or of a plan that is over", () => {
  expect(wantedOf(plan, "room", T0 + 100 * MINUTE, rounded)).toBeUndefined();
  expect(wantedOf(plan, "room", T0 - 1, rounded)).toBeUndefined();
  expect(wantedOf(plan, "cellar", T0, rounded)).toBeUndefined();
  expect(wantedOf({ ...plan, validUntilMs: T0 }, "room", T0, rounded)).toBeUndefined();
});

test("intents are equal by their content", () => {
  expect(sameIntent({ kind: "charge", kw: 1, untilSoc: 0.5 }, { untilSoc: 0.5, kind: "charge", kw: 1 })).toBe(true);
  expect(sameIntent({ kind: "charge", kw: 1, untilSoc: 0.5 }, { kind: "discharge", kw: 1, untilSoc: 0.5 })).toBe(false);
  expect(sameIntent({ kind: "on" }, { kind: "heatTo", tempC: 50 })).toBe(false);
});

test("limits on an answer are the config's, and some real time on a fast clock", () => {
  expect(usualSettings).toMatchObject({ acknowledgeWithinMs: 120_000, verifyWithinMs: 600_000, firstRetryMs: 5000 });
  expect(
    commandSettings(HomeFields.shape.commands.parse({ acknowledgeWithinS: 60 }), 600, () => 0.5).acknowledgeWithinMs,
  ).toBe(2000 * 600);
});
