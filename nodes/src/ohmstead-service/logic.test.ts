import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Heard,
  hear,
  isSilent,
  type LinkState,
  parseServiceEvent,
  reconnectDelayMs,
  resolvedValue,
  statusOf,
} from "./logic.ts";

const away: LinkState = { kind: "away", detail: "ECONNREFUSED" };
const refused: LinkState = { kind: "refused", detail: "wrong token" };
const connected: LinkState = { kind: "connected" };

describe("reconnectDelayMs", () => {
  test.each([
    { failures: 0, delayMs: 250 },
    { failures: 1, delayMs: 500 },
    { failures: 4, delayMs: 4000 },
    { failures: 40, delayMs: 10_000 },
  ])("after $failures failures waits about $delayMs ms", ({ failures, delayMs }) => {
    expect(reconnectDelayMs(away, failures, 0.5)).toBe(delayMs);
  });

  test("a refused token is tried once a minute, from the first time on", () => {
    expect(reconnectDelayMs(refused, 0, 0.5)).toBe(60_000);
    expect(reconnectDelayMs(refused, 9, 0.5)).toBe(60_000);
  });

  test("is spread by a fifth, and never beyond", () =>
    fc.assert(
      fc.property(fc.nat(60), fc.double({ min: 0, max: 0.999, noNaN: true }), (failures, random) => {
        const middle = reconnectDelayMs(away, failures, 0.5);
        const delay = reconnectDelayMs(away, failures, random);
        expect(delay).toBeGreaterThanOrEqual(middle * 0.8 - 1e-6);
        expect(delay).toBeLessThanOrEqual(middle * 1.2 + 1e-6);
      }),
    ));
});

test.each([
  [connected, "green", "connected"],
  [{ kind: "connecting" } as const, "yellow", "connecting"],
  [refused, "red", "token refused (401)"],
  [away, "red", "service away: ECONNREFUSED"],
])("the status of %o is %s", (state, fill, text) => {
  expect(statusOf(state)).toMatchObject({ fill, text });
});

test.each([
  ["what is not JSON", "{"],
  ["an event this version does not know", '{"type":"fireworks"}'],
  ["a known event with a missing field", '{"type":"plan","planId":"p"}'],
])("parseServiceEvent leaves %s alone", (_what, data) => {
  expect(parseServiceEvent(data)).toBeUndefined();
});

test("parseServiceEvent reads what the contract names", () => {
  const event = { type: "withdraw", commandId: "c1" };
  expect(parseServiceEvent(JSON.stringify(event))).toEqual(event);
});

test.each([
  ["${OHMSTEAD_URL}", undefined],
  ["  ", undefined],
  [undefined, undefined],
  [" http://house:8710 ", "http://house:8710"],
])("resolvedValue of %o is %o", (value, expected) => {
  expect(resolvedValue(value)).toBe(expected);
});

describe("silence", () => {
  const CYCLE = 300_000;
  const heard: Heard = { lastEventMs: 1_000_000, lastEventRealMs: 0, nextDueMs: 1_300_000 };
  const LATER_REAL_MS = 60_000;

  test.each([
    {
      rule: "not before a cycle after the promised time",
      link: connected,
      nowMs: 1_600_000,
      realMs: LATER_REAL_MS,
      silent: false,
    },
    { rule: "from a cycle after it", link: connected, nowMs: 1_600_001, realMs: LATER_REAL_MS, silent: true },
    { rule: "with the connection lost after half a cycle", link: away, nowMs: 1_450_001, realMs: 0, silent: true },
    { rule: "and not sooner", link: away, nowMs: 1_450_000, realMs: LATER_REAL_MS, silent: false },
    { rule: "a refused token is silence too", link: refused, nowMs: 1_450_001, realMs: 0, silent: true },
    {
      rule: "on a fast clock a connected service may be busy for seconds",
      link: connected,
      nowMs: 9_000_000,
      realMs: 7000,
      silent: false,
    },
  ])("$rule", ({ link, nowMs, realMs, silent }) => {
    expect(isSilent(heard, link, nowMs, realMs, CYCLE)).toBe(silent);
  });

  test("any event ends it, whatever was promised before", () => {
    const again = hear(heard, { type: "alert", level: "info", message: "", atMs: 5_000_000 }, 5_000_000, 100_000);
    expect(again).toEqual({ lastEventMs: 5_000_000, lastEventRealMs: 100_000, nextDueMs: 1_300_000 });
    expect(isSilent(again, connected, 5_300_000, 200_000, CYCLE)).toBe(false);
    expect(isSilent(again, connected, 5_300_001, 200_000, CYCLE)).toBe(true);
  });

  test("a plan says when the next is due", () => {
    const event = { type: "plan", planId: "p", createdAtMs: 2_000_000, nextDueMs: 2_300_000 } as const;
    expect(hear(heard, event, 2_000_000, 1).nextDueMs).toBe(2_300_000);
  });

  test("a service that never spoke has a cycle and a half from the start", () => {
    const never: Heard = { lastEventMs: 0, lastEventRealMs: 0 };
    expect(isSilent(never, away, 450_000, 0, CYCLE)).toBe(false);
    expect(isSilent(never, away, 450_001, 0, CYCLE)).toBe(true);
  });
});
