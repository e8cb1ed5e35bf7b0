import { connect, createServer, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { type Override, Recommendation } from "@ohmstead/contract";
import { connectAsync } from "mqtt";
import { pino } from "pino";
import { afterEach, expect, test } from "vitest";
import { createMqttFace } from "../../optimizer/src/api/mqtt/mqtt-face.ts";
import type { Appliance } from "../../optimizer/src/cycles/appliance.ts";
import { InputError } from "../../optimizer/src/domain/errors.ts";
import { anOverride, aRecommendation, fakeAppliance } from "../support/appliance-fake.ts";
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
    config: { url, topicPrefix: "home/ohmstead", discoveryPrefix: "homeassistant" },
    homeName: "Home",
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
  await until(() => early.has("home/ohmstead/entities/doing/state"), "all is told");
  const newcomer = await watch(url);
  await until(() => newcomer.has("home/ohmstead/entities/doing/state"), "all is told again");
  expect(newcomer.get("home/ohmstead/status")).toBe("online");
  expect(newcomer.get("home/ohmstead/devices/battery/mode")).toBe("hold");
  const told = newcomer.get("home/ohmstead/recommendation") ?? "";
  expect(Recommendation.parse(JSON.parse(told))).toEqual(aRecommendation);
});

test("before the first plan there is no recommendation; then each new one", async () => {
  const { url } = await broker(await freePort());
  const { fake, face } = faceAt(url, { recommendation: () => undefined });
  face.start();
  const texts = await watch(url);
  await until(() => texts.get("home/ohmstead/status") === "online", "it is online");
  expect([...texts.keys()].filter((each) => /recommendation|mode$/.test(each))).toEqual([]);
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
  await until(() => texts.has("home/ohmstead/recommendation"), "all is told");
  expect(texts.get("home/ohmstead/recommendation")).toContain("Changed in the meantime.");
});

test("stopping while no broker answers does not wait for one", async () => {
  const { face } = faceAt(`mqtt://127.0.0.1:${await freePort()}`);
  face.start();
  const startedMs = performance.now();
  await face.stop();
  expect(performance.now() - startedMs).toBeLessThan(1000);
});

// ---- Home Assistant's entities, announced and commanded

const DISCOVERY = "homeassistant/device/home_ohmstead/config";
const entityTopic = (id: string, what: "state" | "attributes" | "set") => `home/ohmstead/entities/${id}/${what}`;

/** An appliance that keeps what it is asked for, a face at a real broker, and Home Assistant's side of it. */
async function commandedHouse() {
  const { url } = await broker(await freePort());
  let overrides: readonly Override[] = [];
  const { fake, face, lines } = faceAt(url, {
    overrides: () => overrides,
    addOverride: async (wish) => {
      if (wish.minutes === 60 * 24 * 13) throw new InputError("thirteen days bring bad luck", []);
      const { kind, deviceId, by } = wish;
      const override: Override = { ...anOverride, id: kind, kind, deviceId, by };
      overrides = [...overrides, override];
      fake.publish({ type: "overrides", overrides });
      return override;
    },
    endOverride: async (id, by) => {
      expect(by).toBe("homeassistant");
      overrides = overrides.filter((each) => each.id !== id);
      fake.publish({ type: "overrides", overrides });
    },
  });
  face.start();
  const texts = await watch(url);
  await until(() => texts.has(entityTopic("hold_battery", "state")), "the entities are told");
  const client = await connectAsync(url);
  closers.push(() => client.endAsync(true));
  const set = (id: string, payload: string, retain = false) =>
    client.publishAsync(entityTopic(id, "set"), payload, { qos: 1, retain });
  return { url, fake, face, lines, texts, client, set, active: () => overrides };
}

test("all entities are announced in one retained message, with availability by the last will", async () => {
  const { url } = await commandedHouse();
  const newcomer = await watch(url);
  await until(() => newcomer.has(DISCOVERY), "it is retained");
  const { availability_topic, components } = JSON.parse(newcomer.get(DISCOVERY) ?? "{}");
  expect(newcomer.get(availability_topic)).toBe("online");
  expect(Object.keys(components)).toEqual(
    expect.arrayContaining(["hold_battery", "vacation_days", "plan_again", "problem"]),
  );
  const states = Object.values<{ state_topic?: string }>(components).flatMap((each) => each.state_topic ?? []);
  await until(() => states.every((each) => newcomer.has(each) || each.includes("by_hand")), "every state is told");
});

test("a switch in Home Assistant asks and ends; its state follows what holds", async () => {
  const { texts, set, active } = await commandedHouse();
  expect(texts.get(entityTopic("hold_battery", "state"))).toBe("OFF");
  await set("hold_battery", "ON");
  await until(() => texts.get(entityTopic("hold_battery", "state")) === "ON", "the switch is on");
  expect(active()).toMatchObject([{ kind: "batteryHold", deviceId: "battery", by: "homeassistant" }]);
  expect(JSON.parse(texts.get(entityTopic("hold_battery", "attributes")) ?? "{}")).toMatchObject({ origin: "person" });
  await set("hold_battery", "OFF");
  await until(() => texts.get(entityTopic("hold_battery", "state")) === "OFF", "the switch is off");
  expect(active()).toEqual([]);
});

test("the button plans again", async () => {
  const { fake, set } = await commandedHouse();
  await set("plan_again", "PRESS");
  await until(() => fake.calls.some(([name]) => name === "replan"), "it is planned again");
  expect(fake.calls).toContainEqual(["replan", "asked for in Home Assistant"]);
});

test("what means nothing, or is refused, is said, and the entity shows again what holds", async () => {
  const { lines, texts, set, active } = await commandedHouse();
  texts.delete(entityTopic("hold_battery", "state"));
  await set("hold_battery", "maybe");
  await until(() => texts.get(entityTopic("hold_battery", "state")) === "OFF", "the state is told again");
  await set("vacation_days", "13");
  await set("pool", "ON");
  for (const said of [
    "write ON or OFF",
    "thirteen days bring bad luck",
    "there is: vacation_days, plan_again, hold_battery",
  ])
    await until(() => lines.some((line) => line.includes(said)), `it is said: ${said}`);
  expect(active()).toEqual([]);
});

test("a command that the broker kept from another day is not carried out when we come", async () => {
  const { url } = await broker(await freePort());
  const client = await connectAsync(url);
  closers.push(() => client.endAsync(true));
  await client.publishAsync(entityTopic("hold_battery", "set"), "ON", { qos: 1, retain: true });
  const { fake, face, lines } = faceAt(url, { overrides: () => [] });
  face.start();
  await until(() => lines.some((line) => line.includes("retained command is not carried out")), "it is said");
  expect(fake.calls).toEqual([]);
});

test("E35 when Home Assistant or the broker comes back, everything is announced and told again", async () => {
  const { texts, client } = await commandedHouse();
  texts.clear();
  await client.publishAsync("homeassistant/status", "online", { qos: 1 });
  await until(() => texts.has(DISCOVERY) && texts.has(entityTopic("problem", "state")), "all is told again");
  expect(texts.get("home/ohmstead/status")).toBe("online");
});
