import type { FallbackPack, ServiceEvent } from "@ohmstead/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aFallbackPack, type FakeAppliance, fakeAppliance } from "../support/appliance-fake.ts";
import { type Broker, freePort, startBroker } from "../support/broker.ts";
import { type LabTank, startLabTank } from "../support/lab-tank.ts";
import { buildNodes, newDataFolder, type NodeRed, startNodeRed } from "../support/node-red-process.ts";
import { serveAppliance, SERVICE_TOKEN, type ServiceUnderNodeRed } from "../support/node-red-service.ts";
import { type RealHomeAssistant, startHomeAssistant } from "../support/real-home-assistant.ts";
import { demoWatchdog } from "../support/real-home.ts";
import { untilSo } from "../support/until-so.ts";

// The watchdog of the demo's devices in a real Home Assistant, with a real Node-RED that beats the heart; only its patience is short.
const SILENT_S = 8;
const DRIVES = "input_boolean.ohmstead_drives";

const hello: ServiceEvent = { type: "hello", version: "1", nowMs: Date.now(), sources: [] };
const pack = (): FallbackPack => ({ ...aFallbackPack, planValidUntilMs: Date.now() + 86_400_000, cycleMs: 4000 });
let broker: Broker;
let tank: LabTank;
let core: RealHomeAssistant;
let fake: FakeAppliance;
let service: ServiceUnderNodeRed;
let nodeRed: NodeRed;
let speaking: NodeJS.Timeout;

const startFlows = async (folder = newDataFolder()) => {
  nodeRed = await startNodeRed(folder, {
    OHMSTEAD_URL: service.url,
    OHMSTEAD_TOKEN: SERVICE_TOKEN,
    HA_URL: core.url,
    HA_TOKEN: core.token,
  });
};
const isDriven = (state: "on" | "off") => core.untilState(DRIVES, (each) => each.state === state, 30_000);

/** As a plan may have left the house. */
async function leaveSafeStates() {
  await core.call("select.select_option", { entity_id: "select.battery_mode", option: "charge" });
  await core.call("number.set_value", { entity_id: "number.pv_power_limit", value: 1000 });
  await core.call("climate.set_temperature", { entity_id: "climate.living_room", temperature: 23 });
  await core.call("water_heater.set_temperature", { entity_id: tank.entityId, temperature: 60 });
  await core.call("switch.turn_on", { entity_id: "switch.immersion_upper" });
  await core.call("switch.turn_on", { entity_id: "switch.immersion_lower" });
}

const stateOf = async (entityId: string) => (await core.state(entityId))?.state;
const temperatureOf = async (entityId: string) => (await core.state(entityId))?.attributes["temperature"];
const shown = async () => ({
  battery: await stateOf("select.battery_mode"),
  sunW: Number(await stateOf("number.pv_power_limit")),
  roomC: await temperatureOf("climate.living_room"),
  waterC: await temperatureOf(tank.entityId),
  upper: await stateOf("switch.immersion_upper"),
  lower: await stateOf("switch.immersion_lower"),
});
const SAFE = { battery: "self_use", sunW: 4500, roomC: 20.5, waterC: 50, upper: "off", lower: "off" };
const LEFT = { battery: "charge", sunW: 1000, roomC: 23, waterC: 60, upper: "on", lower: "on" };

/** What the devices show once they show this, or when the patience ends. */
async function shownAfter(expected: object) {
  let last: unknown;
  await untilSo("all devices show it", 30_000, async () => {
    last = await shown();
    return JSON.stringify(last) === JSON.stringify(expected) ? true : undefined;
  }).catch(() => undefined);
  return last;
}

async function notifications() {
  const all = (await core.ask({ type: "persistent_notification/get" })) as {
    notification_id: string;
    message: string;
  }[];
  return all.filter((each) => each.notification_id === "ohmstead_watchdog");
}

