import { createServer, type Server } from "node:http";
import { connect, type Socket } from "node:net";
import { ServiceEvent } from "@ohmstead/contract";
import express from "express";
import { pino } from "pino";
import { afterEach, expect, test } from "vitest";
import { aCommand, aRecommendation, fakeAppliance, NOW_MS } from "../../../../tests/support/appliance-fake.ts";
import { startApi, TOKEN } from "../../../../tests/support/http-api-under-test.ts";
import type { Appliance } from "../../cycles/appliance.ts";
import { type EventLimits, eventStreams } from "./event-routes.ts";

const closers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** Reads all along; gives what has come so far. */
function textFrom({ body }: Response): () => string {
  const decoder = new TextDecoder();
  let text = "";
  const read = async () => {
    if (body) for await (const bytes of body) text += decoder.decode(bytes, { stream: true });
  };
  read().catch(() => undefined);
  return () => text;
}

const until = async (isSo: () => boolean) => {
  while (!isSo()) await new Promise((done) => setTimeout(done, 2));
};

const eventsIn = (text: string) =>
  text
    .split("\n\n")
    .filter((block) => block.startsWith("event: "))
    .map((block) => {
      const [name, data] = block.split("\n");
      return {
        name: name?.slice("event: ".length),
        event: ServiceEvent.parse(JSON.parse(data?.slice("data: ".length) ?? "")),
      };
    });

const QUICK: EventLimits = { commentEveryMs: 10_000, maxWaitingBytes: 100_000, maxListeners: 2 };

async function startStreams(limits: EventLimits, changes: Partial<Appliance> = {}) {
  const fake = fakeAppliance(changes);
  const streams = eventStreams(fake.appliance, pino({ level: "silent" }), limits);
  const server: Server = createServer(express().use(streams.routes));
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  closers.push(() => {
    streams.stop();
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = address && typeof address === "object" ? address.port : 0;
  const listen = async () => {
    const abort = new AbortController();
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/events`, { signal: abort.signal });
    closers.push(() => abort.abort());
    return { response, text: textFrom(response), leave: () => abort.abort() };
  };
  return { fake, streams, port, listen };
}

const alert = (message: string): ServiceEvent => ({ type: "alert", level: "info", message, atMs: NOW_MS });

test("greets with hello, the recommendation and the open commands, then tells what happens, in order", async () => {
  const fake = fakeAppliance();
  const running = await startApi(fake.appliance);
  closers.push(running.stop);
  const response = await fetch(`${running.url}/api/v1/events`, { headers: { Authorization: `Bearer ${TOKEN}` } });
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  const text = textFrom(response);
  await until(() => text().includes('"type":"command"'));
  fake.publish({ type: "plan", planId: "plan-2", createdAtMs: NOW_MS, nextDueMs: NOW_MS });
  fake.publish(alert("first\nwith a second line"));
  fake.publish(alert("last"));
  await until(() => text().includes('"last"'));
  const events = eventsIn(text());
  expect(events.map(({ name }) => name)).toEqual(["hello", "recommendation", "command", "plan", "alert", "alert"]);
  expect(events[1]?.event).toEqual({ type: "recommendation", recommendation: aRecommendation });
  expect(events[2]?.event).toEqual({ type: "command", command: aCommand });
  expect(events[4]?.event).toEqual(alert("first\nwith a second line"));
});

test("every listener gets every event; one that has left is forgotten", async () => {
  const { fake, listen } = await startStreams(QUICK);
  const [stays, leaves] = [await listen(), await listen()];
  expect(fake.listeners()).toBe(2);
  fake.publish(alert("to both"));
  await until(() => [stays, leaves].every(({ text }) => text().includes('"to both"')));
  leaves.leave();
  await until(() => fake.listeners() === 1);
  fake.publish(alert("to one"));
  await until(() => stays.text().includes('"to one"'));
  expect(leaves.text()).not.toContain('"to one"');
});

test("comments keep a silent stream alive", async () => {
  const { listen } = await startStreams({ ...QUICK, commentEveryMs: 5 });
  const { text } = await listen();
  await until(() => text().split(": still here\n\n").length > 3);
  expect(eventsIn(text()).map(({ name }) => name)).toEqual(["hello", "recommendation", "command"]);
});

test("a listener that does not read is cut off; the others go on", async () => {
  const { fake, streams, port, listen } = await startStreams(QUICK);
  const reads = await listen();
  const sleeper: Socket = connect(port, "127.0.0.1");
  closers.push(() => void sleeper.destroy());
  sleeper.on("error", () => undefined).pause();
  sleeper.write("GET /api/v1/events HTTP/1.1\r\nHost: x\r\n\r\n");
  await until(() => fake.listeners() === 2);
  // What the system's own socket buffers take is not ours to count: go on until they are full.
  const message = "x".repeat(50_000);
  let sent = 0;
  while (streams.dropped() === 0 && sent < 2000) {
    sent += 1;
    fake.publish(alert(`${sent}:${message}`));
    await until(() => reads.text().includes(`"${sent}:`));
  }
  expect(streams.dropped()).toBe(1);
  await until(() => fake.listeners() === 1);
  fake.publish(alert("still told"));
  await until(() => reads.text().includes('"still told"'));
});

test("a greeting larger than what may wait does not cut its listener off", async () => {
  const long = "x".repeat(20_000_000);
  const { streams, listen } = await startStreams(
    { ...QUICK, maxWaitingBytes: 1000 },
    {
      greeting: () => [alert(long)],
      subscribe: (listener) => {
        listener(alert("at once"));
        return () => undefined;
      },
    },
  );
  const { text } = await listen();
  await until(() => streams.dropped() > 0 || text().includes('"at once"'));
  expect(streams.dropped()).toBe(0);
});

test("more listeners than there may be: 503, until one leaves", async () => {
  const { fake, listen } = await startStreams(QUICK);
  const first = await listen();
  await listen();
  const third = await listen();
  expect(third.response.status).toBe(503);
  first.leave();
  await until(() => fake.listeners() === 1);
  expect((await listen()).response.status).toBe(200);
});

test("asking for the headers alone opens no stream", async () => {
  const { fake, port } = await startStreams(QUICK);
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/events`, { method: "HEAD" });
  expect(response.status).toBe(200);
  expect(fake.listeners()).toBe(0);
});
