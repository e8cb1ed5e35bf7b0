import type { Command } from "@ohmstead/contract";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answerIn, createCarrier, type Effect, houseNewsIn, reportId } from "./logic.ts";

const at = (houseMs: number, realMs = houseMs) => ({ houseMs, realMs });
const call = (value: number) => ({
  action: "number.set_value",
  target: { entity_id: "number.power" },
  data: { value },
});

const command = (id: string, rest: Partial<Command> = {}): Command => ({
  id,
  deviceId: "battery",
  intent: { kind: "hold" },
  reason: "The evening is dearer.",
  calls: [call(1), call(2)],
  origin: { kind: "plan" },
  carrier: "homeAssistant",
  expectations: [],
  planId: "plan",
  createdAtMs: 0,
  validUntilMs: 1_000_000,
  state: "pending",
  attempt: 1,
  changedAtMs: 0,
  ...rest,
});
const ticket = (commandId: string, callIndex: number, attempt = 1) => ({ commandId, attempt, callIndex });

/** "call c1/0", "report c1 sent", "begin battery", "end battery" */
const words = (effects: readonly Effect[]) =>
  effects.map((effect) => {
    if (effect.kind === "call") return `call ${effect.ticket.commandId}/${effect.ticket.callIndex}`;
    if (effect.kind === "report") return `report ${effect.commandId} ${effect.report.type}`;
    return `${effect.kind} ${effect.deviceId}`;
  });

test("a command is carried call by call, then acknowledged", () => {
  const carrier = createCarrier();
  expect(words(carrier.offer(command("c1"), at(0)))).toEqual(["begin battery", "report c1 sent", "call c1/0"]);
  expect(words(carrier.succeeded(ticket("c1", 0), at(1)))).toEqual(["call c1/1"]);
  expect(words(carrier.succeeded(ticket("c1", 1), at(2)))).toEqual(["report c1 acknowledged", "end battery"]);
  expect(carrier.running).toBe(0);
});

test("a failed call ends the command: what follows is not made", () => {
  const carrier = createCarrier();
  carrier.offer(command("c1"), at(0));
  const effects = carrier.failed(ticket("c1", 0), "The device is unavailable", at(1));
  expect(words(effects)).toEqual(["report c1 failed", "end battery"]);
  expect(effects[0]).toMatchObject({
    report: { detail: "The device is unavailable", atMs: 1, attempt: 1, failure: { kind: "unreachable" } },
  });
  expect(effects[1]).not.toHaveProperty("calls");
  expect(carrier.succeeded(ticket("c1", 0), at(2))).toEqual([]);
});

test("one device: the second waits for the first", () => {
  const carrier = createCarrier();
  carrier.offer(command("c1", { calls: [call(1)] }), at(0));
  expect(carrier.offer(command("c2"), at(1))).toEqual([]);
  expect(words(carrier.succeeded(ticket("c1", 0), at(2)))).toEqual([
    "report c1 acknowledged",
    "end battery",
    "begin battery",
    "report c2 sent",
    "call c2/0",
  ]);
});

test("two devices: side by side", () => {
  const carrier = createCarrier();
  carrier.offer(command("c1"), at(0));
  expect(words(carrier.offer(command("c2", { deviceId: "tank" }), at(1)))).toContain("call c2/0");
  expect(carrier.running).toBe(2);
});

describe("offered again", () => {
  test("while it is carried: nothing", () => {
    const carrier = createCarrier();
    carrier.offer(command("c1"), at(0));
    expect(carrier.offer(command("c1", { state: "sent" }), at(1))).toEqual([]);
  });
  test("after it was carried: reported with the same ids, not repeated", () => {
    const carrier = createCarrier();
    carrier.offer(command("c1", { calls: [call(1)] }), at(0));
    carrier.succeeded(ticket("c1", 0), at(1));
    const effects = carrier.offer(command("c1", { state: "sent" }), at(2));
    expect(words(effects)).toEqual(["report c1 sent", "report c1 acknowledged"]);
    expect(effects.map((effect) => (effect.kind === "report" ? effect.report.id : ""))).toEqual([
      "c1:1:sent",
      "c1:1:acknowledged",
    ]);
  });
  test("as a new attempt: carried again", () => {
    const carrier = createCarrier();
    carrier.offer(command("c1", { calls: [call(1)] }), at(0));
    carrier.failed(ticket("c1", 0), "no", at(1));
    expect(words(carrier.offer(command("c1", { attempt: 2, state: "pending" }), at(2)))).toContain("call c1/0");
  });
  test.each(["acknowledged", "verified", "completed", "superseded", "failed"] as const)(
    "in state %s to a carrier that has forgotten: left alone",
    (state) => {
      expect(createCarrier().offer(command("c1", { state }), at(0))).toEqual([]);
    },
  );
});