beforeAll(async () => {
  const brokerPort = await freePort();
  broker = await startBroker(brokerPort);
  fake = fakeAppliance({ nowMs: () => Date.now(), greeting: () => [hello], fallbackPack: pack });
  [tank, core, service] = await Promise.all([
    startLabTank(broker.url),
    startHomeAssistant({ brokerPort, packages: { ohmstead_watchdog: demoWatchdog(SILENT_S) } }),
    serveAppliance(fake.appliance),
    buildNodes(),
  ]);
  await core.untilState(tank.entityId, ({ state }) => state === "heat_pump");
  const speak = () =>
    fake.publish({ type: "plan", planId: "plan-1", createdAtMs: Date.now(), nextDueMs: Date.now() + 4000 });
  speaking = setInterval(speak, 500);
});
afterAll(async () => {
  clearInterval(speaking);
  await nodeRed?.stop();
  await service?.goAway();
  await core?.stop();
  await tank?.stop();
  await broker?.kill();
});

test("it does nothing until it has heard a heartbeat, and then watches", async () => {
  expect(await core.state(DRIVES)).toMatchObject({ state: "off" });
  await leaveSafeStates();
  await startFlows();
  await isDriven("on");
  expect(await core.state("timer.ohmstead_watchdog")).toMatchObject({ state: "active" });
  expect(await shown()).toEqual(LEFT);
});

test("E33 fallback drives while the service is away: the heart goes on beating, and nothing is taken over", async () => {
  const before = (await core.state("timer.ohmstead_watchdog"))?.attributes["finishes_at"];
  await service.goAway();
  // Longer than its patience without the service.
  await core.untilState(
    "timer.ohmstead_watchdog",
    ({ attributes }) =>
      Date.parse(String(attributes["finishes_at"])) > Date.parse(String(before)) + 1.5 * SILENT_S * 1000,
    30_000,
  );
  expect(await core.state(DRIVES)).toMatchObject({ state: "on" });
  expect(await shown()).toEqual(LEFT);
  await service.comeBack();
});

test("E34 E36 Node-RED is killed: Home Assistant puts every device into its safe state, and says so", async () => {
  await nodeRed.kill();
  await isDriven("off");
  expect(await shownAfter(SAFE)).toEqual(SAFE);
  expect(await notifications()).toEqual([
    expect.objectContaining({
      message: expect.stringMatching(/Nothing was heard of Ohmstead for 8 seconds.*Battery.*Hot water/s),
    }),
  ]);
});

test("E34 when Node-RED is back the watchdog hands back: it moves nothing, and its word is taken away", async () => {
  await startFlows(nodeRed.dataFolder);
  await isDriven("on");
  await untilSo("the notification is gone", 10_000, async () =>
    (await notifications()).length === 0 ? true : undefined,
  );
  expect(await shown()).toEqual(SAFE);
});

test("E34 E35 a device that is away meanwhile is put into its safe state as soon as it is there", async () => {
  await leaveSafeStates();
  await core.call("input_boolean.turn_off", { entity_id: "input_boolean.battery_online" });
  await nodeRed.kill();
  await isDriven("off");
  expect(await shownAfter({ ...SAFE, battery: "unavailable" })).toEqual({ ...SAFE, battery: "unavailable" });
  await core.call("input_boolean.turn_on", { entity_id: "input_boolean.battery_online" });
  expect(await shownAfter(SAFE)).toEqual(SAFE);
});

test("E34 E35 Home Assistant restarts while Node-RED is dead: the watchdog still acts", async () => {
  await startFlows(nodeRed.dataFolder);
  await isDriven("on");
  await leaveSafeStates();
  await nodeRed.kill();
  await core.restart();
  await isDriven("off");
  expect(await shownAfter(SAFE)).toEqual(SAFE);
});

test("Home Assistant found nothing to complain about in the package", () => {
  expect(
    core
      .output()
      .split("\n")
      .filter((line) => /ohmstead_watchdog|automation/.test(line) && / ERROR | WARNING /.test(line)),
  ).toEqual([]);
});
