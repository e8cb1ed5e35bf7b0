import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CommandEvent, HomeFields, type ServiceEvent } from "@ohmstead/contract";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { LatestReading } from "../commands/readings.ts";
import { aPlan, MINUTE, T0, usualSettings } from "../commands/testing/examples.ts";
import { createDevice } from "../devices/registry.ts";
import { openStore } from "../store/store.ts";
import {
  type Misbehaviour,
  recordedAnswer,
  startViessmannServer,
  type ViessmannServer,
} from "../transport/testing/viessmann-server.ts";
import { createCommandCycle } from "./command-cycle.ts";
import { createDirectDevices } from "./direct-devices.ts";

// Orders to a heat pump through the maker's cloud, from the plan to the feature read back: the real life cycle, store, carrier and HTTP
// against a local server that answers as recorded. The house's clock is the test's.

const TANK = createDevice(
  "viessmann-cloud",
  { kind: "viessmann-cloud" },
  { deviceId: "tank", name: "The tank", deviceType: "tank", limits: {}, signals: {} },
);
const SOURCE = "viessmann:heating.dhw.temperature.main#value";
const FEATURE = ["heating.dhw.temperature.main", "value"] as const;
const closers: (() => unknown)[] = [];
let server: ViessmannServer;
beforeEach(async () => {
  server = await startViessmannServer();
  closers.push(() => server.close());
});
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const until = (isSo: () => void) => vi.waitFor(isSo, { timeout: 10_000, interval: 5 });

