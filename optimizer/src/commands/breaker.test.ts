import type { CommandEvent, CommandEventType, FailureKind } from "@ohmstead/contract";
import { describe, expect, test } from "vitest";
import { type Breaker, breakerAfter, breakerAt, CLOSED } from "./breaker.ts";
import { MINUTE, T0, usualSettings as settings } from "./testing/examples.ts";

const event = (type: CommandEventType, atMs: number, failure?: FailureKind): CommandEvent => ({
  id: `${type}-${atMs}`,
  commandId: "heater-1",
  type,
  attempt: 1,
  atMs,
  cause: `because of ${failure ?? type}`,
  ...(failure ? { failure } : {}),
});
const failed = (times: number, failure: FailureKind = "error", fromMs = T0) =>
  Array.from({ length: times }, (_, k) => event("attemptFailed", fromMs + k * 1000, failure));
const after = (events: readonly CommandEvent[], before: Breaker = CLOSED) =>
  events.reduce((breaker, each) => breakerAfter(breaker, each, settings), before);

test.each([
  { rule: "four failures leave it closed", events: failed(4), state: "closed" },
  { rule: "the fifth in a row opens it", events: failed(5), state: "open" },
  {
    rule: "one success between them begins the count anew",
    events: [...failed(4), event("verified", T0 + 9000), ...failed(4, "error", T0 + 10_000)],
    state: "closed",
  },
  { rule: "E05 wrong credentials open it at once", events: failed(1, "auth"), state: "open" },
  { rule: "E20 a busy device never opens it", events: failed(50, "busy"), state: "closed" },
  { rule: "E04 nor one that asks for patience", events: failed(50, "rateLimited"), state: "closed" },
  {
    rule: "what is no failure leaves it as it is",
    events: [event("created", T0), event("sent", T0), event("superseded", T0)],
    state: "closed",
  },
])("$rule: $state", ({ events, state }) => {
  expect(after(events).state).toBe(state);
});

describe("an open breaker", () => {
  const open = after(failed(5));
  const openedAtMs = T0 + 4000;
  test("is half-open five minutes later, and not before", () => {
    expect(breakerAt(open, openedAtMs + 5 * MINUTE - 1, settings).state).toBe("open");
    expect(breakerAt(open, openedAtMs + 5 * MINUTE, settings).state).toBe("halfOpen");
  });
  test("says what opened it", () => expect(open).toMatchObject({ openedAtMs, cause: "because of error" }));
  test("opens again with one failed trial, for another five minutes", () => {
    const again = after([event("attemptFailed", openedAtMs + 6 * MINUTE, "timeout")], open);
    expect(again).toMatchObject({ state: "open", openedAtMs: openedAtMs + 6 * MINUTE });
  });
  test("closes after two proved commands", () => {
    const first = after([event("verified", openedAtMs + 6 * MINUTE)], open);
    expect(first.state).toBe("halfOpen");
    expect(after([event("verified", openedAtMs + 7 * MINUTE)], first)).toEqual(CLOSED);
  });
});
