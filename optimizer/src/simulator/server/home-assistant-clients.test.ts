import { EventEmitter } from "node:events";
import { createRequire } from "node:module";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type HouseOnWires, houseOnWires } from "./house-on-wires.ts";

// The two clients that matter, unmodified: Home Assistant's own, and what the Node-RED nodes build on it.
const require = createRequire(import.meta.url);

let house: HouseOnWires;
beforeAll(async () => {
  house = await houseOnWires();
});
afterAll(() => house.stop());

interface Client {
  close(): void;
}
interface OfficialClient {
  createConnection(options: { createSocket: () => Promise<WebSocket> }): Promise<Client>;
  subscribeEntities(connection: Client, onChange: (entities: Record<string, { state: string }>) => void): () => void;
  callService(connection: Client, domain: string, service: string, data: object, target: object): Promise<unknown>;
}

test("home-assistant-js-websocket follows the house and commands it", async () => {
  const official = require("home-assistant-js-websocket") as OfficialClient;
  const createSocket = () =>
    new Promise<WebSocket>((resolve) => {
      const socket = new WebSocket(`${house.url.replace("http", "ws")}/api/websocket`);
      socket.on("open", () => socket.send(JSON.stringify({ type: "auth", access_token: house.token })));
      const listen = (data: Buffer): void => {
        const message = JSON.parse(data.toString("utf8")) as { type: string; ha_version: string };
        if (message.type !== "auth_ok") return;
        socket.off("message", listen);
        Object.assign(socket, { haVersion: message.ha_version });
        socket.send(JSON.stringify({ type: "supported_features", id: 1, features: { coalesce_messages: 1 } }));
        resolve(socket);
      };
      socket.on("message", listen);
    });
  const connection = await official.createConnection({ createSocket });
  let entities: Record<string, { state: string }> = {};
  official.subscribeEntities(connection, (all) => {
    entities = all;
  });
  await expect.poll(() => Object.keys(entities).length).toBe(24);
  const target = { entity_id: "select.battery_mode" };
  await official.callService(connection, "select", "select_option", { option: "charge" }, target);
  await expect.poll(() => entities["select.battery_mode"]?.state).toBe("charge");
  house.move(120_000);
  await expect.poll(() => Number(entities["sensor.battery_power"]?.state)).toBeGreaterThan(4900);
  await expect(
    official.callService(connection, "select", "select_option", { option: "sideways" }, target),
  ).rejects.toMatchObject({ code: "service_validation_error" });
  connection.close();
});

interface NodeRedClient {
  connect(): Promise<void>;
  close(): void;
  subscribeEvents(events: Record<string, string>): Promise<void>;
  callService(domain: string, service: string, data: object | undefined, target: object): Promise<unknown>;
  readonly states: Record<string, { state: string; last_changed: string }>;
  readonly isAllRegistriesLoaded: boolean;
  readonly isHomeAssistantRunning: boolean;
}

test("the client of the Node-RED nodes becomes ready, calls, and hears state_changed", async () => {
  const folder = "node-red-contrib-home-assistant-websocket/dist";
  const { default: Websocket } = require(`${folder}/homeAssistant/Websocket.js`) as {
    default: new (config: object, bus: EventEmitter) => NodeRedClient;
  };
  const bus = new EventEmitter();
  const client = new Websocket(
    {
      host: house.url,
      access_token: house.token,
      connectionDelay: false,
      rejectUnauthorizedCerts: true,
      heartbeatInterval: 0,
    },
    bus,
  );
  const ready = new Promise((resolve) => bus.once("ha_client:ready", resolve));
  const heard: { entity_id: string; event: { new_state: { state: string } } }[] = [];
  bus.on("ha_events:state_changed", (event: (typeof heard)[number]) => heard.push(event));
  await client.connect();
  await client.subscribeEvents({});
  await ready;
  await expect.poll(() => client.isAllRegistriesLoaded).toBe(true);
  expect(client.isHomeAssistantRunning).toBe(true);
  await client.callService("number", "set_value", { value: 1800 }, { entity_id: "number.battery_charge_power" });
  await expect
    .poll(() => heard.map(({ entity_id, event }) => `${entity_id} ${event.new_state.state}`))
    .toContain("number.battery_charge_power 1800.0");
  expect(client.states["number.battery_charge_power"]?.last_changed).toMatch(/^2024-01-05T/);
  client.close();
});
