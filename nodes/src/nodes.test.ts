import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FallbackPack, formatHouseClock, HOUSE_CLOCK_VARIABLE, type ServiceEvent } from "@ohmstead/contract";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { aCommand, aFallbackPack, aRecommendation, fakeAppliance, NOW_MS } from "../../tests/support/appliance-fake.ts";
import { type NodesUnderTest, startNodes } from "../../tests/support/node-red-helper.ts";
import { serveAppliance, SERVICE_TOKEN, type ServiceUnderNodeRed } from "../../tests/support/node-red-service.ts";

const soon = (check: () => void) => vi.waitFor(check, { timeout: 3000, interval: 10 });
const hello: ServiceEvent = {
  type: "hello",
  version: "1",
  nowMs: NOW_MS,
  sources: ["sensor.soc", "climate.room#temperature"],
};
const quiet = () => fakeAppliance({ greeting: () => [hello] });
const folder = mkdtempSync(join(tmpdir(), "ohmstead-nodes-"));

let nodes: NodesUnderTest | undefined;
let service: ServiceUnderNodeRed | undefined;

/** One node "n" of that type, wired to "out" (and "out2"), and the service it uses. */
async function start(
  type: string,
  appliance: Parameters<typeof serveAppliance>[0],
  config: object = {},
  token = SERVICE_TOKEN,
) {
  service = await serveAppliance(appliance);
  const url = service.url;
  nodes = await startNodes(
    [
      { id: "f", type: "tab" },
      { id: "s", type: "ohmstead-service", url },
      { id: "n", type, z: "f", service: "s", folder, wires: [["out"], ["out2"], ["out3"], ["out4"]], ...config },
      { id: "caught", type: "helper", z: "f", wires: [] },
      { id: "catches", type: "catch", z: "f", scope: ["n"], wires: [["caught"]] },
      ...["out", "out2", "out3", "out4"].map((id) => ({ id, type: "helper", z: "f", wires: [] })),
    ],
    { s: { token } },
  );
  return { nodes, service, node: nodes.node("n"), out: (id = "out") => nodes?.messages(id) ?? [] };
}

beforeEach(() => {
  process.env[HOUSE_CLOCK_VARIABLE] = formatHouseClock({ speed: 1, houseStartMs: NOW_MS, realStartMs: Date.now() });
});
afterEach(async () => {
  await nodes?.stop();
  await service?.goAway();
  nodes = service = undefined;
  rmSync(folder, { recursive: true, force: true });
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
    nodes = await startNodes([{ id: "n", type: "ohmstead-plan", z: "f", service: "", wires: [] }]);
    nodes.node("n").receive({});
    await soon(() => expect(nodes?.status("n")).toBe("choose a service"));
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
  const overrides = (fake: ReturnType<typeof quiet>) => fake.calls.filter(([name]) => name.endsWith("Override"));

  test("sets and ends, and tells what is in force", async () => {
    const fake = quiet();
    const { node, out } = await start("ohmstead-override", fake.appliance);
    node.receive({ payload: { kind: "batteryHold", deviceId: "battery", minutes: 120 } });
    await soon(() =>
      expect(out().at(-1)).toMatchObject({
        topic: "overrides",
        payload: { active: [{ id: "override-1" }], result: { ok: true } },
      }),
    );
    node.receive({ payload: { end: "override-1" } });
    await soon(() =>
      expect(overrides(fake)).toEqual([
        ["addOverride", { kind: "batteryHold", deviceId: "battery", minutes: 120 }],
        ["endOverride", "override-1"],
      ]),
    );
  });

  test("a refusal is told on the output and to catch nodes", async () => {
    const { nodes, node, out } = await start("ohmstead-override", quiet().appliance);
    node.receive({ payload: { end: "unknown" } });
    await soon(() => expect(out().at(-1)).toMatchObject({ payload: { result: { ok: false } } }));
    await soon(() => expect(nodes.messages("caught")).toHaveLength(1));
  });
});

