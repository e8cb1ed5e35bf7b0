import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { setTimeout as wait } from "node:timers/promises";
import { type Command, type CommandReport, HomeFields, type TelemetryReading } from "@ohmstead/contract";
import { connectAsync, type IClientPublishOptions } from "mqtt";
import { pino } from "pino";
import { afterEach, expect, test } from "vitest";
import { createDirectDevices } from "../../optimizer/src/cycles/direct-devices.ts";
import { createDevice } from "../../optimizer/src/devices/registry.ts";
import { createBrokerLink } from "../../optimizer/src/transport/broker-link.ts";
import { aCommand, fakeAppliance, NOW_MS } from "../support/appliance-fake.ts";
import { type Broker, freePort, startBroker } from "../support/broker.ts";
import { untilSo } from "../support/until-so.ts";

// The optimizer's side of relays at a real Mosquitto: what it sends, what it believes, and what the broker says when it has died.

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function broker(port: number): Promise<Broker> {
  const started = await startBroker(port);
  closers.push(started.kill);
  return started;
}

const until = (what: string, isSo: () => boolean) => untilSo(what, 20_000, async () => (isSo() ? true : undefined));

/** A relay as one buys it: it listens to rod/set and tells rod/state, retained, as many do. */
async function relayAt(url: string, { obeys = true } = {}) {
  const client = await connectAsync(url, { reconnectPeriod: 50, protocolVersion: 5 });
  closers.push(() => client.endAsync(true));
  const heard: {
    readonly text: string;
    readonly isRetained: boolean;
    readonly qos: number;
    readonly expiryS: unknown;
  }[] = [];
  client.on("message", (_topic, payload, { retain, qos, properties }) => {
    heard.push({ text: payload.toString(), isRetained: retain, qos, expiryS: properties?.messageExpiryInterval });
    if (obeys) client.publish("rod/state", payload.toString(), { qos: 1, retain: true });
  });
  await client.subscribeAsync("rod/set", { qos: 1 });
  return {
    heard,
    texts: () => heard.map(({ text }) => text),
    say: (text: string, options: IClientPublishOptions = {}) => client.publishAsync("rod/state", text, options),
    isConnected: () => client.connected,
  };
}

function optimizerAt(url: string) {
  const rod = createDevice(
    "mqtt-relay",
    { kind: "mqtt-relay", commandTopic: "rod/set", stateTopic: "rod/state" },
    { deviceId: "rod", name: "Rod", deviceType: "immersionHeater", limits: {}, signals: {} },
  );
  const reports: CommandReport[] = [];
  const fake = fakeAppliance({
    greeting: () => [{ type: "hello", version: "1", nowMs: NOW_MS, sources: ["sensor.soc", ...rod.sources] }],
    reportCommand: (_id, report) => {
      reports.push(report);
      return aCommand;
    },
  });
  const lines: string[] = [];
  const direct = createDirectDevices({
    config: HomeFields.pick({ mqtt: true, clouds: true }).parse({ mqtt: { url } }),
    devices: new Map([["rod", rod]]),
    appliance: fake.appliance,
    dataFolder: "/nowhere",
    environment: {},
    speed: 1,
    logger: pino({}, { write: (line: string) => void lines.push(line) }),
    timeLimitMs: 3000,
  });
  closers.push(() => direct.stop());
  direct.start();
  const offer = (id: string, kind: "on" | "off", rest: Partial<Command> = {}) =>
    fake.publish({
      type: "command",
      command: { ...aCommand, id, deviceId: "rod", carrier: "mqtt", calls: rod.translate({ kind }), ...rest },
    });
  const readings = () =>
    fake.calls.flatMap(([name, batch]) =>
      name === "takeTelemetry" ? (batch as { readings: TelemetryReading[] }).readings : [],
    );
  return { direct, reports, offer, readings, lines, types: () => reports.map(({ type }) => type) };
}

test("an order reaches the relay once, not retained, with an end; its answer comes back as a reading", async () => {
  const { url } = await broker(await freePort());
  const relay = await relayAt(url);
  const { offer, types, readings } = optimizerAt(url);
  offer("c1", "on", { validUntilMs: NOW_MS + 90_000 });
  await until("it is acknowledged", () => types().includes("acknowledged"));
  await until("its state is read", () => readings().length > 0);
  expect(relay.heard).toEqual([{ text: "ON", isRetained: false, qos: 1, expiryS: expect.any(Number) }]);
  expect(relay.heard[0]?.expiryS).toBeLessThanOrEqual(90);
  expect(types()).toEqual(["sent", "acknowledged"]);
  expect(readings()[0]).toMatchObject({ source: "mqtt:rod/state", value: "ON", atMs: NOW_MS });
  const newcomer = await connectAsync(url);
  closers.push(() => newcomer.endAsync(true));
  const found: string[] = [];
  newcomer.on("message", (topic) => void found.push(topic));
  await newcomer.subscribeAsync("#");
  await until("what is retained has come", () => found.includes("rod/state"));
  expect(found).toEqual(["rod/state"]);
});

