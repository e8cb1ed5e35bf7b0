import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CommandReport, Intent, Override, ServiceEvent } from "@ohmstead/contract";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { LatestReading } from "../commands/readings.ts";
import { aPlan, aReport, MINUTE, T0, usualSettings } from "../commands/testing/examples.ts";
import { createDevice } from "../devices/registry.ts";
import { NotFound } from "../domain/errors.ts";
import { openStore, type Store } from "../store/store.ts";
import { type CommandCycle, createCommandCycle } from "./command-cycle.ts";

const ON: Intent = { kind: "on" };
const OFF: Intent = { kind: "off" };
const heater = (deviceId: string) =>
  createDevice(
    "immersion-switch",
    { kind: "immersion-switch", entity: `switch.${deviceId}` },
    { deviceId, name: `The ${deviceId}`, deviceType: "immersionHeater", limits: {}, signals: {} },
  );

/** The cycle on a real database, with a clock, readings and a listener that the test holds. */
function openBench(path: string) {
  const bench = {
    nowMs: T0,
    // Seen, and neither on nor off: nothing is done already.
    readings: new Map<string, LatestReading>([
      ["switch.upper", { value: "?", atMs: T0 }],
      ["switch.lower", { value: "?", atMs: T0 }],
    ]),
    overrides: [] as Override[],
    hold: undefined as string | undefined,
    unusable: new Map<string, string>() as ReadonlyMap<string, string>,
    heard: [] as ServiceEvent[],
    isPlanDue: false,
    carrierSinceMs: T0 as number | undefined,
    store: undefined as unknown as Store,
    cycle: undefined as unknown as CommandCycle,
    start: () => {
      bench.store = openStore(path);
      bench.cycle = createCommandCycle({
        store: bench.store,
        devices: new Map(["upper", "lower"].map((id) => [id, heater(id)])),
        settings: usualSettings,
        clock: { nowMs: () => bench.nowMs },
        publish: (event) => bench.heard.push(event),
        readings: () => bench.readings,
        isPlanDue: () => bench.isPlanDue,
        overrides: () => bench.overrides.filter(({ untilMs }) => untilMs > bench.nowMs),
        hold: () => bench.hold,
        carrierSinceMs: () => bench.carrierSinceMs,
        onUsable: (unusable) => {
          bench.unusable = unusable;
        },
        onOverride: ({ deviceId, untilMs }) => {
          const createdAtMs = bench.nowMs;
          bench.overrides.push({
            id: `o${createdAtMs}`,
            kind: "manual",
            deviceId,
            createdAtMs,
            untilMs,
            origin: "detected",
          });
        },
      });
    },
    /** As after a sudden death: nothing is told to the old one, all it knew is gone. */
    restart: () => {
      bench.store.close();
      bench.heard = [];
      bench.start();
    },
    later: (ms: number) => {
      bench.nowMs += ms;
      bench.cycle.tick();
    },
    show: (deviceId: string, value: string) => {
      bench.readings.set(`switch.${deviceId}`, { value, atMs: bench.nowMs });
      bench.cycle.onReadings();
    },
    /** The source says that it has no value, or has one again. */
    leave: (deviceId: string) => {
      const before = bench.readings.get(`switch.${deviceId}`);
      bench.readings.set(`switch.${deviceId}`, {
        value: before?.value ?? "?",
        atMs: bench.nowMs,
        goneSinceMs: bench.nowMs,
      });
      bench.cycle.onReadings();
    },
    comeBack: (deviceId: string, value: string) => {
      bench.readings.set(`switch.${deviceId}`, { value, atMs: bench.nowMs, backSinceMs: bench.nowMs });
      bench.cycle.onReadings();
    },
    alerts: () => bench.heard.flatMap((event) => (event.type === "alert" ? [`${event.level} ${event.message}`] : [])),
    deviations: () => bench.heard.flatMap((event) => (event.type === "deviation" ? [event.deviation.kind] : [])),
    report: (commandId: string, type: CommandReport["type"], attempt = 1, detail = "") =>
      bench.cycle.onReport(commandId, aReport(type, bench.nowMs, attempt, detail)),
    liveOf: (deviceId: string) => bench.cycle.open().filter((command) => command.deviceId === deviceId),
    heardTypes: () => bench.heard.map((event) => event.type),
    /** Carries the device's live command to its proof. */
    prove: (deviceId: string, value: string) => {
      const [live] = bench.liveOf(deviceId);
      if (!live) throw new Error(`${deviceId} has no command`);
      bench.report(live.id, "sent");
      bench.report(live.id, "acknowledged");
      bench.show(deviceId, value);
      return live.id;
    },
  };
  bench.start();
  return bench;
}

let folder: string;
let bench: ReturnType<typeof openBench>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ohmstead-commands-"));
  bench = openBench(join(folder, "house.db"));
});
afterEach(() => {
  bench.store.close();
  rmSync(folder, { recursive: true, force: true });
});

