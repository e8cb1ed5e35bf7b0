import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatHouseClock, HOUSE_CLOCK_VARIABLE, type ServiceEvent } from "@ohmstead/contract";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { aCommand, anOverride, aRecommendation, fakeAppliance, NOW_MS } from "../../tests/support/appliance-fake.ts";
import { soon, type Stage, type StageSetup, startStage } from "../../tests/support/node-red-helper.ts";

const hello: ServiceEvent = {
  type: "hello",
  version: "1",
  nowMs: NOW_MS,
  sources: ["sensor.soc", "climate.room#temperature"],
};
const quiet = () => fakeAppliance({ greeting: () => [hello] });

let stage: Stage | undefined;
const start = async (type: string, appliance: StageSetup["appliance"], config: object = {}, token?: string) => {
  stage = await startStage({ appliance, node: { type, ...config }, ...(token ? { token } : {}) });
  return stage;
};

const state = (value: string) => ({
  payload: value,
  data: {
    new_state: {
      entity_id: "sensor.soc",
      state: value,
      attributes: { unit_of_measurement: "%" },
      last_updated: "2024-01-05T10:00:00Z",
    },
  },
});
const sent = (fake: ReturnType<typeof quiet>) =>
  fake.calls.flatMap(([name, batch]) => (name === "takeTelemetry" ? (batch as { readings: object[] }).readings : []));
const overrides = (fake: ReturnType<typeof quiet>) => fake.calls.filter(([name]) => name.endsWith("Override"));
const reports = (fake: ReturnType<typeof quiet>) =>
  fake.calls.flatMap(([name, , report]) => (name === "reportCommand" ? [(report as { type: string }).type] : []));
const offering = () =>
  fakeAppliance({ greeting: () => [hello, { type: "command", command: { ...aCommand, validUntilMs: NOW_MS * 2 } }] });
beforeEach(() => {
  process.env[HOUSE_CLOCK_VARIABLE] = formatHouseClock({ speed: 1, houseStartMs: NOW_MS, realStartMs: Date.now() });
});
afterEach(async () => {
  await stage?.stop();
  stage = undefined;
});

describe("ohmstead-service", () => {
  test("a wrong token is said on every node that uses it", async () => {
    const { nodes } = await start("ohmstead-telemetry", quiet().appliance, {}, "wrong");
    await soon(() => expect(nodes.status("n")).toBe("token refused (401)"));
  });

  test("reconnects by itself, and says meanwhile why it is not connected", async () => {
    const fake = quiet();
    const { nodes, service } = await start("ohmstead-telemetry", fake.appliance);
    await soon(() => expect(fake.listeners()).toBe(1));
    await service.goAway();
    await soon(() => expect(nodes.status("n")).toMatch(/^service away/));
    await service.comeBack();
    await soon(() => expect(nodes.status("n")).toBe("connected"));
  });

  test("a node without a service says so", async () => {
    const { nodes, node } = await start("ohmstead-plan", quiet().appliance, { service: "" });
    node.receive({});
    await soon(() => expect(nodes.status("n")).toBe("choose a service"));
  });

  test("the health route needs no login, and is not well while the flows do not run", async () => {
    const { nodes } = await start("ohmstead-plan", quiet().appliance);
    expect(await nodes.get("/ohmstead/health")).toMatchObject({
      status: 200,
      body: { flowsStarted: true, homeAssistantConnected: false },
    });
  });
});