test("a command past its validity is never carried", () => {
  const effects = createCarrier().offer(command("c1", { validUntilMs: 10 }), at(10));
  expect(words(effects)).toEqual(["report c1 failed"]);
});

test("of those that waited too long only the valid one is carried", () => {
  const carrier = createCarrier();
  carrier.offer(command("c1", { calls: [call(1)] }), at(0));
  carrier.offer(command("c2", { validUntilMs: 5 }), at(1));
  carrier.offer(command("c3"), at(2));
  expect(words(carrier.succeeded(ticket("c1", 0), at(9)))).toEqual([
    "report c1 acknowledged",
    "end battery",
    "report c2 failed",
    "begin battery",
    "report c3 sent",
    "call c3/0",
  ]);
});

describe("withdrawn", () => {
  test("while it waits: never carried", () => {
    const carrier = createCarrier();
    carrier.offer(command("c1", { calls: [call(1)] }), at(0));
    carrier.offer(command("c2"), at(1));
    carrier.withdraw("c2");
    expect(words(carrier.succeeded(ticket("c1", 0), at(2)))).toEqual(["report c1 acknowledged", "end battery"]);
  });
  test("in the middle: the call on its way is the last", () => {
    const carrier = createCarrier();
    carrier.offer(command("c1"), at(0));
    carrier.withdraw("c1");
    expect(words(carrier.succeeded(ticket("c1", 0), at(1)))).toEqual(["report c1 failed", "end battery"]);
  });
});

describe("while Home Assistant is away", () => {
  test("commands wait without a word, and are carried when it is back", () => {
    const carrier = createCarrier();
    carrier.houseLeft();
    expect(carrier.offer(command("c1"), at(0))).toEqual([]);
    expect(carrier.offer(command("c1"), at(1))).toEqual([]);
    expect(carrier.offer(command("c2", { deviceId: "tank" }), at(2))).toEqual([]);
    expect(words(carrier.houseReturned(at(3)))).toEqual([
      "begin battery",
      "report c1 sent",
      "call c1/0",
      "begin tank",
      "report c2 sent",
      "call c2/0",
    ]);
    expect(carrier.houseReturned(at(4))).toEqual([]);
  });
  test("a withdrawn one is never carried, one past its validity is only reported", () => {
    const carrier = createCarrier();
    carrier.houseLeft();
    carrier.offer(command("c1"), at(0));
    carrier.withdraw("c1");
    carrier.offer(command("c2", { deviceId: "tank", validUntilMs: 5 }), at(1));
    expect(words(carrier.houseReturned(at(9)))).toEqual(["report c2 failed"]);
  });
  test("one that was on its way has failed; its next attempt waits", () => {
    const carrier = createCarrier();
    carrier.offer(command("c1"), at(0));
    carrier.houseLeft();
    expect(words(carrier.failed(ticket("c1", 0), "Connection lost", at(1)))).toEqual([
      "report c1 failed",
      "end battery",
    ]);
    expect(carrier.offer(command("c1", { attempt: 2 }), at(2))).toEqual([]);
    expect(words(carrier.houseReturned(at(3)))).toContain("call c1/0");
  });
  test("its return does not hurry a device whose call is still on its way", () => {
    const carrier = createCarrier();
    carrier.offer(command("c1", { calls: [call(1)] }), at(0));
    carrier.houseLeft();
    carrier.offer(command("c2"), at(1));
    expect(carrier.houseReturned(at(2))).toEqual([]);
    expect(words(carrier.succeeded(ticket("c1", 0), at(3)))).toContain("call c2/0");
  });
  test.each([
    ["a red status", { topic: "homeAssistant", payload: { fill: "red", text: "disconnected" } }, "left"],
    ["a yellow status", { topic: "homeAssistant", payload: { fill: "yellow", text: "connecting" } }, "left"],
    ["a green status", { topic: "homeAssistant", payload: { fill: "green", text: "connected" } }, undefined],
    ["a status without payload", { topic: "homeAssistant" }, undefined],
    ["ready, its states not read yet", { topic: "home_assistant_client:ready", payload: "ready" }, undefined],
    ["ready, all its states read", { topic: "home_assistant_client:ready", payload: [] }, "returned"],
    [
      "ready, and its states cannot be read",
      { topic: "home_assistant_client:ready", payload: "ready", error: { message: "500" } },
      "returned",
    ],
    ["all states read before it is ready", { topic: "ohmstead/refresh", payload: [] }, undefined],
    ["services loaded", { topic: "home_assistant_client:services_loaded" }, undefined],
    ["a finished call", { topic: "command", payload: {} }, undefined],
  ])("news in %s", (_what, message, news) => {
    expect(houseNewsIn(message)).toBe(news);
  });
});