test("a plan becomes a command, is carried, proved by a reading, and completed by the next segment", () => {
  bench.cycle.onPlan(
    aPlan({
      upper: [
        [0, 30, ON],
        [30, 90, OFF],
      ],
    }),
  );
  const [command] = bench.cycle.open();
  expect(command).toMatchObject({
    deviceId: "upper",
    state: "pending",
    intent: ON,
    reason: "it is time for on",
    planId: "plan-1",
    validUntilMs: T0 + 30 * MINUTE,
    calls: [{ action: "switch.turn_on", target: { entity_id: "switch.upper" }, data: {} }],
  });
  expect(bench.heard).toEqual([{ type: "command", command }]);
  const id = bench.prove("upper", "on");
  expect(bench.cycle.find(id).state).toBe("verified");
  bench.later(30 * MINUTE);
  expect(bench.cycle.find(id).state).toBe("completed");
  expect(bench.liveOf("upper")).toMatchObject([{ intent: OFF, state: "pending" }]);
  expect(bench.cycle.events(id).map((event) => event.type)).toEqual([
    "created",
    "sent",
    "acknowledged",
    "verified",
    "completed",
  ]);
  expect(bench.heardTypes()).toEqual(["command", "command"]);
});

test("the same intent in the next plan gives no new command, while it runs and when its own time is over", () => {
  bench.cycle.onPlan(aPlan({ upper: [[0, 30, ON]] }));
  bench.cycle.onPlan(aPlan({ upper: [[0, 40, ON]] }, "plan-2"));
  const id = bench.prove("upper", "on");
  bench.nowMs += 35 * MINUTE;
  bench.cycle.onPlan(aPlan({ upper: [[30, 90, ON]] }, "plan-3"));
  bench.later(MINUTE);
  expect(bench.cycle.list({ openOnly: false, limit: 10 }).map((command) => command.id)).toEqual([id]);
  expect(bench.cycle.find(id).state).toBe("verified");
  bench.later(60 * MINUTE); // no plan says anything any more
  expect(bench.cycle.find(id).state).toBe("completed");
  expect(bench.cycle.open()).toEqual([]);
});

test("while a newer plan is due nothing new is ordered, what is live goes on, and then one order is made", () => {
  bench.cycle.onPlan(
    aPlan({
      upper: [
        [0, 30, ON],
        [30, 90, OFF],
      ],
    }),
  );
  const id = bench.prove("upper", "on");
  bench.isPlanDue = true;
  bench.heard = [];
  bench.later(30 * MINUTE); // the old plan wants it off
  bench.show("upper", "on");
  bench.later(1000);
  expect(bench.cycle.find(id).state).toBe("verified");
  expect(bench.heard).toEqual([]);

  bench.isPlanDue = false;
  bench.cycle.onPlan(aPlan({ upper: [[30, 90, OFF]] }, "plan-2"));
  bench.later(1000);
  expect(bench.cycle.find(id).state).toBe("completed");
  expect(bench.liveOf("upper")).toMatchObject([{ intent: OFF, planId: "plan-2", state: "pending" }]);
  expect(bench.heardTypes()).toEqual(["command"]);
  expect(bench.cycle.list({ openOnly: false, limit: 10 })).toHaveLength(2);
});

test("while a newer plan is due a live command is offered again, carried, proved and retried", () => {
  bench.cycle.onPlan(aPlan({ upper: [[0, 90, ON]], lower: [[0, 90, ON]] }));
  bench.isPlanDue = true;
  bench.heard = [];
  bench.later(2 * MINUTE);
  expect(bench.heardTypes()).toEqual(["command", "command"]);
  expect(bench.cycle.find(bench.prove("upper", "on")).state).toBe("verified");
  const lower = bench.liveOf("lower")[0]?.id ?? "";
  bench.report(lower, "failed", 1, "500");
  bench.later(5000);
  expect(bench.cycle.find(lower)).toMatchObject({ state: "pending", attempt: 2 });
  expect(bench.cycle.list({ openOnly: false, limit: 10 })).toHaveLength(2);
});

test("a plan that does not come after all is not waited for: the old one is followed, with one order", () => {
  bench.cycle.onPlan(
    aPlan({
      upper: [
        [0, 30, ON],
        [30, 90, OFF],
      ],
    }),
  );
  bench.prove("upper", "on");
  bench.isPlanDue = true;
  bench.later(30 * MINUTE);
  expect(bench.liveOf("upper")).toMatchObject([{ intent: ON }]);
  bench.isPlanDue = false;
  bench.later(15_000);
  bench.later(1000);
  expect(bench.liveOf("upper")).toMatchObject([{ intent: OFF, planId: "plan-1" }]);
  expect(bench.cycle.list({ openOnly: false, limit: 10 })).toHaveLength(2);
});

