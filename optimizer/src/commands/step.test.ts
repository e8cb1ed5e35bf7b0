import type { Command, CommandState } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { foldCommand, newCommand } from "./life.ts";
import { type Happening, step } from "./step.ts";
import { anOrder, aReport, MINUTE, shows, T0, usualSettings as settings } from "./testing/examples.ts";

const command = (state: CommandState, change: Partial<Command> = {}): Command => ({
  ...newCommand(anOrder),
  state,
  ...change,
});
const moment = (switchState = "off", listeningSinceMs = 0): Happening => ({
  kind: "moment",
  readings: shows({ "switch.heater": switchState }),
  listeningSinceMs,
});
const typesOf = (result: ReturnType<typeof step>) => result.events.map((event) => event.type);
const effectsOf = (result: ReturnType<typeof step>) => result.effects.map((effect) => effect.kind);

test("pending, sent, acknowledged, verified, completed: the simple path", () => {
  let now = newCommand(anOrder);
  const log: string[] = [];
  const go = (happening: Happening, atMs: number) => {
    const result = step(now, happening, atMs, settings);
    now = result.command;
    log.push(...typesOf(result));
  };
  go({ kind: "report", report: aReport("sent", T0 + 10) }, T0 + 20);
  go({ kind: "report", report: aReport("acknowledged", T0 + 200) }, T0 + 220);
  go(moment("off"), T0 + 300);
  go(moment("on"), T0 + 400);
  go({ kind: "replace", cause: "the plan now wants off" }, T0 + 30 * MINUTE);
  expect(log).toEqual(["sent", "acknowledged", "verified", "completed"]);
  expect(now).toMatchObject({ state: "completed", attempt: 1, changedAtMs: T0 + 30 * MINUTE });
});

test("what nobody carries waits, without using up attempts, until its time is over", () => {
  expect(step(command("pending"), moment(), T0 + 59 * MINUTE, settings).events).toEqual([]);
  const over = step(command("pending"), moment(), T0 + 60 * MINUTE, settings);
  expect(over.command.state).toBe("expired");
  expect(effectsOf(over)).toEqual(["withdraw", "say"]);
});

test.each(["sent", "retrying"] as const)("a %s command whose time is over is dropped, not carried", (state) => {
  const result = step(command(state, { changedAtMs: T0 + 59 * MINUTE }), moment(), T0 + 61 * MINUTE, settings);
  expect(result.command.state).toBe("expired");
});

test("no acknowledgement within the limit fails the attempt; the next follows after 5 s, 10 s, 20 s … at most 5 min", () => {
  const silent = step(command("sent"), moment(), T0 + 120_000, settings);
  expect(silent.command).toMatchObject({ state: "retrying", lastError: "not acknowledged within 120 s" });
  expect(step(command("sent"), moment(), T0 + 119_999, settings).events).toEqual([]);
  const patient = { ...settings, attempts: 10 };
  for (const [attempt, seconds] of [
    [1, 5],
    [2, 10],
    [3, 20],
    [6, 160],
    [7, 300],
    [9, 300],
  ] as const) {
    const failed = step(
      command("sent", { attempt, validUntilMs: T0 + 600 * MINUTE, changedAtMs: T0 - 120_000 }),
      moment("off"),
      T0,
      patient,
    );
    const waiting = failed.command;
    expect(waiting).toMatchObject({ state: "retrying", retryAtMs: T0 + seconds * 1000 });
    expect(step(waiting, moment(), T0 + seconds * 1000 - 1, patient).events).toEqual([]);
    const again = step(waiting, moment(), T0 + seconds * 1000, patient);
    expect(again.command).toMatchObject({ state: "pending", attempt: attempt + 1 });
    expect(again.effects).toEqual([{ kind: "offer" }]);
  }
});

test("an acknowledged command that readings do not show fails its attempt and says what is missing", () => {
  expect(step(command("acknowledged"), moment("off"), T0 + 599_999, settings).events).toEqual([]);
  const unproved = step(command("acknowledged"), moment("off"), T0 + 600_000, settings);
  expect(unproved.command.state).toBe("retrying");
  expect(unproved.command.lastError).toContain("switch.heater should be on and is off");
});

test("nobody can have answered while we were away: after a restart the limits begin anew", () => {
  const restartedMs = T0 + 20 * MINUTE;
  expect(step(command("sent"), moment("off", restartedMs), restartedMs + 1000, settings).events).toEqual([]);
  expect(step(command("acknowledged"), moment("off", restartedMs), restartedMs + 1000, settings).events).toEqual([]);
  expect(step(command("sent"), moment("off", restartedMs), restartedMs + 120_000, settings).command.state).toBe(
    "retrying",
  );
});

test("the last attempt that fails makes a dead letter, said aloud and withdrawn", () => {
  const report = aReport("failed", T0 + 1000, 5, "timeout");
  const result = step(command("sent", { attempt: 5 }), { kind: "report", report }, T0 + 1000, settings);
  expect(typesOf(result)).toEqual(["attemptFailed", "deadLettered"]);
  expect(result.command).toMatchObject({ state: "deadLettered", lastError: "attempt 5 of 5: timeout" });
  expect(effectsOf(result)).toEqual(["withdraw", "say"]);
});

test("a second report of a failed attempt does not fail the command a second time", () => {
  const waiting = command("retrying", { attempt: 5 });
  const result = step(waiting, { kind: "report", report: aReport("failed", T0, 5) }, T0, settings);
  expect(typesOf(result)).toEqual(["attemptFailed"]);
  expect(result.command).toBe(waiting);
});

