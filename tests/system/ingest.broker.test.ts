import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { connectAsync, type MqttClient } from "mqtt";
import { afterEach, expect, test } from "vitest";
import { openStore } from "../../optimizer/src/store/store.ts";
import { type Broker, freePort, startBroker } from "../support/broker.ts";
import { untilSo } from "../support/until-so.ts";

// Readings that come over a real Mosquitto, while it and the optimizer are killed.

const TOPIC = "greenbox/home/sensors/hall";
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

function folder(name: string): string {
  const path = mkdtempSync(join(tmpdir(), `ohmstead-${name}-`));
  closers.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function broker(port: number, persistenceFolder: string): Promise<Broker> {
  const started = await startBroker(port, persistenceFolder);
  closers.push(started.kill);
  return started;
}

/** The optimizer's side, in a process of its own. */
async function life(url: string, database: string) {
  const child: ChildProcess = spawn(
    process.execPath,
    ["--conditions=source", fileURLToPath(new URL("../support/ingest-life.ts", import.meta.url)), url, database],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const exited = once(child, "exit");
  closers.push(() => child.kill("SIGKILL"));
  if (child.stdout) await once(child.stdout, "data");
  return {
    kill9: async () => {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

async function publisher(url: string): Promise<MqttClient> {
  const client = await connectAsync(url, {
    protocolVersion: 5,
    reconnectPeriod: 100,
    clientId: "gateway",
    clean: false,
  });
  closers.push(() => client.endAsync(true));
  client.on("error", () => undefined);
  return client;
}

/** One message of a gateway: `count` values of the grid, a second apart, which count up from `first`. */
function payloadsFrom(startMs: number, first: number, count: number): string {
  return JSON.stringify(
    Array.from({ length: count }, (_, k) => ({
      device_id: "hall",
      timestamp: startMs + (first + k) * 1000,
      readings: [{ sensor_id: "grid", value: (first + k) / 1000, unit: "kW", quality: "good" }],
    })),
  );
}

function storedIn(database: string, fromMs: number): readonly number[] {
  const store = openStore(database);
  try {
    return store.readings.between("grid.powerKw", fromMs, fromMs + 86_400_000).map(([, value]) => value);
  } finally {
    store.close();
  }
}

/** What a broker that is killed outright may not have written down yet. */
const UNWRITTEN_MS = 1000;

test("E35 a burst of 50 000 readings outlives the death of the optimizer and of the broker in its middle", async () => {
  const port = await freePort();
  const kept = folder("broker");
  const database = join(folder("data"), "ohmstead.sqlite");
  const first = await broker(port, kept);
  const startMs = Date.now() - 80_000_000;
  let running = await life(first.url, database);
  const gateway = await publisher(first.url);
  const perMessage = 50;
  const sent: Promise<number>[] = [];
  const send = (messages: number) => {
    for (let k = 0; k < messages; k += 1) {
      const payload = payloadsFrom(startMs, sent.length * perMessage, perMessage);
      sent.push(gateway.publishAsync(TOPIC, payload, { qos: 1 }).then(() => Date.now()));
    }
  };
  send(300);
  await wait(300);
  await running.kill9();
  // While nobody is there, the broker keeps it.
  send(300);
  await Promise.all(sent);
  await wait(UNWRITTEN_MS);
  running = await life(first.url, database);
  send(200);
  await wait(200);
  await first.kill();
  const killedMs = Date.now();
  send(100);
  await wait(500);
  await broker(port, kept);
  send(100);
  const acknowledgedMs = await Promise.all(sent);
  expect(sent.length * perMessage).toBe(50_000);
  await gateway.publishAsync(TOPIC, payloadsFrom(startMs, 50_000, 1), { qos: 1 });
  await untilSo("the last one is stored", 60_000, async () =>
    storedIn(database, startMs).at(-1) === 50 ? true : undefined,
  );
  const there = new Set(storedIn(database, startMs));
  const missing = sent.flatMap((_, k) => (there.has((k * perMessage) / 1000) ? [] : [k]));
  // Only what the broker had acknowledged a moment before its death, and not written down, went with it.
  const unwritten = acknowledgedMs.flatMap((ms, k) => (ms <= killedMs && ms > killedMs - UNWRITTEN_MS ? [k] : []));
  expect(missing.filter((k) => !unwritten.includes(k))).toEqual([]);
  expect(missing.length).toBeLessThan(10);
  // Of every message all or nothing.
  expect(there.size).toBe((sent.length - missing.length) * perMessage + 1);
}, 180_000);

test("a message that says when is used however old it is, one that does not is not; a broken one does not stop those behind it", async () => {
  const port = await freePort();
  const { url } = await broker(port, folder("broker"));
  const database = join(folder("data"), "ohmstead.sqlite");
  const gateway = await publisher(url);
  const garden = "greenbox/home/sensors/garden";
  const atMs = Date.now() - 3_600_000;
  // Retained, it is still of its own moment.
  await gateway.publishAsync(garden, JSON.stringify({ value: 41, unit: "°F", timestamp: atMs }), {
    qos: 1,
    retain: true,
  });
  await life(url, database);
  for (const broken of ["{", "7.5", '{"value":7}', '{"device_id":"hall","readings":[{}]}'])
    await gateway.publishAsync(garden, broken, { qos: 1 });
  await gateway.publishAsync(TOPIC, payloadsFrom(atMs, 0, 3), { qos: 1 });
  await untilSo("what came behind the broken ones is stored", 20_000, async () =>
    storedIn(database, atMs).length === 3 ? true : undefined,
  );
  const store = openStore(database);
  closers.push(() => store.close());
  expect(store.readings.between("outdoor.tempC", 0, Date.now() + 1)).toEqual([[atMs, expect.closeTo(5, 9)]]);
});
