import type { Call, Command, CommandReport, ServiceEvent } from "@ohmstead/contract";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { DeliveryError } from "../domain/errors.ts";
import { createDirectCarrier, type Route } from "./direct-carrier.ts";

const message = (payload: string) => ({ topic: "rod/set", payload, qos: 1, retain: false }) as const;
const command = (id: string, rest: Partial<Command> = {}): Command => ({
  id,
  deviceId: "rod",
  intent: { kind: "on" },
  reason: "Cheap now.",
  origin: { kind: "plan" },
  carrier: "mqtt",
  calls: [message("ON")],
  expectations: [],
  planId: "plan",
  createdAtMs: 0,
  validUntilMs: 1_000_000,
  state: "pending",
  attempt: 1,
  changedAtMs: 0,
  ...rest,
});

/** An appliance that offers what the test says, and a route whose every call waits for the test to answer it. */
function stage(greeting: readonly Command[] = []) {
  let listener: ((event: ServiceEvent) => void) | undefined;
  let nowMs = 0;
  let isOpen = true;
  let isStoreFull = false;
  const reports: (CommandReport & { readonly commandId: string })[] = [];
  const calls: { readonly payload: string; readonly done: () => void; readonly fail: (error: Error) => void }[] = [];
  const route: Route = {
    isOpen: () => isOpen,
    carry: (call: Call, { id }) =>
      new Promise((done, fail) => {
        calls.push({ payload: `${id} ${"payload" in call ? call.payload : "?"}`, done, fail });
      }),
  };
  const carrier = createDirectCarrier({
    appliance: {
      nowMs: () => nowMs,
      greeting: () => greeting.map((each) => ({ type: "command", command: each }) as const),
      subscribe: (each) => {
        listener = each;
        return () => void (listener = undefined);
      },
      reportCommand: (commandId, report) => {
        if (isStoreFull) throw new Error("disk full");
        reports.push({ ...report, commandId });
        return command(commandId);
      },
    },
    routeTo: () => route,
    logger: { warn: () => undefined },
    timeLimitMs: 10_000,
  });
  carrier.start();
  return {
    carrier,
    calls,
    reports,
    offer: (each: Command) => listener?.({ type: "command", command: each }),
    withdraw: (commandId: string) => listener?.({ type: "withdraw", commandId }),
    setNow: (ms: number) => void (nowMs = ms),
    setStoreFull: (full: boolean) => void (isStoreFull = full),
    setOpen: (open: boolean) => void (isOpen = open),
    payloads: () => calls.map(({ payload }) => payload),
    words: () => reports.map(({ commandId, type }) => `${commandId} ${type}`),
    isListening: () => listener !== undefined,
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
/** Lets all that is decided happen. */
const settle = () => vi.advanceTimersByTimeAsync(0);

test("a command is carried call by call, then acknowledged", async () => {
  const { calls, offer, words, payloads } = stage();
  offer(command("c1", { calls: [message("A"), message("B")] }));
  await settle();
  expect(payloads()).toEqual(["c1 A"]);
  calls[0]?.done();
  await settle();
  expect(payloads()).toEqual(["c1 A", "c1 B"]);
  calls[1]?.done();
  await settle();
  expect(words()).toEqual(["c1 sent", "c1 acknowledged"]);
});

test("what Node-RED carries is left to it", async () => {
  const { offer, calls, reports } = stage();
  offer(command("c1", { carrier: "homeAssistant" }));
  await settle();
  expect([calls, reports]).toEqual([[], []]);
});

test("one order at a time per device, devices side by side", async () => {
  const { calls, offer, payloads } = stage();
  offer(command("c1"));
  offer(command("c2"));
  offer(command("b1", { deviceId: "boiler" }));
  await settle();
  expect(payloads()).toEqual(["c1 ON", "b1 ON"]);
  calls[0]?.done();
  await settle();
  expect(payloads()).toEqual(["c1 ON", "b1 ON", "c2 ON"]);
});

test("a failed call ends the attempt with what the wire says of it", async () => {
  const { calls, offer, reports, payloads } = stage();
  offer(command("c1", { calls: [message("A"), message("B")] }));
  await settle();
  calls[0]?.fail(new DeliveryError("rateLimited", "too many", { retryAfterMs: 90_000 }));
  await settle();
  expect(payloads()).toEqual(["c1 A"]);
  expect(reports.at(-1)).toMatchObject({
    type: "failed",
    attempt: 1,
    detail: "call 1 of 2: too many",
    failure: { kind: "rateLimited", retryAfterMs: 90_000 },
  });
});

test("E02 a call without an answer is given up after 10 s, and holds up no other device", async () => {
  const { calls, offer, reports, words } = stage();
  offer(command("c1"));
  offer(command("b1", { deviceId: "boiler" }));
  await settle();
  calls[1]?.done();
  await vi.advanceTimersByTimeAsync(9999);
  expect(words()).toEqual(["c1 sent", "b1 sent", "b1 acknowledged"]);
  await vi.advanceTimersByTimeAsync(1);
  expect(reports.at(-1)).toMatchObject({ commandId: "c1", type: "failed", failure: { kind: "timeout" } });
});

test("E02 its late answer is reported, for the record", async () => {
  const { calls, offer, words } = stage();
  offer(command("c1"));
  await vi.advanceTimersByTimeAsync(30_000);
  calls[0]?.done();
  await settle();
  expect(words()).toEqual(["c1 sent", "c1 failed", "c1 acknowledged"]);
});

test("a late answer to a call that was not the last says nothing of the whole", async () => {
  const { calls, offer, words } = stage();
  offer(command("c1", { calls: [message("A"), message("B")] }));
  await vi.advanceTimersByTimeAsync(30_000);
  calls[0]?.done();
  await settle();
  expect(words()).toEqual(["c1 sent", "c1 failed"]);
});

describe("E30 never past its validity", () => {
  test("one that is over is not begun, and no device is blamed", async () => {
    const { offer, setNow, calls, reports } = stage();
    setNow(1_000_000);
    offer(command("c1"));
    await settle();
    expect([calls, reports]).toEqual([[], []]);
  });
  test("one that waited too long behind another", async () => {
    const { calls, offer, setNow, words } = stage();
    offer(command("c1"));
    offer(command("c2", { validUntilMs: 10 }));
    setNow(10);
    calls[0]?.done();
    await settle();
    expect(words()).toEqual(["c1 sent", "c1 acknowledged"]);
  });
  test("one whose time ends between two calls stops there", async () => {
    const { calls, offer, setNow, reports } = stage();
    offer(command("c1", { calls: [message("A"), message("B")], validUntilMs: 10 }));
    setNow(10);
    calls[0]?.done();
    await settle();
    expect(calls).toHaveLength(1);
    expect(reports.at(-1)).toMatchObject({ type: "failed", detail: "past its validity after 1 of 2 calls" });
  });
});

describe("withdrawn", () => {
  test("while it waits: never carried", async () => {
    const { calls, offer, withdraw, payloads } = stage();
    offer(command("c1"));
    offer(command("c2"));
    withdraw("c2");
    calls[0]?.done();
    await settle();
    expect(payloads()).toEqual(["c1 ON"]);
  });
  test("in the middle: the call on its way is the last", async () => {
    const { calls, offer, withdraw, reports } = stage();
    offer(command("c1", { calls: [message("A"), message("B")] }));
    withdraw("c1");
    calls[0]?.done();
    await settle();
    expect(calls).toHaveLength(1);
    expect(reports.at(-1)).toMatchObject({ type: "failed", detail: "withdrawn after 1 of 2 calls" });
  });
});

describe("offered again", () => {
  test("while it is carried: nothing", async () => {
    const { offer, calls } = stage();
    offer(command("c1"));
    offer(command("c1", { state: "sent" }));
    await settle();
    expect(calls).toHaveLength(1);
  });
  test("after it was carried: the same reports, no second call", async () => {
    const { calls, offer, reports } = stage();
    offer(command("c1"));
    calls[0]?.done();
    await settle();
    offer(command("c1"));
    await settle();
    expect(calls).toHaveLength(1);
    expect(reports.map(({ id }) => id)).toEqual(["c1:1:sent", "c1:1:acknowledged", "c1:1:sent", "c1:1:acknowledged"]);
  });
  test("as a new attempt: carried again", async () => {
    const { calls, offer } = stage();
    offer(command("c1"));
    calls[0]?.fail(new DeliveryError("busy", "not now"));
    await settle();
    offer(command("c1", { attempt: 2 }));
    await settle();
    expect(calls).toHaveLength(2);
  });
});

describe("after a restart", () => {
  test("what is open is taken from the greeting", async () => {
    const { payloads } = stage([command("c1")]);
    await settle();
    expect(payloads()).toEqual(["c1 ON"]);
  });
  test("E31 an attempt that had begun is not made again: it has failed, and the life cycle decides", async () => {
    const { calls, reports } = stage([command("c1", { state: "sent", attempt: 2 })]);
    await settle();
    expect(calls).toEqual([]);
    expect(reports).toMatchObject([{ type: "failed", attempt: 2, failure: { kind: "error" } }]);
  });
});

describe("E03 while the way is cut", () => {
  test("orders wait without a word, and only the newest is carried when it is back", async () => {
    const { carrier, offer, withdraw, setOpen, reports, payloads } = stage();
    setOpen(false);
    offer(command("c1"));
    withdraw("c1");
    offer(command("c2"));
    await settle();
    expect(reports).toEqual([]);
    setOpen(true);
    carrier.routeOpened();
    await settle();
    expect(payloads()).toEqual(["c2 ON"]);
  });
  test("one that was on its way has failed; its next attempt waits", async () => {
    const { carrier, calls, offer, setOpen, reports } = stage();
    offer(command("c1"));
    setOpen(false);
    calls[0]?.fail(new DeliveryError("unreachable", "lost"));
    await settle();
    offer(command("c1", { attempt: 2 }));
    await settle();
    expect(calls).toHaveLength(1);
    expect(reports.at(-1)).toMatchObject({ failure: { kind: "unreachable" } });
    setOpen(true);
    carrier.routeOpened();
    await settle();
    expect(calls).toHaveLength(2);
  });
});

test("what cannot be written down is not begun; offered again later, it is", async () => {
  const { offer, setStoreFull, calls, words } = stage();
  setStoreFull(true);
  offer(command("c1"));
  await settle();
  expect(calls).toEqual([]);
  setStoreFull(false);
  offer(command("c1"));
  await settle();
  expect(calls).toHaveLength(1);
  expect(words()).toEqual(["c1 sent"]);
});

test("after a stop nothing is begun or reported", async () => {
  const { carrier, calls, offer, words, isListening } = stage();
  offer(command("c1"));
  carrier.stop();
  carrier.stop();
  calls[0]?.done();
  await settle();
  expect(isListening()).toBe(false);
  expect(words()).toEqual(["c1 sent"]);
});
