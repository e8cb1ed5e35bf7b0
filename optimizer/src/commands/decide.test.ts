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
const situation = (change: Partial<Situation>): Situation => ({
  newest: undefined,
  wanted: undefined,
  resolution,
  driftedSinceMs: undefined,
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
    rule: "settings that were changed for five minutes are ordered again",
    in: {
      newest: command("verified"),
      wanted: wanted({ kind: "on" }),
      driftedSinceMs: T0 - 5 * MINUTE,
    },
    outcome: "order",
  },
  {
    rule: "not before",
    in: { newest: command("verified"), wanted: wanted({ kind: "on" }), driftedSinceMs: T0 - 5 * MINUTE + 1 },
    outcome: "leave",
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