describe("ohmstead-command", () => {
  const reports = (fake: ReturnType<typeof quiet>) =>
    fake.calls.flatMap(([name, , report]) => (name === "reportCommand" ? [(report as { type: string }).type] : []));
  const offering = () =>
    fakeAppliance({ greeting: () => [hello, { type: "command", command: { ...aCommand, validUntilMs: NOW_MS * 2 } }] });

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

describe("ohmstead-fallback", () => {
  const SPEED = 1200; // a cycle of 5 min is a quarter of a second
  const callOf = (option: string) => ({
    action: "select.select_option",
    target: { entity_id: "select.mode" },
    data: { option },
  });
  const act = (option: string) => ({ intent: { kind: "hold" } as const, calls: [callOf(option)] });
  const pack: FallbackPack = {
    ...aFallbackPack,
    planValidUntilMs: NOW_MS + 3_600_000 * 24,
    devices: [
      {
        deviceId: "battery",
        name: "Battery",
        deviceType: "battery",
        segments: [{ startMs: 0, endMs: NOW_MS * 2, ...act("plan") }],
        rules: { cheap: act("cheap"), normal: act("normal"), expensive: act("expensive") },
        safe: act("safe"),
        guard: { source: "sensor.soc", low: 10, high: 95, whenLow: act("low"), whenHigh: act("high") },
      },
    ],
  };
  const withPack = () => fakeAppliance({ greeting: () => [hello], fallbackPack: () => pack });
  const options = (messages: readonly { payload?: unknown }[]) =>
    messages.map(({ payload }) => (payload as { data?: { option?: string } }).data?.option);

  beforeEach(() => {
    process.env[HOUSE_CLOCK_VARIABLE] = formatHouseClock({
      speed: SPEED,
      houseStartMs: NOW_MS,
      realStartMs: Date.now(),
    });
  });

  test("takes over when the service is silent, follows the guard, hands back and reports", async () => {
    const { node, out, service } = await start("ohmstead-fallback", withPack().appliance);
    await soon(() =>
      expect(out("out2").at(-1)).toMatchObject({ payload: { active: false, text: "Ready to take over." } }),
    );
    expect(out()).toEqual([]);
    await service.goAway();
    await soon(() => expect(options(out())).toEqual(["plan"]));
    expect(out("out2").at(-1)).toMatchObject({ topic: "fallback", payload: { active: true, rung: "plan" } });

    node.receive({ payload: { entity_id: "sensor.soc", state: "5" } });
    await soon(() => expect(options(out())).toEqual(["plan", "low"]));
    node.receive({ payload: { entity_id: "sensor.soc", state: "unavailable" } });
    await soon(() => expect(options(out())).toEqual(["plan", "low", "plan"]));

    const later = withPack();
    await service.comeBack(later.appliance);
    await soon(() => expect(out("out2").at(-1)).toMatchObject({ payload: { active: false } }));
    const report = await vi.waitFor(() => {
      const found = later.calls.find(([name]) => name === "reportFallback");
      expect(found).toBeDefined();
      return found?.[1] as { rung: string; actions: readonly { deviceId: string }[] };
    });
    expect(report).toMatchObject({ rung: "plan" });
    expect(report.actions).toHaveLength(3);
  });

  test("orders are repeated when Home Assistant was away, or said no", async () => {
    const { node, out, service } = await start("ohmstead-fallback", withPack().appliance);
    await soon(() => expect(out("out2").at(-1)).toMatchObject({ payload: { text: "Ready to take over." } }));
    await service.goAway();
    await soon(() => expect(out()).toHaveLength(1));
    node.receive({ topic: "home_assistant_client:ready", payload: "ready" });
    await soon(() => expect(out()).toHaveLength(2));
    node.receive({ ...out()[1], error: { message: "no" } });
    await soon(() => expect(out()).toHaveLength(3));
  });

  test("a Node-RED that starts without a service has the pack from the disk", async () => {
    const first = await start("ohmstead-fallback", withPack().appliance);
    await soon(() => expect(first.out("out2").at(-1)).toMatchObject({ payload: { text: "Ready to take over." } }));
    await first.nodes.stop();
    await first.service.goAway();
    const { out, service } = await start(
      "ohmstead-fallback",
      fakeAppliance({ fallbackPack: () => undefined, greeting: () => [hello] }).appliance,
    );
    await service.goAway();
    await soon(() => expect(options(out())).toEqual(["plan"]));
  });
});
