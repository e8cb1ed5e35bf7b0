import { join } from "node:path";
import type { Command, Override } from "@ohmstead/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStore } from "../../optimizer/src/store/store.ts";
import { type Broker, freePort, startBroker } from "../support/broker.ts";
import { type LabTank, startLabTank } from "../support/lab-tank.ts";
import { type RealHomeAssistant, startHomeAssistant } from "../support/real-home-assistant.ts";
import { demoWatchdog, type RealHome, startRealHome } from "../support/real-home.ts";
import { untilSo } from "../support/until-so.ts";

// The real optimizer, the real Node-RED with the shipped flows and the unmodified Home Assistant nodes, and a real core: from the
// plan to the device and back. One name in the config is misspelt on purpose.
const SILENT_S = 15;
const CHEAP_NOW = [0.05, 0.05, ...Array.from({ length: 22 }, () => 0.9)];
const DEAR_NOW = [2.5, 2.5, ...Array.from({ length: 22 }, () => 0.1)];

let broker: Broker;
let tank: LabTank;
let core: RealHomeAssistant;
let home: RealHome;

beforeAll(async () => {
  const brokerPort = await freePort();
  broker = await startBroker(brokerPort);
  [tank, core] = await Promise.all([
    startLabTank(broker.url),
    startHomeAssistant({ brokerPort, packages: { ohmstead_watchdog: demoWatchdog(SILENT_S) } }),
  ]);
  await core.untilState(tank.entityId, ({ state }) => state === "heat_pump");
  home = await startRealHome(core, (raw) => ({
    ...raw,
    pvArrays: raw.pvArrays.map((each) => ({
      ...each,
      control: { ...each.control, entity: "number.pv_power_limt" },
    })),
  }));
  await home.pushPrices(CHEAP_NOW);
});
afterAll(async () => {
  await home?.stop();
  await core?.stop();
  await tank?.stop();
  await broker?.kill();
});

const newestOf = async (deviceId: string): Promise<Command | undefined> =>
  (await home.commands())
    .filter((each) => each.deviceId === deviceId)
    .toSorted((a, b) => b.createdAtMs - a.createdAtMs)[0];

/** The device's newest command once it is proved. */
const verified = (deviceId: string, fits: (command: Command) => boolean = () => true): Promise<Command> => {
  let last: Command | undefined;
  return untilSo(`a command of ${deviceId} is verified`, 75_000, async () => {
    last = await newestOf(deviceId);
    return last?.state === "verified" && fits(last) ? last : undefined;
  }).catch((error: unknown) => {
    throw new Error(`${deviceId}: ${JSON.stringify(last)}\n${home.lastLines()}`, { cause: error });
  });
};

test("plan, command, service call, state, verified: the battery charges in the cheap hour", async () => {
  const command = await verified("battery", ({ intent }) => intent.kind === "charge");
  expect(command.attempt).toBe(1);
  const intent = command.intent.kind === "charge" ? command.intent : { kw: 0 };
  expect(await core.state("select.battery_mode")).toMatchObject({ state: "charge" });
  expect(Number((await core.state("sensor.battery_power"))?.state) / 1000).toBeCloseTo(intent.kw, 1);
  expect((await home.eventsOf(command.id)).map(({ type }) => type)).toEqual([
    "created",
    "sent",
    "acknowledged",
    "verified",
  ]);
  // Home Assistant knows who it was.
  expect((await core.state("input_select.battery_mode"))?.context.user_id).toBe(core.userId);
});

const temperatureOf = async (entityId: string) => (await core.state(entityId))?.attributes["temperature"];

test("every other device shows what it was told, too", async () => {
  for (const deviceId of ["living_room", "hot_water"]) await verified(deviceId);
  const [room, water] = await Promise.all([newestOf("living_room"), newestOf("hot_water")]);
  expect(room?.calls).toEqual([
    expect.objectContaining({ data: { temperature: await temperatureOf("climate.living_room") } }),
  ]);
  expect(water?.calls).toEqual([
    expect.objectContaining({ data: { temperature: await temperatureOf(tank.entityId) } }),
  ]);
});