test("a change of mind supersedes what is under way, withdraws it, and a late report revives nothing", () => {
  bench.cycle.onPlan(aPlan({ upper: [[0, 60, ON]] }));
  const [first] = bench.cycle.open();
  const id = first?.id ?? "";
  bench.report(id, "sent");
  bench.nowMs += 1000;
  bench.cycle.onPlan(aPlan({ upper: [[0, 60, OFF]] }, "plan-2"));
  expect(bench.heardTypes()).toEqual(["command", "withdraw", "command"]);
  expect(bench.heard[1]).toEqual({ type: "withdraw", commandId: id });
  expect(bench.report(id, "acknowledged").state).toBe("superseded");
  expect(bench.cycle.events(id).at(-1)?.type).toBe("acknowledged");
  expect(bench.liveOf("upper")).toMatchObject([{ intent: OFF }]);
});

test("commands of different devices live side by side", () => {
  bench.cycle.onPlan(aPlan({ upper: [[0, 60, ON]], lower: [[0, 60, OFF]] }));
  expect(bench.cycle.open().map(({ deviceId, intent }) => [deviceId, intent.kind])).toEqual([
    ["upper", "on"],
    ["lower", "off"],
  ]);
});

test("a report counts once, however often it is told", () => {
  bench.cycle.onPlan(aPlan({ upper: [[0, 60, ON]] }));
  const id = bench.cycle.open()[0]?.id ?? "";
  const failed = aReport("failed", T0, 1, "500");
  expect(bench.cycle.onReport(id, failed)).toMatchObject({ state: "retrying", attempt: 1 });
  bench.later(5000);
  expect(bench.cycle.find(id)).toMatchObject({ state: "pending", attempt: 2 });
  expect(bench.cycle.onReport(id, failed)).toMatchObject({ state: "pending", attempt: 2 });
  expect(bench.cycle.events(id)).toHaveLength(3);
  expect(() => bench.cycle.onReport("nobody", failed)).toThrow(NotFound);
  expect(() => bench.cycle.find("nobody")).toThrow(NotFound);
  expect(() => bench.cycle.events("nobody")).toThrow(NotFound);
});

test("an acknowledgement told again after its attempt has failed is none", () => {
  bench.cycle.onPlan(aPlan({ upper: [[0, 60, ON]] }));
  const id = bench.cycle.open()[0]?.id ?? "";
  const acknowledged = aReport("acknowledged", T0);
  bench.cycle.onReport(id, acknowledged);
  bench.later(10 * MINUTE);
  expect(bench.cycle.onReport(id, acknowledged).state).toBe("retrying");
  bench.later(5000);
  expect(bench.cycle.find(id)).toMatchObject({ state: "pending", attempt: 2 });
});

test("E17 a device that accepts and does nothing is retried, then given up aloud, and left alone for half an hour", () => {
  bench.cycle.onPlan(aPlan({ upper: [[0, 1000, ON]] }));
  bench.show("upper", "off");
  const id = bench.cycle.open()[0]?.id ?? "";
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    expect(bench.cycle.find(id)).toMatchObject({ state: "pending", attempt });
    bench.report(id, "sent", attempt);
    bench.report(id, "acknowledged", attempt);
    bench.later(10 * MINUTE); // not shown by readings
    bench.later(5 * MINUTE); // the longest pause
  }
  expect(bench.cycle.find(id)).toMatchObject({ state: "deadLettered", deadLetter: "open" });
  expect(bench.cycle.find(id).lastError).toContain("switch.upper should be on and is off");
  expect(bench.alerts()).toEqual([expect.stringMatching(/^warning The upper: does not do/)]);
  expect(bench.deviations()).toEqual(Array.from({ length: 5 }, () => "notStored"));
  bench.later(24 * MINUTE);
  expect(bench.cycle.open()).toEqual([]);
  bench.later(2 * MINUTE);
  expect(bench.liveOf("upper")).toMatchObject([{ state: "pending", attempt: 1, intent: ON }]);
});

test("E01 what failed five times is a dead letter, and a different wish waits until the breaker lets a trial through", () => {
  bench.cycle.onPlan(aPlan({ upper: [[0, 60, ON]] }));
  const id = bench.cycle.open()[0]?.id ?? "";
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    bench.report(id, "failed", attempt, "500");
    bench.later(attempt < 5 ? 5 * MINUTE : 0);
  }
  expect(bench.cycle.find(id).state).toBe("deadLettered");
  expect([...bench.unusable.keys()]).toEqual(["upper"]);
  bench.cycle.onPlan(aPlan({ upper: [[0, 600, OFF]] }, "plan-2"));
  bench.later(5 * MINUTE - 1);
  expect(bench.cycle.open()).toEqual([]);
  expect(bench.cycle.status()[0]).toMatchObject({ breaker: "open", waitsFor: expect.stringContaining("500") });
  bench.later(1);
  expect(bench.liveOf("upper")).toMatchObject([{ intent: OFF }]);
  expect([...bench.unusable.keys()]).toEqual([]);
});

test("while nobody carries, orders expire and never pile up; the newest is there for whoever comes", () => {
  bench.cycle.onPlan(
    aPlan({
      upper: [
        [0, 30, ON],
        [30, 60, OFF],
        [60, 90, ON],
      ],
    }),
  );
  bench.later(30 * MINUTE);
  bench.later(30 * MINUTE);
  expect(bench.cycle.toCarry()).toMatchObject([{ intent: ON, createdAtMs: T0 + 60 * MINUTE }]);
  const states = bench.cycle.list({ openOnly: false, limit: 10 }).map((command) => command.state);
  expect(states).toEqual(["pending", "expired", "expired"]);
});

