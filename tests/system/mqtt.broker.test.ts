import { connect, createServer, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { Recommendation } from "@ohmstead/contract";
import { connectAsync } from "mqtt";
import { pino } from "pino";
import { afterEach, expect, test } from "vitest";
import { createMqttFace } from "../../optimizer/src/api/mqtt/mqtt-face.ts";
import type { Appliance } from "../../optimizer/src/cycles/appliance.ts";
import { aRecommendation, fakeAppliance } from "../support/appliance-fake.ts";
import { type Broker, freePort, startBroker } from "../support/broker.ts";

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function broker(port: number): Promise<Broker> {
  const started = await startBroker(port);
  closers.push(started.kill);
  return started;
}

/** What a newcomer finds retained, and everything after that: the last text of each topic. */
async function watch(url: string) {
  const client = await connectAsync(url);
  closers.push(() => client.endAsync(true));
  const texts = new Map<string, string>();
  client.on("message", (topic, payload) => void texts.set(topic, payload.toString()));
  await client.subscribeAsync("#");
  return texts;
}

async function until(isSo: () => boolean, what: string) {
  const givesUpMs = Date.now() + 20_000;
  while (!isSo()) {
    if (Date.now() > givesUpMs) throw new Error(`waited in vain until ${what}`);
    await wait(10);
  }
}

function faceAt(url: string, changes: Partial<Appliance> = {}) {
  const fake = fakeAppliance(changes);
  const lines: string[] = [];
  const face = createMqttFace({
    appliance: fake.appliance,
    config: { url, topicPrefix: "home/ohmstead" },
    logger: pino({}, { write: (line: string) => void lines.push(line) }),
    reconnectMs: 100,
  });
  closers.push(() => face.stop());
  return { fake, face, lines };
}

test("a newcomer finds that we are online, the recommendation, and each device's mode", async () => {
  const { url } = await broker(await freePort());
  const { face } = faceAt(url);
  face.start();
  const early = await watch(url);
  await until(() => early.size === 3, "all is told");
  const newcomer = await watch(url);
  await until(() => newcomer.size === 3, "all is told again");
  expect(newcomer.get("home/ohmstead/status")).toBe("online");
  expect(newcomer.get("home/ohmstead/devices/battery/mode")).toBe("hold");
  const told = newcomer.get("home/ohmstead/recommendation") ?? "";
  expect(Recommendation.parse(JSON.parse(told))).toEqual(aRecommendation);
});

test("before the first plan it tells only that we are online; then each new recommendation", async () => {
  const { url } = await broker(await freePort());
  const { fake, face } = faceAt(url, { recommendation: () => undefined });
  face.start();
  const texts = await watch(url);
  await until(() => texts.get("home/ohmstead/status") === "online", "it is online");
  expect([...texts.keys()]).toEqual(["home/ohmstead/status"]);
  const [battery] = aRecommendation.devices;
  if (!battery) throw new Error("no device");
  fake.publish({
    type: "recommendation",
    recommendation: { ...aRecommendation, devices: [{ ...battery, mode: "selfUse" }] },
  });
  await until(() => texts.get("home/ohmstead/devices/battery/mode") === "selfUse", "the mode is told");
});

test("stopping says goodbye; twice does no harm", async () => {
  const { url } = await broker(await freePort());
  const { fake, face } = faceAt(url);
  face.start();
  const texts = await watch(url);
  await until(() => texts.get("home/ohmstead/status") === "online", "it is online");
  await Promise.all([face.stop(), face.stop()]);
  await until(() => texts.get("home/ohmstead/status") === "offline", "it is offline");
  expect(fake.listeners()).toBe(0);
});

/** A wire that can be cut: what comes to its port goes to the broker's. */
async function wireTo(brokerPort: number) {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(brokerPort, "127.0.0.1");
    for (const socket of [near, far]) sockets.add(socket.on("error", () => undefined));
    near.pipe(far).pipe(near);
  });
  const port = await freePort();
  await new Promise<void>((ready) => server.listen(port, "127.0.0.1", ready));
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  closers.push(async () => {
    cut();
    server.close();
  });
  return { url: `mqtt://127.0.0.1:${port}`, cut, close: () => void server.close() };
}

test("dying without a goodbye leaves the last will, for newcomers too", async () => {
  const port = await freePort();
  const { url } = await broker(port);
  const wire = await wireTo(port);
  const { face } = faceAt(wire.url);
  face.start();
  const texts = await watch(url);
  await until(() => texts.get("home/ohmstead/status") === "online", "it is online");
  wire.close();
  wire.cut();
  await until(() => texts.get("home/ohmstead/status") === "offline", "the broker tells that it is gone");
  const newcomer = await watch(url);
  await until(() => newcomer.has("home/ohmstead/status"), "it is retained");
  expect(newcomer.get("home/ohmstead/status")).toBe("offline");
});

test("a broker that is away: said once, tried again, and told what holds when it is back", async () => {
  const port = await freePort();
  let now = aRecommendation;
  const { fake, face, lines } = faceAt(`mqtt://127.0.0.1:${port}`, { recommendation: () => now });
  face.start();
  await until(() => lines.length > 0, "the outage is said");
  await wait(350);
  expect(lines.filter((line) => line.includes("no connection"))).toHaveLength(1);
  now = { ...aRecommendation, headline: "Changed in the meantime." };
  fake.publish({ type: "recommendation", recommendation: now });
  const { url } = await broker(port);
  const texts = await watch(url);
  await until(() => texts.size === 3, "all is told");
  expect(texts.get("home/ohmstead/recommendation")).toContain("Changed in the meantime.");
});

test("stopping while no broker answers does not wait for one", async () => {
  const { face } = faceAt(`mqtt://127.0.0.1:${await freePort()}`);
  face.start();
  const startedMs = performance.now();
  await face.stop();
  expect(performance.now() - startedMs).toBeLessThan(1000);
});
