import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type {
  Command,
  CommandReport,
  FallbackPack,
  FallbackReport,
  HouseClock,
  ServiceCall,
  ServiceEvent,
  TelemetryBatch,
} from "@ohmstead/contract";
import { formatHouseClock, HOUSE_CLOCK_VARIABLE, houseTimeMs } from "@ohmstead/contract";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { fakeAppliance, type FakeAppliance } from "../support/appliance-fake.ts";
import { HOUSE_TOKEN, type HouseUnderNodeRed, startHouse } from "../support/node-red-house.ts";
import { buildNodes, newDataFolder, type NodeRed, SHIPPED_FLOWS, startNodeRed } from "../support/node-red-process.ts";
import { serveAppliance, SERVICE_TOKEN, type ServiceUnderNodeRed } from "../support/node-red-service.ts";

const soon = <T>(check: () => T | Promise<T>, timeout = 15_000) => vi.waitFor(check, { timeout, interval: 50 });

beforeAll(buildNodes);

const setMode = (option: string): ServiceCall => ({
  action: "select.select_option",
  target: { entity_id: "select.battery_mode" },
  data: { option },
});
const setPower = (entity_id: string, value: number): ServiceCall => ({
  action: "number.set_value",
  target: { entity_id },
  data: { value },
});

const act = (option: string) => ({ intent: { kind: "selfUse" } as const, calls: [setMode(option)] });