test("E31 while its carrier is away an attempt is not taken for failed: it is heard when it is back, and nothing is carried twice", () => {
  bench.cycle.onPlan(aPlan({ upper: [[0, 300, ON]] }));
  const id = bench.cycle.open()[0]?.id ?? "";
  bench.report(id, "sent");
  bench.carrierSinceMs = undefined;
  bench.later(60 * MINUTE);
  expect(bench.cycle.find(id)).toMatchObject({ state: "sent", attempt: 1 });
  bench.carrierSinceMs = bench.nowMs;
  bench.later(usualSettings.acknowledgeWithinMs / 2);
  bench.report(id, "acknowledged");
  expect(bench.cycle.find(id)).toMatchObject({ state: "acknowledged", attempt: 1 });
});

test("what was offered and not taken is offered again, in case a listener missed it", () => {
  bench.cycle.onPlan(aPlan({ upper: [[0, 60, ON]] }));
  bench.later(2 * MINUTE - 1);
  expect(bench.heardTypes()).toEqual(["command"]);
  bench.later(1);
  expect(bench.heardTypes()).toEqual(["command", "command"]);
  expect(bench.cycle.list({ openOnly: false, limit: 10 })).toHaveLength(1);
});

test("E22 what the device shows already is not written", () => {
  bench.show("upper", "on");
  bench.cycle.onPlan(aPlan({ upper: [[0, 60, ON]] }));
  expect(bench.cycle.open()).toMatchObject([{ state: "verified", intent: ON }]);
  expect(bench.heard).toEqual([]);
  expect(bench.cycle.status()[0]?.writes.used).toBe(0);
});

test("nothing is ordered of a device of which nothing has been read yet", () => {
  bench.readings.delete("switch.upper");
  bench.cycle.onPlan(aPlan({ upper: [[0, 60, ON]] }));
  bench.later(MINUTE);
  expect(bench.cycle.open()).toEqual([]);
  expect(bench.cycle.status()[0]?.waitsFor).toBe("nothing has been read of it yet (switch.upper)");
  bench.show("upper", "off");
  expect(bench.cycle.open()).toMatchObject([{ intent: ON }]);
});

test("E24 a change by hand is an override: said, respected for two hours, then the plan is followed again", () => {
  bench.cycle.onPlan(aPlan({ upper: [[0, 600, ON]] }));
  const id = bench.prove("upper", "on");
  bench.nowMs += 20 * MINUTE;
  bench.show("upper", "off");
  const changedAtMs = bench.nowMs;
  bench.later(29_000);
  expect(bench.cycle.find(id).state).toBe("verified");
  bench.later(1000);
  expect(bench.cycle.find(id).state).toBe("completed");
  expect(bench.cycle.events(id).at(-1)?.cause).toContain("taken over by hand");
  expect(bench.overrides).toMatchObject([{ deviceId: "upper", untilMs: changedAtMs + 30_000 + 120 * MINUTE }]);
  expect(bench.deviations()).toEqual(["override"]);
  expect(bench.alerts()).toEqual([expect.stringMatching(/^info The upper: was changed by hand/)]);
  bench.heard = [];
  bench.cycle.onPlan(aPlan({ upper: [[0, 600, ON]] }, "plan-2"));
  bench.later(119 * MINUTE);
  expect(bench.cycle.open()).toEqual([]);
  bench.later(2 * MINUTE);
  expect(bench.liveOf("upper")).toMatchObject([{ intent: ON, state: "pending" }]);
});

test("E34 what the watchdog in Home Assistant did while Node-RED was away is nobody's hand: the plan is followed again at once", () => {
  bench.cycle.onPlan(aPlan({ upper: [[0, 600, ON]] }));
  bench.prove("upper", "on");
  bench.nowMs += 30 * MINUTE;
  bench.readings.set("input_boolean.ohmstead_drives", { value: "on", atMs: bench.nowMs });
  bench.show("upper", "off");
  bench.later(30_000);
  expect(bench.overrides).toEqual([]);
  expect(bench.deviations()).toEqual(["drift"]);
  expect(bench.liveOf("upper")).toMatchObject([{ intent: ON, origin: { kind: "reconciliation" } }]);
});

test("E24 a watchdog that has been quiet since the command excuses no hand", () => {
  bench.readings.set("input_boolean.ohmstead_drives", { value: "on", atMs: bench.nowMs - MINUTE });
  bench.cycle.onPlan(aPlan({ upper: [[0, 600, ON]] }));
  bench.prove("upper", "on");
  bench.nowMs += 30 * MINUTE;
  bench.show("upper", "off");
  bench.later(30_000);
  expect(bench.deviations()).toEqual(["override"]);
});