function openHouse() {
  const folder = mkdtempSync(join(tmpdir(), "ohmstead-viessmann-"));
  const store = openStore(join(folder, "ohmstead.sqlite"));
  const readings = new Map<string, LatestReading>([[SOURCE, { value: 55, atMs: T0 }]]);
  const listeners = new Set<(event: ServiceEvent) => void>();
  const alerts: string[] = [];
  let nowMs = T0;
  const cycle = createCommandCycle({
    store,
    devices: new Map([["tank", TANK]]),
    settings: usualSettings,
    clock: { nowMs: () => nowMs },
    publish: (event) => {
      if (event.type === "alert") alerts.push(event.message);
      for (const listener of listeners) listener(event);
    },
    readings: () => readings,
  });
  const direct = createDirectDevices({
    config: HomeFields.pick({ mqtt: true, clouds: true }).parse({
      clouds: [
        {
          kind: "viessmann",
          clientId: "client",
          installationId: "1",
          gatewaySerial: "2",
          apiUrl: server.url,
          tokenUrl: `${server.url}/token`,
        },
      ],
    }),
    devices: new Map([["tank", TANK]]),
    appliance: {
      nowMs: () => nowMs,
      greeting: () => [{ type: "hello", version: "1", nowMs, sources: [SOURCE] }],
      subscribe: (listener) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      reportCommand: (id, report) => cycle.onReport(id, report),
      takeTelemetry: (batch) => {
        // The server's clock is the real one, the house's is not.
        for (const { source, value } of batch.readings)
          if (value !== null) readings.set(source, { value, atMs: nowMs });
        cycle.onReadings();
        return { accepted: batch.readings.length, ignored: 0, rejected: [] };
      },
    },
    dataFolder: folder,
    environment: { VIESSMANN_REFRESH_TOKEN: "first" },
    speed: 1,
    logger: pino({ level: "silent" }),
    timeLimitMs: 300,
    lookAfterMs: 5,
  });
  closers.push(async () => {
    await direct.stop();
    store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const commandId = () => cycle.list({ openOnly: false, limit: 1 })[0]?.id ?? "";
  return {
    cycle,
    direct,
    alerts,
    plan: (tempC: number) => cycle.onPlan(aPlan({ tank: [[0, 240, { kind: "heatTo", tempC }]] })),
    state: () => cycle.find(commandId()).state,
    events: (): readonly CommandEvent[] => cycle.events(commandId()),
    types: () => cycle.events(commandId()).map(({ type }) => type),
    /** House time passes in steps, and what was asked over the wire is answered before the next. */
    pass: async (ms: number) => {
      for (let left = ms; left > 0; left -= 1000) {
        nowMs += 1000;
        cycle.tick();
        await until(() => expect(["pending", "sent", "acknowledged"]).not.toContain(cycle.find(commandId()).state));
      }
    },
  };
}
const started = async () => {
  const house = openHouse();
  house.direct.start();
  await until(() => expect(server.asked).toContain("GET /features"));
  return house;
};
const orders = () => server.asked.filter((each) => each.startsWith("POST /features")).length;
const answering = (name: string, status: number): Misbehaviour => ({ status, body: recordedAnswer(`error_${name}`) });

test("an order is carried, read back from the cloud, and proved", async () => {
  const house = await started();
  house.plan(52);
  await until(() => expect(house.state()).toBe("verified"));
  expect(server.valueOf(...FEATURE)).toBe(52);
  expect(house.types()).toEqual(["created", "sent", "acknowledged", "verified"]);
});

test("E01 its cloud answers 500: five attempts with growing pauses, then a dead letter that is said", async () => {
  const house = await started();
  server.misbehave(answering("error_500", 500), 5);
  house.plan(52);
  await house.pass(4 * MINUTE);
  expect(house.state()).toBe("deadLettered");
  expect(orders()).toBe(5);
  const failedAt = house.events().flatMap(({ type, atMs }) => (type === "attemptFailed" ? [atMs] : []));
  const pauses = failedAt.slice(1).map((atMs, n) => atMs - (failedAt[n] ?? 0));
  expect(pauses).toEqual([5000, 10_000, 20_000, 40_000]);
  expect(house.alerts.join()).toContain("answered 500");
});

test("E02 E01 it does not answer: given up, tried again, and proved", async () => {
  const house = await started();
  server.misbehave("hang");
  house.plan(52);
  await until(() => expect(house.state()).toBe("retrying"));
  expect(house.events().at(-1)).toMatchObject({ type: "attemptFailed", failure: "timeout" });
  await house.pass(6000);
  await until(() => expect(house.state()).toBe("verified"));
});

test("E02 a late answer to an order that was overtaken is on record, and revives nothing", async () => {
  const house = await started();
  server.misbehave("hang");
  house.plan(52);
  await until(() => expect(house.state()).toBe("retrying"));
  const { id } = house.cycle.list({ openOnly: true, limit: 1 })[0] ?? { id: "" };
  house.plan(45);
  await until(() => expect(server.valueOf(...FEATURE)).toBe(45));
  server.release();
  await until(() => expect(house.cycle.events(id).at(-1)?.type).toBe("acknowledged"));
  expect(house.cycle.find(id).state).toBe("superseded");
});

test("E04 429: not one more call before the pause is over", async () => {
  const house = await started();
  server.misbehave({ status: 429, body: recordedAnswer("error_rate_limit"), headers: { "retry-after": "120" } });
  house.plan(52);
  await until(() => expect(house.state()).toBe("retrying"));
  const asked = server.asked.length;
  await house.pass(119_000);
  expect(server.asked).toHaveLength(asked);
  expect(house.events().at(-1)).toMatchObject({ failure: "rateLimited", retryAtMs: T0 + 120_000 });
});

test("E05 credentials refused: no storm, and it is said where to change them", async () => {
  const house = await started();
  server.closeAccount();
  house.plan(52);
  await until(() => expect(house.state()).toBe("failed"));
  const asked = server.asked.length;
  await house.pass(4 * MINUTE);
  expect(server.asked).toHaveLength(asked);
  expect(house.alerts.join()).toContain("set a new refresh token in VIESSMANN_REFRESH_TOKEN");
});

test("E05 an expired access token is renewed, and the order needs no second attempt", async () => {
  const house = await started();
  server.expireTokens();
  house.plan(52);
  await until(() => expect(house.state()).toBe("verified"));
  expect(house.types()).toEqual(["created", "sent", "acknowledged", "verified"]);
});

test("E06 a truncated success is none: tried again", async () => {
  const house = await started();
  server.misbehave({ status: 200, body: '{"data": {"succ' });
  house.plan(52);
  await until(() => expect(house.state()).toBe("retrying"));
  expect(house.events().at(-1)).toMatchObject({ failure: "error", cause: expect.stringContaining("cut off") });
  await house.pass(6000);
  await until(() => expect(house.state()).toBe("verified"));
});

test("E20 busy with an update: asked with patience for longer than five attempts, then proved", async () => {
  const house = await started();
  server.misbehave(answering("error_502", 502), 5);
  house.plan(52);
  await house.pass(40 * MINUTE);
  await until(() => expect(house.state()).toBe("verified"));
  expect(orders()).toBe(6);
});

test.each(["device_offline", "gateway_offline"])("E16 %s: nobody answers, said as that", async (name) => {
  const house = await started();
  server.misbehave(answering(name, 400), 5);
  house.plan(52);
  await until(() => expect(house.state()).toBe("retrying"));
  expect(house.events().at(-1)).toMatchObject({
    failure: "unreachable",
    cause: expect.stringContaining(name.toUpperCase()),
  });
});