test("E35 a retained state is of unknown age: it proves nothing until a live one comes", async () => {
  const { url } = await broker(await freePort());
  const relay = await relayAt(url, { obeys: false });
  await relay.say("ON", { qos: 1, retain: true });
  const { readings, offer, types } = optimizerAt(url);
  offer("c1", "off");
  await until("it is connected", () => types().includes("acknowledged"));
  await relay.say("OFF", { qos: 1 });
  await until("the live one is read", () => readings().length > 0);
  expect(readings().map(({ value }) => value)).toEqual(["OFF"]);
});

test("E35 while the broker is away orders wait and no attempt is used up; when it is back the newest is carried once", async () => {
  const port = await freePort();
  const first = await broker(port);
  const relay = await relayAt(first.url);
  const { offer, types, lines } = optimizerAt(first.url);
  offer("c1", "on");
  await until("it is acknowledged", () => types().includes("acknowledged"));
  await first.kill();
  await until("the outage is noticed", () => lines.some((line) => line.includes("no connection")));
  offer("c2", "off");
  offer("c3", "on");
  expect(types()).toEqual(["sent", "acknowledged"]);
  await broker(port);
  await until("the newest is carried", () => types().length === 4);
  await until("the relay has it", () => relay.texts().length === 2);
  expect(types()).toEqual(["sent", "acknowledged", "sent", "acknowledged"]);
  expect(relay.texts()).toEqual(["ON", "ON"]);
});

test("E16 a relay that is not at the broker: unreachable, with what to look at", async () => {
  const { url } = await broker(await freePort());
  const { offer, reports, types } = optimizerAt(url);
  offer("c1", "on");
  await until("it has failed", () => types().includes("failed"));
  expect(reports.at(-1)).toMatchObject({
    failure: { kind: "unreachable" },
    detail: "nobody listens to rod/set: is the relay connected to the broker?",
  });
});

/** The connection of one relay in a process of its own. */
async function lifeAt(url: string, afterS: number) {
  const child = spawn(
    process.execPath,
    ["--conditions=source", fileURLToPath(new URL("../support/relay-life.ts", import.meta.url)), url, String(afterS)],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const exited = once(child, "exit");
  closers.push(() => child.kill("SIGKILL"));
  await once(child.stdout, "data");
  return {
    kill9: async () => {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

test("E36 after a kill -9 the broker brings the relay into its safe state, once the delay is over", async () => {
  const { url } = await broker(await freePort());
  const relay = await relayAt(url);
  const life = await lifeAt(url, 2);
  await life.kill9();
  const diedMs = performance.now();
  expect(relay.texts()).toEqual([]);
  await until("the will is carried out", () => relay.texts().length > 0);
  expect(performance.now() - diedMs).toBeGreaterThan(900);
  expect(relay.heard).toMatchObject([{ text: "OFF", isRetained: false, qos: 1 }]);
});

test("E33 a short restart clicks no relay: who comes back in time takes the will back", async () => {
  const { url } = await broker(await freePort());
  const relay = await relayAt(url);
  const life = await lifeAt(url, 3);
  await life.kill9();
  const second = createBrokerLink({
    url,
    clientId: "ohmstead-relay-rod",
    will: { topic: "rod/set", payload: "OFF", afterS: 3 },
    logger: pino({ level: "silent" }),
  });
  closers.push(() => second.stop());
  second.start();
  await until("it is back", () => second.isConnected());
  // Nothing happens, so nothing can be waited for: twice the delay.
  await wait(6000);
  expect(relay.texts()).toEqual([]);
});

test("a stop for good ends in the safe state, too", async () => {
  const { url } = await broker(await freePort());
  const relay = await relayAt(url);
  const link = createBrokerLink({
    url,
    clientId: "ohmstead-relay-rod",
    will: { topic: "rod/set", payload: "OFF", afterS: 1 },
    logger: pino({ level: "silent" }),
  });
  link.start();
  await until("it is connected", () => link.isConnected());
  await Promise.all([link.stop(), link.stop()]);
  await until("the will is carried out", () => relay.texts().length > 0);
  expect(relay.texts()).toEqual(["OFF"]);
});