describe("E02 a call without an answer", () => {
  test("has failed after 10 s of real time, on any clock", () => {
    const carrier = createCarrier();
    carrier.offer(command("c1"), at(0, 0));
    expect(carrier.tick(at(10_000 * 600, 10_000))).toEqual([]);
    const effects = carrier.tick(at(10_001 * 600, 10_001));
    expect(words(effects)).toEqual(["report c1 failed", "end battery"]);
    expect(effects[0]).toMatchObject({ report: { failure: { kind: "timeout" } } });
  });
  test("may take longer where its owner says so", () => {
    const carrier = createCarrier({ callWithinMs: 60_000 });
    carrier.offer(command("c1"), at(0));
    expect(carrier.tick(at(60_000))).toEqual([]);
    expect(words(carrier.tick(at(60_001)))).toEqual(["report c1 failed", "end battery"]);
  });
  test("answers late: told when it was the last one missing, and never twice", () => {
    const carrier = createCarrier();
    carrier.offer(command("c1", { calls: [call(1)] }), at(0));
    carrier.tick(at(10_001));
    expect(words(carrier.succeeded(ticket("c1", 0), at(31_000)))).toEqual(["report c1 acknowledged"]);
    expect(carrier.succeeded(ticket("c1", 0), at(32_000))).toEqual([]);
    expect(words(carrier.offer(command("c1", { calls: [call(1)] }), at(33_000)))).toEqual([
      "report c1 sent",
      "report c1 failed",
      "report c1 acknowledged",
    ]);
  });
  test("answers late, and others were to follow: nothing is said of the whole", () => {
    const carrier = createCarrier();
    carrier.offer(command("c1"), at(0));
    carrier.tick(at(10_001));
    expect(carrier.succeeded(ticket("c1", 0), at(31_000))).toEqual([]);
  });
});

describe("E03 Home Assistant's nodes have no connection, before anybody noticed", () => {
  const none = "No connection to Home Assistant";
  test("nothing was sent, so no attempt is used up: the command waits, and is carried when it is back", () => {
    const carrier = createCarrier();
    carrier.offer(command("c1"), at(0));
    expect(words(carrier.failed(ticket("c1", 0), none, at(1)))).toEqual(["end battery"]);
    expect(carrier.offer(command("c1", { state: "sent" }), at(2))).toEqual([]);
    expect(carrier.offer(command("c2", { deviceId: "tank" }), at(2))).toEqual([]);
    expect(words(carrier.houseReturned(at(3)))).toEqual([
      "begin battery",
      "report c1 sent",
      "call c1/0",
      "begin tank",
      "report c2 sent",
      "call c2/0",
    ]);
  });
  test("in a flow that never says that it is back, it is tried again after 10 s", () => {
    const carrier = createCarrier();
    carrier.offer(command("c1"), at(0));
    carrier.failed(ticket("c1", 0), none, at(1));
    expect(carrier.tick(at(10_000))).toEqual([]);
    expect(words(carrier.tick(at(10_001)))).toContain("call c1/0");
  });
  test("one that was withdrawn meanwhile, or is over, is not", () => {
    const carrier = createCarrier();
    carrier.offer(command("c1"), at(0));
    carrier.failed(ticket("c1", 0), none, at(1));
    carrier.withdraw("c1");
    expect(carrier.houseReturned(at(2))).toEqual([]);
  });
  test("in the middle of a command it has failed: half of it was made", () => {
    const carrier = createCarrier();
    carrier.offer(command("c1"), at(0));
    carrier.succeeded(ticket("c1", 0), at(1));
    const [failed] = carrier.failed(ticket("c1", 1), none, at(2));
    expect(failed).toMatchObject({ report: { type: "failed", failure: { kind: "unreachable" } } });
  });
});