test("E44 an entity of the config that does not exist is named, with the one that is there instead", async () => {
  const detail = await untilSo("health names it", 15_000, async () => {
    const found = (await home.health()).checks.find(({ name }) => name === "homeAssistant");
    return found?.status === "warning" ? found.detail : undefined;
  });
  expect(detail).toBe(
    "Correct config/home.yaml: number.pv_power_limt (pvArrays[0].control.entity) does not exist in Home Assistant; there is: number.pv_power_limit.",
  );
});

test("E34 Node-RED is killed, the watchdog acts, Node-RED is back: the plan goes on at once, and nobody is taken for a person", async () => {
  await home.killNodeRed();
  await core.untilState("select.battery_mode", ({ state }) => state === "self_use", 60_000);
  await home.startNodeRed();
  const again = await verified(
    "battery",
    ({ origin, intent }) => origin.kind === "reconciliation" && intent.kind === "charge",
  );
  expect(again.state).toBe("verified");
  expect(await core.state("select.battery_mode")).toMatchObject({ state: "charge" });
  expect(await home.get("/api/v1/overrides")).toEqual([]);
});

test("E24 somebody changes the mode in Home Assistant: it is respected and shown, until somebody ends it", async () => {
  await core.call("select.select_option", { entity_id: "select.battery_mode", option: "hold" }, core.personToken);
  expect((await core.state("input_select.battery_mode"))?.context.user_id).toBe(core.personId);
  const override = await untilSo("the change is recognised", 60_000, async () => {
    const [found] = await home.get<readonly Override[]>("/api/v1/overrides");
    return found;
  });
  expect(override).toMatchObject({ kind: "manual", deviceId: "battery", origin: "detected" });
  expect(await core.state("select.battery_mode")).toMatchObject({ state: "hold" });
  await home.delete(`/api/v1/overrides/${override.id}`);
  const after = await verified("battery", ({ createdAtMs }) => createdAtMs > override.createdAtMs);
  expect(after.origin).toMatchObject({ kind: "plan" });
});

test("E03 E35 Home Assistant ends while a command is due: the newest waits, and is carried once when it is back", async () => {
  const before = await newestOf("battery");
  await core.end("SIGTERM");
  await untilSo("Node-RED has noticed", 20_000, async () => ((await home.isConnected()) ? undefined : true));
  await home.pushPrices(DEAR_NOW);
  const waiting = await untilSo("a command waits", 20_000, async () => {
    const command = await newestOf("battery");
    return command && command.id !== before?.id ? command : undefined;
  });
  expect(waiting.state).toBe("pending");
  await core.startAgain();
  const command = await verified("battery", ({ createdAtMs }) => createdAtMs >= waiting.createdAtMs);
  const events = await home.eventsOf(command.id);
  expect(events.filter(({ type }) => type === "sent")).toHaveLength(1);
  expect(events.filter(({ type }) => type === "attemptFailed")).toEqual([]);
  expect(command.calls.at(-1)).toMatchObject({
    action: "select.select_option",
    data: { option: (await core.state("select.battery_mode"))?.state },
  });
});

test("E35 what was unavailable meanwhile was never taken for a value", async () => {
  await core.call("input_boolean.turn_off", { entity_id: "input_boolean.battery_online" });
  await core.untilState("sensor.battery_soc", ({ state }) => state === "unavailable");
  await core.restart();
  await core.call("input_boolean.turn_on", { entity_id: "input_boolean.battery_online" });
  await untilSo("the readings are well", 60_000, async () => {
    const readings = (await home.health()).checks.find(({ name }) => name === "readings");
    return readings?.status === "ok" ? true : undefined;
  });
  const store = openStore(join(home.dataFolder, "ohmstead.sqlite"));
  try {
    const socs = store.readings.between("battery.soc", 0, Date.now() + 1000).map(([, value]) => value);
    expect(new Set(socs)).toEqual(new Set([0.54]));
  } finally {
    store.close();
  }
});

test("E05 a wrong token is said in words that tell what to do, and nothing is tried for ever", async () => {
  await home.stopNodeRed();
  await home.startNodeRed("not-a-token");
  const found = await untilSo("health says so", 30_000, async () => {
    const check = (await home.health()).checks.find(({ name }) => name === "homeAssistant");
    return check?.status === "failing" ? check : undefined;
  });
  expect(found.detail).toMatch(/refuses the access token: make a new one there .* HA_TOKEN in \.env/);
  expect(core.output().match(/Login attempt or request with invalid authentication/g)?.length ?? 0).toBeLessThan(10);
});
