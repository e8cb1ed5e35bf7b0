import { type CommandEvent, CommandEventType, type CommandState } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { applyEvent, foldCommand, isLive, newCommand } from "./life.ts";
import { anOrder } from "./testing/examples.ts";

const NOW = 1_000_000;
const event = (type: CommandEventType, attempt = 1, atMs = NOW): CommandEvent => ({
  id: `${type}-${attempt}-${atMs}`,
  commandId: anOrder.id,
  type,
  attempt,
  atMs,
  cause: `because of ${type}`,
});
const inState = (state: CommandState) => ({ ...newCommand(anOrder), state });

const same = undefined; // the event is recorded and changes nothing
// What every event makes of every state; written out, because this table is the promise.
const TABLE: Record<CommandState, Record<CommandEventType, CommandState | undefined>> = {
  pending: {
    created: same,
    sent: "sent",
    acknowledged: "acknowledged",
    attemptFailed: "retrying",
    retried: same,
    verified: "verified",
    completed: same,
    superseded: "superseded",
    expired: "expired",
    failed: "failed",
    deadLettered: "deadLettered",
    replayed: same,
    discarded: same,
  },
  sent: {
    created: same,
    sent: same,
    acknowledged: "acknowledged",
    attemptFailed: "retrying",
    retried: same,
    verified: "verified",
    completed: same,
    superseded: "superseded",
    expired: "expired",
    failed: "failed",
    deadLettered: "deadLettered",
    replayed: same,
    discarded: same,
  },
  acknowledged: {
    created: same,
    sent: same,
    acknowledged: same,
    attemptFailed: "retrying",
    retried: same,
    verified: "verified",
    completed: same,
    superseded: "superseded",
    expired: "expired",
    failed: "failed",
    deadLettered: "deadLettered",
    replayed: same,
    discarded: same,
  },
  retrying: {
    created: same,
    sent: "sent",
    acknowledged: "acknowledged",
    attemptFailed: same,
    retried: "pending",
    verified: "verified",
    completed: same,
    superseded: "superseded",
    expired: "expired",
    failed: "failed",
    deadLettered: "deadLettered",
    replayed: same,
    discarded: same,
  },
  verified: {
    created: same,
    sent: same,
    acknowledged: same,
    attemptFailed: same,
    retried: same,
    verified: same,
    completed: "completed",
    superseded: same,
    expired: same,
    failed: same,
    deadLettered: same,
    replayed: same,
    discarded: same,
  },
  completed: allSame(),
  superseded: allSame(),
  expired: allSame(),
  failed: allSame(),
  deadLettered: allSame(),
};

function allSame(): Record<CommandEventType, undefined> {
  return Object.fromEntries(CommandEventType.options.map((type) => [type, same])) as Record<
    CommandEventType,
    undefined
  >;
}

const rows = Object.entries(TABLE).flatMap(([state, byType]) =>
  Object.entries(byType).map(([type, next]) => ({
    state: state as CommandState,
    type: type as CommandEventType,
    next,
    expected: next ?? "unchanged",
  })),
);

test.each(rows)("$state, then $type: $expected", ({ state, type, next }) => {
  const before = inState(state);
  const after = applyEvent(before, event(type, type === "retried" ? 2 : 1));
  if (next === undefined) expect(after).toBe(before);
  else expect(after).toMatchObject({ state: next, changedAtMs: NOW });
});

test("a failure of an attempt that is over says nothing about the present one", () => {
  const second = { ...inState("sent"), attempt: 2 };
  expect(applyEvent(second, event("attemptFailed", 1))).toBe(second);
  expect(applyEvent(second, event("attemptFailed", 2)).state).toBe("retrying");
});

test("a late acknowledgement of an earlier attempt is one: the calls were the same", () => {
  const second = { ...inState("pending"), attempt: 2 };
  expect(applyEvent(second, event("acknowledged", 1))).toMatchObject({ state: "acknowledged", attempt: 2 });
});

test("a retry counts once, and the cause of the failure stays to be read", () => {
  const command = foldCommand(anOrder, [event("created"), event("attemptFailed"), event("retried", 2)]);
  expect(command).toMatchObject({ state: "pending", attempt: 2, lastError: "because of attemptFailed" });
  expect(applyEvent({ ...command, state: "retrying" }, event("retried", 2)).state).toBe("retrying");
});

test("a new command is live, a finished one is not", () => {
  expect(newCommand(anOrder)).toMatchObject({ state: "pending", attempt: 1, changedAtMs: anOrder.createdAtMs });
  expect(
    ["pending", "sent", "acknowledged", "verified", "retrying"].every((each) => isLive(each as CommandState)),
  ).toBe(true);
  expect(
    ["completed", "superseded", "expired", "failed", "deadLettered"].some((each) => isLive(each as CommandState)),
  ).toBe(false);
});

test("a dead letter is open until a person has dealt with it, once", () => {
  const dead = foldCommand(anOrder, [event("created"), event("sent"), event("deadLettered")]);
  expect(dead).toMatchObject({ state: "deadLettered", deadLetter: "open", lastError: "because of deadLettered" });
  const replayed = applyEvent(dead, event("replayed"));
  expect(replayed).toMatchObject({ state: "deadLettered", deadLetter: "replayed" });
  expect(applyEvent(replayed, event("discarded"))).toBe(replayed);
});

test("when the next attempt begins is said with the failure, and forgotten with the next event", () => {
  const waiting = applyEvent(inState("sent"), { ...event("attemptFailed"), failure: "busy", retryAtMs: NOW + 5000 });
  expect(waiting.retryAtMs).toBe(NOW + 5000);
  expect(applyEvent(waiting, event("retried", 2)).retryAtMs).toBeUndefined();
});
