import type { Command, Intent } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { decide, type Situation } from "./decide.ts";
import { newCommand } from "./life.ts";
import { anOrder, MINUTE, T0, usualSettings as settings } from "./testing/examples.ts";
import type { Wanted } from "./wanted.ts";

const resolution = { kw: 0.1, soc: 0.01, tempC: 0.5 };
const wanted = (intent: Intent, untilMs = T0 + 60 * MINUTE, planned = intent): Wanted => ({
  planned,
  intent,
  reason: "cheap",
  planId: "plan-2",
  untilMs,
});
const command = (state: Command["state"], change: Partial<Command> = {}): Command => ({
  ...newCommand(anOrder),
  state,
  ...change,
});
const usedUp: Situation["mayWrite"] = {
  usual: { ok: false, untilMs: T0 + 60 * MINUTE, limit: "day", reason: "20 of 24 writes of this day are used up" },
  urgent: { ok: true },
};
const situation = (change: Partial<Situation>): Situation => ({
  newest: undefined,
  wanted: undefined,
  resolution,
  origin: { kind: "plan" },
  safeIntent: { kind: "off" },
  handsOff: undefined,
  isSuspect: false,
  drift: undefined,
  renewal: undefined,
  breakerOpen: undefined,
  mayWrite: { usual: { ok: true }, urgent: { ok: true } },
  ...change,
});

test.each([
  { rule: "nothing wanted, nothing there", in: {}, outcome: "leave" },
  { rule: "the first wish is ordered", in: { wanted: wanted({ kind: "on" }) }, outcome: "order" },
  {
    rule: "the same intent is not ordered twice",
    in: { newest: command("sent"), wanted: wanted({ kind: "on" }) },
    outcome: "leave",
  },
  {
    rule: "a proved command goes on with the next plan, past its own time",
    in: { newest: command("verified", { validUntilMs: T0 - 1 }), wanted: wanted({ kind: "on" }) },
    outcome: "leave",
  },
  {
    rule: "another intent replaces the live one",
    in: { newest: command("verified"), wanted: wanted({ kind: "off" }) },
    outcome: "order",
  },
  {
    rule: "a stretch that is nearly over is not worth an order",
    in: { newest: command("verified"), wanted: wanted({ kind: "off" }, T0 + 29_999) },
    outcome: "leave",
  },
  {
    rule: "neither is it when nothing is there",
    in: { wanted: wanted({ kind: "off" }, T0 + 29_999) },
    outcome: "leave",
  },
  {
    rule: "a proved command whose time is over ends when no plan says more",
    in: { newest: command("verified", { validUntilMs: T0 }) },
    outcome: "end",
  },
  {
    rule: "one still valid goes on without a plan",
    in: { newest: command("verified", { validUntilMs: T0 + 1 }) },
    outcome: "leave",
  },
  {
    rule: "what the device's own timer would end too soon is ordered again",
    in: { newest: command("verified"), wanted: wanted({ kind: "on" }), renewal: "its timer would end it" },
    outcome: "order",
  },
  {
    rule: "E16 what failed because the device was away is ordered at once when it is back",
    in: { newest: command("failed", { failure: "unreachable" }), wanted: wanted({ kind: "on" }) },
    outcome: "order",
  },
  {
    rule: "what does not hold any more is ordered again",
    in: { newest: command("verified"), wanted: wanted({ kind: "on" }), drift: "it came back otherwise" },
    outcome: "order",
  },
  {
    rule: "while it is not clear who changed it, nothing is ordered",
    in: { newest: command("verified"), wanted: wanted({ kind: "off" }), isSuspect: true },
    outcome: "leave",
  },
  {
    rule: "E27 nothing is ordered of a device that a person has",
    in: { wanted: wanted({ kind: "on" }), handsOff: "a person drives it" },
    outcome: "leave",
  },
  {
    rule: "E27 and what was under way ends",
    in: { newest: command("sent"), wanted: wanted({ kind: "on" }), handsOff: "a person drives it" },
    outcome: "end",
  },
  {
    rule: "E01 a device whose breaker is open is left alone",
    in: { newest: command("verified"), wanted: wanted({ kind: "off" }), breakerOpen: "attempt 5 of 5: timeout" },
    outcome: "leave",
  },
  {
    rule: "E22 the plan waits when the budget is used up",
    in: { newest: command("verified", { intent: { kind: "off" } }), wanted: wanted({ kind: "on" }), mayWrite: usedUp },
    outcome: "leave",
  },
  {
    rule: "E22 the safe state does not",
    in: { newest: command("verified"), wanted: wanted({ kind: "off" }), mayWrite: usedUp },
    outcome: "order",
  },
  {
    rule: "E22 E28 nor does a person",
    in: {
      newest: command("verified", { intent: { kind: "off" } }),
      wanted: wanted({ kind: "on" }),
      origin: { kind: "person", detail: "boostWater" },
      mayWrite: usedUp,
    },
    outcome: "order",
  },
  {
    rule: "a dead letter rests like any failure",
    in: { newest: command("deadLettered", { deadLetter: "open" }), wanted: wanted({ kind: "on" }) },
    outcome: "leave",
  },
  {
    rule: "until a person has it tried once more",
    in: { newest: command("deadLettered", { deadLetter: "replayed" }), wanted: wanted({ kind: "on" }) },
    outcome: "order",
  },
  {
    rule: "what failed is not tried again at once",
    in: { newest: command("failed"), wanted: wanted({ kind: "on" }) },
    outcome: "leave",
  },
  {
    rule: "but after half an hour",
    in: { newest: command("failed", { changedAtMs: T0 - 30 * MINUTE }), wanted: wanted({ kind: "on" }) },
    outcome: "order",
  },
  {
    rule: "or in the next stretch",
    in: { newest: command("failed", { validUntilMs: T0 }), wanted: wanted({ kind: "on" }) },
    outcome: "order",
  },
  {
    rule: "or when something else is wanted",
    in: { newest: command("failed"), wanted: wanted({ kind: "off" }) },
    outcome: "order",
  },
  {
    rule: "what expired is ordered anew while it is wanted",
    in: { newest: command("expired"), wanted: wanted({ kind: "on" }) },
    outcome: "order",
  },
  {
    rule: "what was completed is ordered anew when it is wanted again",
    in: { newest: command("completed"), wanted: wanted({ kind: "on" }) },
    outcome: "order",
  },
] satisfies { rule: string; in: Partial<Situation>; outcome: string }[])(
  "$rule: $outcome",
  ({ in: change, outcome }) => {
    expect(decide(situation(change), T0, settings).kind).toBe(outcome);
  },
);