test("E24 one reading that differs and is gone again is nobody's hand", () => {
  bench.cycle.onPlan(aPlan({ upper: [[0, 600, ON]] }));
  const id = bench.prove("upper", "on");
  bench.show("upper", "off");
  bench.later(20_000);
  bench.show("upper", "on");
  bench.later(10 * MINUTE);
  expect(bench.cycle.find(id).state).toBe("verified");
  expect(bench.overrides).toEqual([]);
});

test("E24 while a change is new nothing is ordered against it, whatever the next plan wants", () => {
  bench.cycle.onPlan(aPlan({ upper: [[0, 600, ON]] }));
  bench.prove("upper", "on");
  bench.show("upper", "off");
  bench.heard = [];
  bench.cycle.onPlan(aPlan({ upper: [[0, 600, { kind: "off" }]], lower: [[0, 600, ON]] }, "plan-2"));
  bench.later(60_000);
  expect(bench.liveOf("upper")).toEqual([]);
  expect(bench.overrides).toHaveLength(1);
});

test("E19 a device that was away and came back otherwise has forgotten: it is told again, and nobody is taken for a person", () => {
  bench.cycle.onPlan(aPlan({ upper: [[0, 600, ON]] }));
  const id = bench.prove("upper", "on");
  bench.nowMs += 10 * MINUTE;
  bench.leave("upper");
  bench.later(50_000);
  bench.comeBack("upper", "off");
  bench.later(30_000);
  expect(bench.cycle.find(id).state).toBe("completed");
  expect(bench.liveOf("upper")).toMatchObject([{ intent: ON, origin: { kind: "reconciliation" } }]);
  expect(bench.overrides).toEqual([]);
  expect(bench.deviations()).toEqual(["drift"]);
});

test("E24 an own order that takes effect late is not taken for a person", () => {
  bench.cycle.onPlan(aPlan({ upper: [[0, 600, OFF]] }));
  const [late] = bench.cycle.open();
  bench.report(late?.id ?? "", "sent");
  bench.nowMs += MINUTE;
  bench.cycle.onPlan(aPlan({ upper: [[0, 600, ON]] }, "plan-2")); // the first is superseded, and still on its way
  bench.prove("upper", "on");
  bench.nowMs += 5 * MINUTE;
  bench.show("upper", "off");
  bench.later(30_000);
  expect(bench.overrides).toEqual([]);
  expect(bench.deviations()).toEqual(["drift"]);
  expect(bench.liveOf("upper")).toMatchObject([{ intent: ON, origin: { kind: "reconciliation" }, state: "pending" }]);
});

test("E24 nor is the first attempt of an order that was proved with its second", () => {
  bench.cycle.onPlan(aPlan({ upper: [[0, 600, OFF]] }));
  const [first] = bench.cycle.open();
  const id = first?.id ?? "";
  bench.report(id, "sent");
  bench.cycle.onReport(id, { ...aReport("failed", bench.nowMs, 1, "no answer"), failure: { kind: "timeout" } });
  bench.later(5000);
  bench.report(id, "sent", 2);
  bench.report(id, "acknowledged", 2);
  bench.show("upper", "off");
  bench.nowMs += MINUTE;
  bench.cycle.onPlan(aPlan({ upper: [[0, 600, ON]] }, "plan-2"));
  bench.prove("upper", "on");
  bench.nowMs += 5 * MINUTE;
  bench.show("upper", "off"); // what was asked for first, at last
  bench.later(30_000);
  expect(bench.overrides).toEqual([]);
  expect(bench.deviations()).toContain("drift");
});

test("E16 a device that is away: its command fails with the reason, no plan counts on it, and all of it ends when it is back", () => {
  bench.cycle.onPlan(aPlan({ upper: [[0, 600, ON]] }));
  const [command] = bench.cycle.open();
  bench.report(command?.id ?? "", "sent");
  bench.leave("upper");
  bench.later(60_000);
  expect(bench.cycle.find(command?.id ?? "")).toMatchObject({
    state: "failed",
    lastError: "switch.upper is unavailable",
  });
  expect([...bench.unusable]).toEqual([["upper", "switch.upper is unavailable"]]);
  bench.cycle.onPlan(aPlan({ upper: [[0, 600, OFF]] }, "plan-2"));
  bench.later(10 * MINUTE);
  expect(bench.cycle.open()).toEqual([]);
  bench.comeBack("upper", "?");
  expect(bench.unusable.size).toBe(0);
  expect(bench.liveOf("upper")).toMatchObject([{ intent: OFF, state: "pending" }]);
});

test("E14 what nobody can tell is unknown: said once after five minutes, and nothing is concluded from it", () => {
  bench.cycle.onPlan(aPlan({ upper: [[0, 600, ON]] }));
  const id = bench.prove("upper", "on");
  bench.readings.set("switch.upper", { value: null, atMs: bench.nowMs });
  bench.later(1000);
  bench.later(5 * MINUTE);
  bench.later(20 * MINUTE);
  expect(bench.deviations()).toEqual(["unknown"]);
  expect(bench.alerts()).toHaveLength(1);
  expect(bench.cycle.find(id).state).toBe("verified");
});