test.each(["completed", "superseded", "expired", "failed"] as const)(
  "a late report to a %s command is written down and revives nothing",
  (state) => {
    const before = command(state);
    const result = step(before, { kind: "report", report: aReport("acknowledged", T0) }, T0 + 1, settings);
    expect(typesOf(result)).toEqual(["acknowledged"]);
    expect(result.command).toBe(before);
    expect(result.effects).toEqual([]);
    expect(step(before, moment("on"), T0 + 90 * MINUTE, settings).events).toEqual([]);
    expect(step(before, { kind: "replace", cause: "x" }, T0, settings).events).toEqual([]);
  },
);

test("what is under way is superseded and withdrawn; what was proved is completed", () => {
  for (const state of ["pending", "sent", "acknowledged", "retrying"] as const) {
    const result = step(command(state), { kind: "replace", cause: "the plan changed" }, T0, settings);
    expect(result.command.state).toBe("superseded");
    expect(result.effects).toEqual([{ kind: "withdraw" }]);
  }
  const proved = step(command("verified"), { kind: "replace", cause: "the plan changed" }, T0, settings);
  expect(proved.command.state).toBe("completed");
  expect(proved.effects).toEqual([]);
});

test("a carrier's wrong clock makes no event in the future, nor before the command's last change", () => {
  const future = step(command("pending"), { kind: "report", report: aReport("sent", T0 + 9e9) }, T0 + 5, settings);
  expect(future.events[0]?.atMs).toBe(T0 + 5);
  const past = step(command("pending"), { kind: "report", report: aReport("sent", 0) }, T0 + 5, settings);
  expect(past.events[0]?.atMs).toBe(T0);
});

test("the steps of a whole life are the fold of its log", () => {
  let now = newCommand(anOrder);
  const log = [];
  for (let attempt = 1; attempt <= 5; attempt += 1)
    for (const happening of [
      { kind: "report", report: aReport("sent", T0 + attempt, attempt) } as const,
      { kind: "report", report: aReport("failed", T0 + attempt, attempt, "500") } as const,
      moment(),
    ]) {
      const result = step(now, happening, T0 + attempt * 5 * MINUTE, settings);
      now = result.command;
      log.push(...result.events);
    }
  expect(now.state).toBe("deadLettered");
  expect(foldCommand(anOrder, log)).toEqual(now);
});

const reportOfFailure = (kind: "busy" | "auth" | "refused" | "unreachable", attempt = 1): Happening => ({
  kind: "report",
  report: { ...aReport("failed", T0, attempt, `it is ${kind}`), failure: { kind } },
});

test("E20 a busy device is asked again after a minute, two, four, five", () => {
  const waits = [1, 2, 3, 4].map((attempt) => {
    const { command: waiting } = step(command("sent", { attempt }), reportOfFailure("busy", attempt), T0, settings);
    return ((waiting.retryAtMs ?? 0) - T0) / MINUTE;
  });
  expect(waits).toEqual([1, 2, 4, 5]);
});

const waitWith = (random: number) =>
  (step(command("sent"), reportOfFailure("unreachable"), T0, { ...settings, random: () => random }).command.retryAtMs ??
    0) - T0;

test("retries are spread by a tenth to either side, so that devices that failed together do not come back together", () => {
  expect([waitWith(0), waitWith(0.5), waitWith(1)]).toEqual([4500, 5000, 5500]);
});

test.each(["auth", "refused"] as const)("E05 what is %s ends the command at once: no attempt can help", (kind) => {
  const result = step(command("sent"), reportOfFailure(kind), T0, settings);
  expect(typesOf(result)).toEqual(["attemptFailed", "failed"]);
  expect(result.command).toMatchObject({ state: "failed", attempt: 1 });
});

test("a retry waits for whatever forbids it, and follows when it may", () => {
  const waiting = command("retrying", { retryAtMs: T0 });
  const held = { ...moment("off"), mayNotRetry: "4 of 4 writes of this minute are used up" } as Happening;
  expect(step(waiting, held, T0 + 1000, settings).events).toEqual([]);
  expect(step(waiting, moment("off"), T0 + 1000, settings).command.state).toBe("pending");
});

test("E35 what was taken and cannot be read is not repeated: nothing is concluded, until its time is over", () => {
  const blind: Happening = { kind: "moment", readings: shows({}), listeningSinceMs: 0 };
  expect(step(command("acknowledged"), blind, T0 + 30 * MINUTE, settings).events).toEqual([]);
  const over = step(command("acknowledged"), blind, T0 + 60 * MINUTE, settings);
  expect(over.command.state).toBe("expired");
  expect(over.events[0]?.cause).toContain("no reading ever told");
});

test.each([
  { shows: { "switch.heater": "off", "number.kw": 2 }, failure: "partial" },
  { shows: { "switch.heater": "off", "number.kw": 1 }, failure: "notStored" },
  { shows: { "switch.heater": "on", "number.kw": 2, "heater.powerKw": 0 }, failure: "noEffect" },
])(
  "E17 E18 says whether an order was not stored, stored in part, or stored without effect: $failure",
  ({ shows: shown, failure }) => {
    const expectations = [
      ...anOrder.expectations,
      { test: "near" as const, source: "number.kw", value: 2, tolerance: 0.1 },
      { test: "atLeast" as const, source: "heater.powerKw", value: 1, fresh: true },
    ];
    const happening: Happening = {
      kind: "moment",
      readings: shows(shown, T0 + MINUTE),
      listeningSinceMs: 0,
    };
    const result = step(command("acknowledged", { expectations }), happening, T0 + 10 * MINUTE, settings);
    expect(result.events[0]).toMatchObject({ type: "attemptFailed", failure });
    expect(result.effects).toMatchObject([{ kind: "deviation", deviation: failure }]);
  },
);