describe("ohmstead-telemetry", () => {
  test("sends the wanted states in one batch", async () => {
    const fake = quiet();
    const { node, out } = await start("ohmstead-telemetry", fake.appliance);
    await soon(() => expect(out()).toMatchObject([{ topic: "ohmstead/refresh" }]));
    node.receive(state("50"));
    node.receive(state("51"));
    node.receive({
      payload: [
        { entity_id: "climate.room", state: "heat", attributes: { temperature: 21 } },
        { entity_id: "light.x", state: "on" },
      ],
    });
    await soon(() => expect(fake.calls).toHaveLength(1));
    expect(sent(fake)).toEqual([
      { source: "sensor.soc", value: "51", unit: "%", atMs: NOW_MS },
      { source: "climate.room#temperature", value: 21, atMs: expect.any(Number) },
    ]);
  });

  test("keeps the newest while the service is away, and sends all it knows on return", async () => {
    const fake = quiet();
    const { node, service } = await start("ohmstead-telemetry", fake.appliance, { batchMs: 0 });
    await soon(() => expect(fake.listeners()).toBe(1));
    node.receive(state("50"));
    await soon(() => expect(sent(fake)).toHaveLength(1));
    await service.goAway();
    node.receive(state("51"));
    node.receive(state("52"));
    const later = quiet();
    await service.comeBack(later.appliance);
    await soon(() => expect(sent(later)).toMatchObject([{ value: "52" }]));
  });
});

describe("ohmstead-recommendation and ohmstead-plan", () => {
  test("a recommendation is sent as it comes, and answers any message", async () => {
    const { node, out } = await start("ohmstead-recommendation", fakeAppliance().appliance);
    await soon(() => expect(out()).toHaveLength(1));
    node.receive({ payload: "?", mine: 1 });
    await soon(() => expect(out()).toHaveLength(2));
    expect(out()[0]).toMatchObject({ topic: "recommendation", payload: aRecommendation });
    expect(out()[1]).toMatchObject({ payload: aRecommendation, mine: 1 });
  });

  test("without a plan the answer is an error that a catch node gets", async () => {
    const { nodes, node } = await start(
      "ohmstead-recommendation",
      fakeAppliance({ recommendation: () => undefined, greeting: () => [hello] }).appliance,
    );
    node.receive({ payload: "?" });
    await soon(() => expect(nodes.messages("caught")).toHaveLength(1));
  });

  test("the plan and its company come at start and with every plan", async () => {
    const fake = quiet();
    const { out } = await start("ohmstead-plan", fake.appliance);
    await soon(() => expect(out()).toHaveLength(1));
    expect(out("out2")).toMatchObject([{ topic: "timeline", payload: { timeZone: "Europe/Helsinki" } }]);
    expect(out("out3")).toMatchObject([{ topic: "savings", payload: { saved: 2 } }]);
    expect(out("out4").at(-1)).toMatchObject({ topic: "health", payload: { status: "ok" } });
    expect(out("out5")).toMatchObject([{ topic: "audit", payload: [{ deviceId: "battery" }] }]);
    expect(out("out6")).toEqual([
      expect.objectContaining({ topic: "quarantine", payload: { counts: {}, values: [] } }),
    ]);
    expect(fake.calls).toContainEqual(["quarantine", { perSubject: 1, limit: 50 }]);
    fake.publish({ type: "plan", planId: "p2", createdAtMs: NOW_MS, nextDueMs: NOW_MS + 300_000 });
    await soon(() => expect(out().length).toBeGreaterThanOrEqual(2));
  });

  test("while the service is away the health says so", async () => {
    const { out, service } = await start("ohmstead-plan", quiet().appliance);
    await soon(() => expect(out()).toHaveLength(1));
    await service.goAway();
    await soon(() =>
      expect(out("out4").at(-1)).toMatchObject({ payload: { status: "failing", checks: [{ name: "planner" }] } }),
    );
  });
});