test("an order whose effect shows although the answer was lost is complete, and is not sent again", () => {
  bench.cycle.onPlan(aPlan({ upper: [[0, 600, ON]] }));
  const id = bench.cycle.open()[0]?.id ?? "";
  bench.report(id, "sent");
  bench.nowMs += 10_000;
  bench.cycle.onReport(id, { ...aReport("failed", bench.nowMs, 1, "no answer"), failure: { kind: "timeout" } });
  bench.nowMs += 2000;
  bench.show("upper", "on");
  expect(bench.cycle.find(id)).toMatchObject({ state: "verified", attempt: 1 });
  bench.later(10 * MINUTE);
  expect(bench.alerts()).toEqual([]);
});

test("E05 wrong credentials end the command at once, and nothing more is sent until the breaker lets a trial through", () => {
  bench.cycle.onPlan(aPlan({ upper: [[0, 600, ON]] }));
  const id = bench.cycle.open()[0]?.id ?? "";
  const refused = {
    ...aReport("failed", T0, 1, "401 from the maker's cloud: the refresh token"),
    failure: { kind: "auth" as const },
  };
  expect(bench.cycle.onReport(id, refused)).toMatchObject({ state: "failed", attempt: 1 });
  expect(bench.alerts()).toEqual([
    expect.stringContaining("refuses our credentials: 401 from the maker's cloud: the refresh token"),
  ]);
  bench.cycle.onPlan(aPlan({ upper: [[0, 600, OFF]] }, "plan-2"));
  bench.later(4 * MINUTE);
  expect(bench.cycle.open()).toEqual([]);
  expect(bench.unusable.has("upper")).toBe(true);
});

test("E04 a device that asks for patience gets it", () => {
  bench.cycle.onPlan(aPlan({ upper: [[0, 600, ON]] }));
  const id = bench.cycle.open()[0]?.id ?? "";
  const limited = {
    ...aReport("failed", T0, 1, "429"),
    failure: { kind: "rateLimited" as const, retryAfterMs: 90_000 },
  };
  bench.cycle.onReport(id, limited);
  bench.later(89_999);
  expect(bench.cycle.find(id)).toMatchObject({ state: "retrying", retryAtMs: T0 + 90_000 });
  bench.later(1);
  expect(bench.cycle.find(id)).toMatchObject({ state: "pending", attempt: 2 });
});

test("E22 no device is written to more often than its budget allows; it is said once, and the safe state is still ordered", () => {
  let isOn = true;
  for (let minute = 0; minute < 22 * 60; minute += 10) {
    bench.cycle.onPlan(aPlan({ upper: [[minute, minute + 10, isOn ? ON : OFF]] }, `plan-${minute}`));
    const [live] = bench.liveOf("upper");
    if (live?.state === "pending") bench.prove("upper", live.intent.kind);
    isOn = !isOn;
    bench.later(10 * MINUTE);
  }
  const written = bench.cycle
    .list({ openOnly: false, limit: 1000 })
    .flatMap(({ id }) => bench.cycle.events(id).filter(({ type }) => type === "sent"));
  expect(written.length).toBeLessThanOrEqual(24);
  expect(bench.cycle.status()[0]?.writes).toEqual({ used: written.length, of: 24 });
  expect(bench.alerts()).toEqual([expect.stringMatching(/^warning The upper: its write budget is used up: 20 of 24/)]);
  // The last thing it was told is the safe state, not the heater left on.
  expect(bench.readings.get("switch.upper")?.value).toBe("off");
});

const cycleOf = (perDay: number) =>
  createCommandCycle({
    store: bench.store,
    devices: new Map([["upper", { ...heater("upper"), writes: { perDay } }]]),
    settings: usualSettings,
    clock: { nowMs: () => bench.nowMs },
    publish: () => {},
    readings: () => bench.readings,
  });

test("E21 E22 of the device's own write limit and the household's the stricter counts", () => {
  expect([6, 1000].map((perDay) => cycleOf(perDay).status()[0]?.writes.of)).toEqual([6, 24]);
});

test("E27 E28 a person who takes a device over ends what is under way, and the plan has no say until it is given back", () => {
  bench.cycle.onPlan(aPlan({ upper: [[0, 600, ON]] }));
  const id = bench.cycle.open()[0]?.id ?? "";
  bench.report(id, "sent");
  const wish = {
    id: "o1",
    kind: "deviceOff" as const,
    deviceId: "upper",
    createdAtMs: T0,
    untilMs: T0 + 600 * MINUTE,
    origin: "person" as const,
  };
  bench.overrides.push(wish);
  bench.later(1000);
  expect(bench.cycle.find(id).state).toBe("superseded");
  expect(bench.cycle.events(id).at(-1)?.cause).toBe("its owner took it out of service");
  bench.later(60 * MINUTE);
  expect(bench.cycle.open()).toEqual([]);
  bench.overrides.length = 0;
  bench.later(1000);
  expect(bench.liveOf("upper")).toMatchObject([{ intent: ON }]);
});