describe("the shipped flows, between a service and a house that speaks Home Assistant", () => {
  const SPEED = 60;
  const START_MS = Date.UTC(2024, 0, 5, 10);
  const CYCLE_MS = 300_000;
  const SOURCES = [
    "sensor.battery_soc",
    "sensor.house_grid_power",
    "select.battery_mode",
    "climate.living_room#temperature",
  ];
  const clock: HouseClock = { speed: SPEED, houseStartMs: START_MS, realStartMs: Date.now() };
  const nowMs = () => houseTimeMs(clock, Date.now());

  let house: HouseUnderNodeRed;
  let service: ServiceUnderNodeRed;
  let nodeRed: NodeRed;
  let fake: FakeAppliance;

  const pack = (): FallbackPack => ({
    formatVersion: 1,
    planId: "plan-1",
    createdAtMs: START_MS,
    planValidUntilMs: START_MS + 48 * 3_600_000,
    cycleMs: CYCLE_MS,
    prices: [],
    devices: [
      {
        deviceId: "battery",
        name: "Battery",
        deviceType: "battery",
        segments: [{ startMs: 0, endMs: START_MS + 48 * 3_600_000, ...act("hold") }],
        rules: { cheap: act("charge"), normal: act("self_use"), expensive: act("discharge") },
        safe: act("self_use"),
      },
    ],
  });
  const hello: ServiceEvent = { type: "hello", version: "1", nowMs: START_MS, sources: SOURCES };
  const anAppliance = () => fakeAppliance({ nowMs, greeting: () => [hello], fallbackPack: pack });
  let commandCount = 0;
  const command = (calls: readonly ServiceCall[], changes: Partial<Command> = {}): Command => {
    commandCount += 1;
    return {
      id: `command-${commandCount}`,
      deviceId: "battery",
      intent: { kind: "hold" },
      reason: "A test says so.",
      origin: { kind: "plan" },
      carrier: "homeAssistant",
      calls,
      expectations: [],
      planId: "plan-1",
      createdAtMs: nowMs(),
      validUntilMs: nowMs() + 3_600_000,
      state: "pending",
      attempt: 1,
      changedAtMs: nowMs(),
      ...changes,
    };
  };
  const offer = (order: Command) => fake.publish({ type: "command", command: order });
  const reportsOn = (id: string): readonly CommandReport[] =>
    fake.calls
      .filter(([name, of]) => name === "reportCommand" && of === id)
      .map(([, , report]) => report as CommandReport);
  const received = () =>
    fake.calls.filter(([name]) => name === "takeTelemetry").flatMap(([, batch]) => (batch as TelemetryBatch).readings);
  const latest = (source: string) => received().findLast((reading) => reading.source === source);
  const stateOf = (entityId: string) => house.home.states.get(entityId)?.state;
  const speak = () =>
    fake.publish({ type: "plan", planId: "plan-1", createdAtMs: nowMs(), nextDueMs: nowMs() + CYCLE_MS });
  const carried = async (order: Command) => {
    offer(order);
    await soon(() => expect(reportsOn(order.id).map(({ type }) => type)).toEqual(["sent", "acknowledged"]));
  };
  let speaking: NodeJS.Timeout;

  beforeAll(async () => {
    fake = anAppliance();
    [house, service] = await Promise.all([startHouse(clock), serveAppliance(fake.appliance)]);
    nodeRed = await startNodeRed(newDataFolder(), {
      [HOUSE_CLOCK_VARIABLE]: formatHouseClock(clock),
      OHMSTEAD_URL: service.url,
      OHMSTEAD_TOKEN: SERVICE_TOKEN,
      HA_URL: house.url,
      HA_TOKEN: HOUSE_TOKEN,
    });
    speaking = setInterval(speak, 1000);
  });
  afterAll(async () => {
    clearInterval(speaking);
    await nodeRed?.stop();
    await Promise.all([service?.goAway(), house?.stop()]);
  });

  test("every wanted state reaches the service at start, attributes too, in house time", async () => {
    await soon(() => expect(new Set(received().map(({ source }) => source))).toEqual(new Set(SOURCES)));
    expect(latest("sensor.battery_soc")).toMatchObject({ unit: "%" });
    expect(latest("climate.living_room#temperature")?.value).toBeTypeOf("number");
    expect(Math.abs((latest("sensor.house_grid_power")?.atMs ?? 0) - nowMs())).toBeLessThan(30 * 60_000);
    const health = await fetch(`${nodeRed.url}/ohmstead/health`);
    expect(await health.json()).toEqual({ flowsStarted: true, homeAssistantConnected: true });
  });

  test("a command is carried to the house, call by call, and its effect comes back as a reading", async () => {
    await carried(command([setPower("number.battery_charge_power", 1234), setMode("charge")]));
    expect(Number(stateOf("number.battery_charge_power"))).toBe(1234);
    expect(stateOf("select.battery_mode")).toBe("charge");
    await soon(() => expect(latest("select.battery_mode")?.value).toBe("charge"));
  });

  test("what Home Assistant refuses is reported as failed, with its words", async () => {
    const order = command([setPower("number.battery_charge_power", 999_999), setMode("discharge")]);
    offer(order);
    await soon(() => expect(reportsOn(order.id).at(-1)).toMatchObject({ type: "failed", attempt: 1 }));
    expect(reportsOn(order.id).at(-1)?.detail).not.toBe("");
    expect(stateOf("select.battery_mode")).toBe("charge");
  });

  test("a command offered again is reported again, and not repeated", async () => {
    const order = command([setMode("hold")]);
    await carried(order);
    const callsBefore = house.home.calls().length;
    offer({ ...order, state: "sent" });
    await soon(() => expect(reportsOn(order.id)).toHaveLength(4));
    expect(house.home.calls()).toHaveLength(callsBefore);
    expect(new Set(reportsOn(order.id).map(({ id }) => id)).size).toBe(2);
  });

  test("a command waits while Home Assistant is away; when it is back all states are sent again, and it is carried once", async () => {
    house.home.faults.add({ kind: "goAway", forSeconds: 300 });
    await soon(async () => {
      const health = await fetch(`${nodeRed.url}/ohmstead/health`);
      expect(await health.json()).toMatchObject({ homeAssistantConnected: false });
    });
    const callsBefore = house.home.calls().length;
    const away = command([setMode("self_use")]);
    offer(away);
    const before = received().length;
    await soon(
      () =>
        expect(
          new Set(
            received()
              .slice(before)
              .map(({ source }) => source),
          ),
        ).toEqual(new Set(SOURCES)),
      30_000,
    );
    await soon(() => expect(reportsOn(away.id).at(-1)?.type).toBe("acknowledged"));
    expect(reportsOn(away.id).map(({ type }) => type)).toEqual(["sent", "acknowledged"]);
    expect(stateOf("select.battery_mode")).toBe("self_use");
    expect(house.home.calls()).toHaveLength(callsBefore + 1);
  });

  test("a flow of the user's changes commands and hears of plans by name, and the product's files stay as shipped", async () => {
    const flows = (await (await fetch(`${nodeRed.url}/flows`)).json()) as object[];
    const mine = [
      { id: "my-tab", type: "tab", label: "My own" },
      {
        id: "my-in",
        type: "link in",
        z: "my-tab",
        name: "ohmstead: before command",
        links: [],
        x: 100,
        y: 100,
        wires: [["my-switch"]],
      },
      {
        id: "my-switch",
        type: "switch",
        z: "my-tab",
        x: 200,
        y: 100,
        wires: [["my-change"], ["my-out"]],
        property: "payload.action",
        propertyType: "msg",
        checkall: "false",
        outputs: 2,
        rules: [{ t: "eq", v: "number.set_value", vt: "str" }, { t: "else" }],
      },
      {
        id: "my-change",
        type: "change",
        z: "my-tab",
        x: 300,
        y: 100,
        wires: [["my-out"]],
        rules: [{ t: "set", p: "payload.data.value", pt: "msg", to: "777", tot: "num" }],
      },
      { id: "my-out", type: "link out", z: "my-tab", mode: "return", links: [], x: 500, y: 100, wires: [] },
      {
        id: "my-plan-in",
        type: "link in",
        z: "my-tab",
        name: "ohmstead: after plan",
        links: [],
        x: 100,
        y: 200,
        wires: [["my-plan"]],
      },
      {
        id: "my-plan",
        type: "change",
        z: "my-tab",
        x: 300,
        y: 200,
        wires: [[]],
        rules: [{ t: "set", p: "planSeen", pt: "global", to: "payload.id", tot: "msg" }],
      },
    ];
    const deployed = await fetch(`${nodeRed.url}/flows`, {
      method: "POST",
      headers: { "content-type": "application/json", "Node-RED-Deployment-Type": "flows" },
      body: JSON.stringify([...flows, ...mine]),
    });
    expect(deployed.status).toBe(204);
    // Node-RED answers before the new flow runs.
    await soon(async () => {
      await carried(command([setPower("number.battery_discharge_power", 500)]));
      expect(Number(stateOf("number.battery_discharge_power"))).toBe(777);
    });
    await soon(async () => {
      const seen = await fetch(`${nodeRed.url}/context/global/planSeen`);
      expect(await seen.json()).toMatchObject({ msg: "plan-1" });
    });

    const own = join(nodeRed.dataFolder, "flows");
    for (const name of readdirSync(SHIPPED_FLOWS))
      expect(JSON.parse(readFileSync(join(own, name), "utf8"))).toEqual(
        JSON.parse(readFileSync(join(SHIPPED_FLOWS, name), "utf8")),
      );
    expect(readdirSync(own)).toContain("60-my-own.json");
  });

  test("when the service is gone fallback drives the house within two cycles; when it is back it reports, and commands pass", async () => {
    await soon(() => expect(readdirSync(nodeRed.dataFolder)).toContain("fallback-pack.json"));
    await carried(command([setMode("self_use")]));
    clearInterval(speaking);
    speak();
    const goneMs = nowMs();
    await service.goAway();
    await soon(() => expect(stateOf("select.battery_mode")).toBe("hold"), 30_000);
    expect(nowMs() - goneMs).toBeLessThan(2 * CYCLE_MS);

    fake = anAppliance();
    await service.comeBack(fake.appliance);
    const report = await soon(() => {
      const [, found] = fake.calls.find(([name]) => name === "reportFallback") ?? [];
      expect(found).toBeDefined();
      return found as FallbackReport;
    });
    expect(report).toMatchObject({ rung: "plan", actions: [{ deviceId: "battery", reason: expect.any(String) }] });
    speaking = setInterval(speak, 1000);
    await carried(command([setMode("self_use")]));
    expect(stateOf("select.battery_mode")).toBe("self_use");
  });

  test("nothing went wrong that nobody was told of", () => {
    const unexpected = nodeRed
      .output()
      .split("\n")
      .filter(
        (line) => /\[error\]|Error:/.test(line) && !/ECONNREFUSED|ECONNRESET|Connection lost|socket hang up/.test(line),
      );
    expect(unexpected).toEqual([]);
  });
});