const restarted = (carrier: ReturnType<typeof createCarrier>) =>
  createCarrier({ carriedBefore: JSON.parse(JSON.stringify(carrier.carried())) });

describe("E34 after a restart of Node-RED", () => {
  test("what was carried is reported again, with the same ids, and not made again", () => {
    const before = createCarrier();
    before.offer(command("c1", { calls: [call(1)] }), at(0));
    before.succeeded(ticket("c1", 0), at(1));
    const effects = restarted(before).offer(command("c1", { state: "sent" }), at(2));
    expect(words(effects)).toEqual(["report c1 sent", "report c1 acknowledged"]);
  });
  test("what had begun has failed: nobody knows whether it arrived, and the service decides", () => {
    const before = createCarrier();
    before.offer(command("c1"), at(0));
    const after = restarted(before);
    const effects = after.offer(command("c1", { state: "sent" }), at(2));
    expect(words(effects)).toEqual(["report c1 failed"]);
    expect(effects[0]).toMatchObject({ report: { failure: { kind: "error" } } });
    expect(words(after.offer(command("c1", { attempt: 2 }), at(3)))).toContain("call c1/0");
  });
  test("what waited, or never left for want of a connection, is carried", () => {
    const before = createCarrier();
    before.offer(command("c1"), at(0));
    before.offer(command("c2"), at(0));
    before.failed(ticket("c1", 0), "No connection", at(1));
    const after = restarted(before);
    expect(words(after.offer(command("c1", { state: "sent" }), at(2)))).toContain("call c1/0");
    expect(words(restarted(before).offer(command("c2"), at(2)))).toContain("call c2/0");
  });
});

test("a command without calls is done at once", () => {
  expect(words(createCarrier().offer(command("c1", { calls: [] }), at(0)))).toEqual([
    "begin battery",
    "report c1 sent",
    "report c1 acknowledged",
    "end battery",
  ]);
});

test("whatever is offered and answered, a device never has two calls on their way, and no call is made twice", () =>
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          what: fc.constantFrom("offer", "succeed", "fail", "withdraw"),
          id: fc.nat(4),
          device: fc.nat(1),
          index: fc.nat(1),
        }),
      ),
      (steps) => {
        const carrier = createCarrier();
        const under = new Map<string, string>();
        const made = new Set<string>();
        const follow = (effects: readonly Effect[]) => {
          for (const effect of effects) {
            if (effect.kind !== "call") continue;
            const { commandId, callIndex } = effect.ticket;
            const device = `d${Number(commandId.slice(1)) % 2}`;
            expect(made.has(`${commandId}/${callIndex}`)).toBe(false);
            made.add(`${commandId}/${callIndex}`);
            expect(under.has(device)).toBe(false);
            under.set(device, commandId);
          }
        };
        for (const { what, id, index } of steps) {
          const commandId = `c${id}`;
          const device = `d${id % 2}`;
          const isAnswer =
            under.get(device) === commandId &&
            made.has(`${commandId}/${index}`) &&
            !made.has(`${commandId}/${index + 1}`);
          if (what === "offer") follow(carrier.offer(command(commandId, { deviceId: device }), at(0)));
          else if (what === "withdraw") carrier.withdraw(commandId);
          else if (isAnswer) {
            under.delete(device);
            follow(
              what === "succeed"
                ? carrier.succeeded(ticket(commandId, index), at(0))
                : carrier.failed(ticket(commandId, index), "no", at(0)),
            );
          }
        }
      },
    ),
  ));

test("a report's id is short enough for the contract, whatever the command's", () => {
  expect(reportId("x".repeat(300), 12, "acknowledged").length).toBeLessThanOrEqual(100);
});

describe("the answer in a message", () => {
  const ohmstead = ticket("c1", 0);
  test.each([
    ["a finished one", { ohmstead, payload: {} }, { ticket: ohmstead }],
    [
      "one from a catch node",
      { ohmstead, error: { message: "No connection" } },
      { ticket: ohmstead, error: "No connection" },
    ],
    ["any other", { payload: 1 }, undefined],
    ["one of fallback's", { ohmstead: { fallback: true } }, undefined],
  ])("%s", (_what, message, expected) => {
    expect(answerIn(message)).toEqual(expected);
  });
});