test("E26 E28 what the plan does for a person's wish is ordered in the person's name", () => {
  bench.overrides.push({
    id: "o1",
    kind: "boostWater",
    deviceId: "upper",
    createdAtMs: T0,
    untilMs: T0 + 60 * MINUTE,
    origin: "person",
  });
  bench.cycle.onPlan(aPlan({ upper: [[0, 600, ON]], lower: [[0, 600, ON]] }));
  expect(bench.cycle.open().map(({ origin }) => origin)).toEqual([
    { kind: "person", detail: "boostWater" },
    { kind: "plan" },
  ]);
});

test("E23 E43 while commands are held none is sent, and what was not yet carried is withdrawn", () => {
  bench.cycle.onPlan(aPlan({ upper: [[0, 600, ON]] }));
  bench.hold = "the grid is away";
  bench.later(1000);
  expect(bench.cycle.open()).toEqual([]);
  expect(bench.heardTypes()).toEqual(["command", "withdraw"]);
  bench.later(60 * MINUTE);
  expect(bench.cycle.status()[0]?.waitsFor).toBe("the grid is away");
  bench.hold = undefined;
  bench.later(1000);
  expect(bench.liveOf("upper")).toMatchObject([{ intent: ON, state: "pending" }]);
});

test("a person has a dead letter tried once more, or sees it off; only once, and only a dead one", () => {
  bench.cycle.onPlan(aPlan({ upper: [[0, 600, ON]] }));
  const id = bench.cycle.open()[0]?.id ?? "";
  expect(() => bench.cycle.settle(id, "replayed", "anna")).toThrow("it is pending, and only an open dead letter can");
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    bench.report(id, "failed", attempt, "500");
    bench.later(5 * MINUTE);
  }
  bench.later(10 * MINUTE);
  expect(bench.cycle.open()).toEqual([]);
  expect(bench.cycle.settle(id, "replayed", "anna")).toMatchObject({ deadLetter: "replayed" });
  expect(bench.liveOf("upper")).toMatchObject([{ intent: ON, state: "pending" }]);
  expect(() => bench.cycle.settle(id, "discarded", "anna")).toThrow("it is replayed");
  expect(bench.cycle.events(id).at(-1)).toMatchObject({ type: "replayed", cause: "replayed by anna" });
});

test("E36 a device that ends an order by its own timer is written to again in time, though it still does what it was told", () => {
  const timed = { ...heater("upper"), expiresAfterMs: 60 * MINUTE };
  const readings = new Map<string, LatestReading>([["switch.upper", { value: "?", atMs: T0 }]]);
  const cycle = createCommandCycle({
    store: bench.store,
    devices: new Map([["upper", timed]]),
    settings: usualSettings,
    clock: { nowMs: () => bench.nowMs },
    publish: () => {},
    readings: () => readings,
  });
  cycle.onPlan(aPlan({ upper: [[0, 600, ON]] }));
  const written: number[] = [];
  for (let minute = 0; minute < 180; minute += 1) {
    const [live] = cycle.open();
    if (live?.state === "pending") {
      written.push(minute);
      for (const type of ["sent", "acknowledged"] as const) cycle.onReport(live.id, aReport(type, bench.nowMs));
      readings.set("switch.upper", { value: "on", atMs: bench.nowMs });
    }
    bench.nowMs += MINUTE;
    cycle.tick();
  }
  expect(written).toEqual([0, 45, 90, 135]);
});

test("before the whole appliance goes, every device is brought to its safe state", () => {
  bench.cycle.onPlan(aPlan({ upper: [[0, 600, ON]], lower: [[0, 600, ON]] }));
  bench.prove("upper", "on");
  bench.show("lower", "off");
  bench.cycle.goSafe("Ohmstead is being stopped");
  expect(bench.cycle.isAtRest()).toBe(false);
  expect(bench.cycle.open().map(({ deviceId, intent, state }) => [deviceId, intent.kind, state])).toEqual([
    ["upper", "off", "pending"],
    ["lower", "off", "verified"],
  ]);
  bench.prove("upper", "off");
  expect(bench.cycle.isAtRest()).toBe(true);
});

test("after a restart at any moment the same command goes on: nothing is lost, nothing ordered twice", () => {
  const plan = aPlan({ upper: [[0, 60, ON]] });
  bench.cycle.onPlan(plan);
  const id = bench.cycle.open()[0]?.id ?? "";

  bench.restart();
  bench.cycle.onPlan(plan);
  expect(bench.heard).toEqual([{ type: "command", command: bench.cycle.find(id) }]); // offered again
  bench.report(id, "sent");

  bench.restart();
  bench.cycle.onPlan(plan);
  expect(bench.cycle.toCarry()).toMatchObject([{ id, state: "sent" }]);
  bench.report(id, "acknowledged");

  bench.nowMs += 20 * MINUTE; // we were away for long: no answer could have come meanwhile
  bench.restart();
  bench.cycle.onPlan(plan);
  expect(bench.cycle.find(id).state).toBe("acknowledged");
  expect(bench.cycle.toCarry()).toEqual([]);
  bench.show("upper", "on");
  expect(bench.cycle.find(id).state).toBe("verified");

  bench.restart();
  bench.cycle.onPlan(plan);
  bench.later(MINUTE);
  expect(bench.heard).toEqual([]);
  expect(bench.cycle.list({ openOnly: false, limit: 10 })).toHaveLength(1);
});