const charging = (kw: number, untilSoc = 0.8): Intent => ({ kind: "charge", kw, untilSoc });
test.each([
  {
    rule: "a wish that rounds to the live order",
    live: charging(2.3),
    intent: charging(2.3),
    planned: charging(2.34),
    outcome: "leave",
  },
  {
    rule: "one that rounds to its neighbour",
    live: charging(2.3),
    intent: charging(2.4),
    planned: charging(2.36),
    outcome: "leave",
  },
  {
    rule: "one clearly nearer to the neighbour",
    live: charging(2.3),
    intent: charging(2.4),
    planned: charging(2.38),
    outcome: "order",
  },
  {
    rule: "one beyond the device's limit",
    live: charging(5),
    intent: charging(5),
    planned: charging(7),
    outcome: "leave",
  },
  {
    rule: "another goal",
    live: charging(2, 0.8),
    intent: charging(2, 0.82),
    planned: charging(2, 0.82),
    outcome: "order",
  },
  {
    rule: "a set-point half a step away",
    live: { kind: "setpoint", tempC: 21 } as const,
    intent: { kind: "setpoint", tempC: 21.5 } as const,
    planned: { kind: "setpoint", tempC: 21.3 } as const,
    outcome: "leave",
  },
])("$rule: $outcome", ({ live, intent, planned, outcome }) => {
  const newest = command("verified", { intent: live });
  expect(decide(situation({ newest, wanted: wanted(intent, undefined, planned) }), T0, settings).kind).toBe(outcome);
});

test("E22 what goes on beyond its time because the budget is used up is brought to the safe state", () => {
  const charging2: Intent = { kind: "charge", kw: 2, untilSoc: 0.9 };
  const over = command("verified", { intent: charging2, validUntilMs: T0 });
  const change = { newest: over, wanted: wanted({ kind: "hold" }), safeIntent: { kind: "selfUse" } as const };
  expect(decide(situation({ ...change, mayWrite: usedUp }), T0, settings)).toMatchObject({
    kind: "order",
    isSafeState: true,
  });
  const inTime = { ...change, newest: { ...over, validUntilMs: T0 + 1 } };
  expect(decide(situation({ ...inTime, mayWrite: usedUp }), T0, settings)).toMatchObject({
    kind: "leave",
    waitsFor: "20 of 24 writes of this day are used up",
  });
});
