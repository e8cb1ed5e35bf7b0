import { afterEach, beforeEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type HouseOnWires, houseOnWires, WIRES_START_MS } from "./house-on-wires.ts";

let house: HouseOnWires;
const clients: WebSocket[] = [];
beforeEach(async () => {
  house = await houseOnWires();
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.terminate();
  await house.stop();
});

/** A client that keeps every frame, an array when messages came coalesced. */
async function client(token = house.token) {
  const socket = new WebSocket(`${house.url.replace("http", "ws")}/api/websocket`);
  clients.push(socket);
  const frames: unknown[] = [];
  socket.on("message", (data: Buffer) => frames.push(JSON.parse(data.toString("utf8"))));
  socket.on("error", () => undefined);
  const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
  await new Promise((resolve) => socket.on("open", resolve));
  socket.send(JSON.stringify({ type: "auth", access_token: token }));
  const messages = () => frames.flat() as Record<string, unknown>[];
  const until = async (fits: (message: Record<string, unknown>) => boolean) => {
    for (let round = 0; round < 200; round++) {
      const found = messages().find(fits);
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`nothing fits in ${JSON.stringify(frames).slice(0, 2000)}`);
  };
  const ask = (message: Record<string, unknown>) => {
    socket.send(JSON.stringify(message));
    return until((got) => got["id"] === message["id"] && got["type"] !== "event");
  };
  return { socket, frames, messages, until, ask, closed };
}

test("a wrong token is told so, and the connection ends", async () => {
  const { until, closed } = await client("wrong");
  expect(await until(({ type }) => type === "auth_invalid")).toHaveProperty("message");
  await closed;
});

test("anything before authentication is refused, and what is not JSON ends the connection", async () => {
  const early = new WebSocket(`${house.url.replace("http", "ws")}/api/websocket`);
  clients.push(early);
  const received: string[] = [];
  early.on("message", (data: Buffer) => received.push(data.toString("utf8")));
  await new Promise((resolve) => early.on("open", resolve));
  early.send(JSON.stringify({ id: 1, type: "get_states" }));
  await new Promise((resolve) => early.on("close", resolve));
  expect(received.join()).toContain("auth_invalid");
  const { socket, until, closed } = await client();
  await until(({ type }) => type === "auth_ok");
  socket.send("{");
  await closed;
});

test("identifiers must increase, and a message without one is badly formed", async () => {
  const { ask, socket, until } = await client();
  await ask({ id: 5, type: "ping" });
  socket.send(JSON.stringify({ id: 5, type: "get_config" }));
  expect(await until((got) => got["id"] === 5 && got["type"] === "result")).toMatchObject({
    error: { code: "id_reuse" },
  });
  socket.send(JSON.stringify({ type: "ping" }));
  expect(await until((got) => got["id"] === null)).toMatchObject({ error: { code: "invalid_format" } });
});

test("all changes of a minute come as one frame to who can read that, one by one to who cannot", async () => {
  const modern = await client();
  await modern.ask({ id: 1, type: "supported_features", features: { coalesce_messages: 1 } });
  const plain = await client();
  for (const each of [modern, plain]) await each.ask({ id: 2, type: "subscribe_entities" });
  await Promise.all([modern, plain].map(({ until }) => until(({ type }) => type === "event")));
  const before = [modern.frames.length, plain.frames.length];
  house.move(60_000);
  for (const each of [modern, plain]) await each.until(({ event }) => Object.hasOwn(event ?? {}, "c"));
  const modernFrames = modern.frames.slice(before[0]);
  expect(modernFrames).toHaveLength(1);
  expect((modernFrames[0] as unknown[]).length).toBeGreaterThan(3);
  expect(plain.frames.slice(before[1]).every((frame) => !Array.isArray(frame))).toBe(true);
});

test("states carry house time", async () => {
  const { ask, until } = await client();
  await ask({ id: 1, type: "subscribe_events", event_type: "state_changed" });
  house.move(60_000);
  const { event } = await until(({ type }) => type === "event");
  const at = new Date(WIRES_START_MS + 60_000).toISOString().slice(0, 19);
  expect(event).toMatchObject({
    time_fired: expect.stringContaining(at),
    data: { new_state: { last_changed: expect.stringContaining(at) } },
  });
});

test("an ended subscription is silent", async () => {
  const { ask, messages } = await client();
  await ask({ id: 1, type: "subscribe_events" });
  expect(await ask({ id: 2, type: "unsubscribe_events", subscription: 1 })).toMatchObject({ success: true });
  house.move(60_000);
  await ask({
    id: 3,
    type: "call_service",
    domain: "switch",
    service: "turn_on",
    target: { entity_id: "switch.immersion_upper" },
  });
  await ask({ id: 4, type: "ping" });
  expect(messages().filter(({ type }) => type === "event")).toEqual([]);
});

test("the house has obeyed when the result comes: the order is that of Home Assistant", async () => {
  const { ask, messages } = await client();
  await ask({ id: 1, type: "subscribe_entities" });
  const result = await ask({
    id: 2,
    type: "call_service",
    domain: "climate",
    service: "set_temperature",
    target: { entity_id: ["climate.living_room"] },
    service_data: { temperature: "22.5" },
  });
  expect(house.pair.controlled.controls().roomSetpointC).toBe(22.5);
  const all = messages();
  const change = all.findIndex(({ event }) => JSON.stringify(event ?? {}).includes('"temperature":22.5'));
  expect(change).toBeGreaterThan(-1);
  expect(change).toBeLessThan(all.indexOf(result));
});

test("a template subscription renders now and again", async () => {
  const { ask, until } = await client();
  await ask({ id: 1, type: "render_template", template: "mode {{ states('select.battery_mode') }}" });
  await until(({ event }) => (event as { result?: string } | undefined)?.result === "mode self_use");
  await ask({
    id: 2,
    type: "call_service",
    domain: "select",
    service: "select_option",
    service_data: { option: "hold", entity_id: "select.battery_mode" },
  });
  await until(({ event }) => (event as { result?: string } | undefined)?.result === "mode hold");
  expect(await ask({ id: 3, type: "render_template", template: "{{ 1 + 1 }}" })).toMatchObject({
    error: { code: "template_error" },
  });
});