test("the command of a device that left the config runs out", () => {
  bench.cycle.onPlan(aPlan({ upper: [[0, 60, ON]] }));
  const id = bench.cycle.open()[0]?.id ?? "";
  bench.cycle = createCommandCycle({
    store: bench.store,
    devices: new Map(),
    settings: usualSettings,
    clock: { nowMs: () => bench.nowMs },
    publish: (event) => bench.heard.push(event),
    readings: () => bench.readings,
  });
  bench.later(60 * MINUTE);
  expect(bench.cycle.find(id).state).toBe("expired");
});

test("a listener may answer in the middle of being told", () => {
  const cycle: CommandCycle = createCommandCycle({
    store: bench.store,
    devices: new Map(["upper", "lower"].map((id) => [id, heater(id)])),
    settings: usualSettings,
    clock: { nowMs: () => bench.nowMs },
    publish: (event) => {
      if (event.type === "command") cycle.onReport(event.command.id, aReport("acknowledged", bench.nowMs));
    },
    readings: () => bench.readings,
  });
  cycle.onPlan(aPlan({ upper: [[0, 60, ON]], lower: [[0, 60, ON]] }));
  expect(cycle.open().map((command) => command.state)).toEqual(["acknowledged", "acknowledged"]);
});

const anyDevice = fc.constantFrom("upper", "lower");
const anyAction = fc.oneof(
  fc.record({
    do: fc.constant("plan" as const),
    upper: fc.boolean(),
    lower: fc.boolean(),
    minutes: fc.integer({ min: 1, max: 60 }),
  }),
  fc.record({ do: fc.constant("wait" as const), seconds: fc.integer({ min: 1, max: 900 }) }),
  fc.record({
    do: fc.constant("show" as const),
    device: anyDevice,
    value: fc.constantFrom("on", "off", "unavailable"),
  }),
  fc.record({
    do: fc.constant("report" as const),
    device: anyDevice,
    back: fc.integer({ min: 0, max: 2 }),
    type: fc.constantFrom<CommandReport["type"]>("sent", "acknowledged", "failed"),
    attempt: fc.integer({ min: 1, max: 5 }),
  }),
  fc.record({ do: fc.constant("restart" as const) }),
  fc.record({ do: fc.constant("await" as const), isPlanDue: fc.boolean() }),
);

test("whatever happens, a device has one live command at most, and what ended stays ended", () =>
  fc.assert(
    fc.property(fc.array(anyAction, { maxLength: 25 }), (actions) => {
      const random = openBench(":memory:");
      const ended = new Map<string, string>();
      for (const action of actions) {
        const nowMinute = (random.nowMs - T0) / MINUTE;
        const segment = (isOn: boolean, minutes: number) =>
          [
            [nowMinute, nowMinute + minutes, isOn ? ON : OFF],
            [nowMinute + minutes, 9000, isOn ? OFF : ON],
          ] as const;
        const { cycle } = random;
        if (action.do === "plan")
          cycle.onPlan(aPlan({ upper: segment(action.upper, action.minutes), lower: segment(action.lower, 60) }));
        if (action.do === "await") random.isPlanDue = action.isPlanDue;
        if (action.do === "wait") random.later(action.seconds * 1000);
        if (action.do === "show") random.show(action.device, action.value);
        if (action.do === "report") {
          const known = cycle.list({ openOnly: false, limit: 50 }).filter(({ deviceId }) => deviceId === action.device);
          const target = known[action.back];
          if (target) random.report(target.id, action.type, action.attempt);
        }
        // A memory database dies with its connection, so here only the cycle is made anew.
        if (action.do === "restart")
          random.cycle = createCommandCycle({
            store: random.store,
            devices: new Map(["upper", "lower"].map((id) => [id, heater(id)])),
            settings: usualSettings,
            clock: { nowMs: () => random.nowMs },
            publish: () => {},
            readings: () => random.readings,
            isPlanDue: () => random.isPlanDue,
          });
        const all = random.cycle.list({ openOnly: false, limit: 100 });
        const live = random.cycle.open();
        expect(new Set(live.map(({ deviceId }) => deviceId)).size).toBe(live.length);
        for (const { id, state } of all) {
          const isOver = !live.some((each) => each.id === id);
          expect(isOver).toBe(["completed", "superseded", "expired", "failed", "deadLettered"].includes(state));
          if (ended.has(id)) expect(state).toBe(ended.get(id));
          if (isOver) ended.set(id, state);
        }
      }
      random.store.close();
    }),
    { numRuns: 60 },
  ));