describe("ohmstead-override", () => {
  test("sets and ends, and tells what is in force", async () => {
    const fake = quiet();
    const { node, out } = await start("ohmstead-override", fake.appliance);
    node.receive({ payload: { kind: "batteryHold", deviceId: "battery", minutes: 120 } });
    await soon(() =>
      expect(out().at(-1)).toMatchObject({
        topic: "overrides",
        payload: { active: [{ id: "override-1" }], choices: [{ kind: "batteryHold" }], result: { ok: true } },
      }),
    );
    node.receive({ payload: { end: "override-1" } });
    await soon(() =>
      expect(overrides(fake)).toEqual([
        ["addOverride", { kind: "batteryHold", deviceId: "battery", minutes: 120, by: "node-red" }],
        ["endOverride", "override-1", "node-red"],
      ]),
    );
  });

  test("what somebody asks for elsewhere, or what it costs, is told at once", async () => {
    const fake = quiet();
    const { out } = await start("ohmstead-override", fake.appliance);
    await soon(() => expect(out()).toHaveLength(1));
    fake.publish({ type: "overrides", overrides: [] });
    await soon(() => expect(out().length).toBeGreaterThanOrEqual(2));
  });

  test("a refusal is told on the output and to catch nodes", async () => {
    const { nodes, node, out } = await start("ohmstead-override", quiet().appliance);
    node.receive({ payload: { end: "unknown" } });
    await soon(() => expect(out().at(-1)).toMatchObject({ payload: { result: { ok: false } } }));
    await soon(() => expect(nodes.messages("caught")).toHaveLength(1));
  });
});

describe("ohmstead-command", () => {
  test("carries a command and reports it", async () => {
    const fake = offering();
    const { node, out } = await start("ohmstead-command", fake.appliance);
    await soon(() => expect(out()).toHaveLength(1));
    expect(out()[0]).toMatchObject({
      payload: aCommand.calls[0],
      ohmstead: { commandId: "command-1", attempt: 1, callIndex: 0 },
    });
    node.receive({ ...out()[0] });
    await soon(() => expect(reports(fake)).toEqual(["sent", "acknowledged"]));
  });

  test("reports what a catch node brings", async () => {
    const fake = offering();
    const { node, out } = await start("ohmstead-command", fake.appliance);
    await soon(() => expect(out()).toHaveLength(1));
    node.receive({ ...out()[0], error: { message: "Entity not found" } });
    await soon(() => expect(reports(fake)).toEqual(["sent", "failed"]));
  });

  test("E34 restarted in the middle: the call is not made again, and the service hears that nobody knows", async () => {
    const folder = mkdtempSync(join(tmpdir(), "ohmstead-carried-"));
    process.env["OHMSTEAD_DATA"] = folder;
    try {
      const first = await start("ohmstead-command", offering().appliance);
      await soon(() => expect(first.out()).toHaveLength(1));
      await first.stop();
      const fake = offering();
      const second = await start("ohmstead-command", fake.appliance);
      await soon(() => expect(reports(fake)).toEqual(["failed"]));
      expect(second.out()).toEqual([]);
    } finally {
      delete process.env["OHMSTEAD_DATA"];
      rmSync(folder, { recursive: true });
    }
  });

  test("what it has no part in goes by: deviations, wishes, and what a newer service may say", async () => {
    const fake = offering();
    const { nodes, node, out } = await start("ohmstead-command", fake.appliance);
    await soon(() => expect(out()).toHaveLength(1));
    const deviation = { deviceId: "battery", kind: "drift", atMs: NOW_MS, detail: "changed" } as const;
    fake.publish({ type: "deviation", deviation });
    fake.publish({ type: "overrides", overrides: [anOverride] });
    fake.publish({ type: "of next year" } as never);
    node.receive({ ...out()[0] });
    await soon(() => expect(reports(fake)).toEqual(["sent", "acknowledged"]));
    expect(out()).toHaveLength(1);
    expect(nodes.messages("caught")).toEqual([]);
  });

  test("done while the service was away: reported on return, not repeated", async () => {
    const { node, out, service } = await start("ohmstead-command", offering().appliance);
    await soon(() => expect(out()).toHaveLength(1));
    await service.goAway();
    node.receive({ ...out()[0] });
    const later = offering();
    await service.comeBack(later.appliance);
    await soon(() => expect(reports(later)).toEqual(expect.arrayContaining(["sent", "acknowledged"])));
    expect(out()).toHaveLength(1);
  });
});
