import { readFileSync } from "node:fs";
import { HomeConfig } from "@ohmstead/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { createDoctor } from "../../optimizer/src/cycles/doctor/doctor.ts";
import { devicesOfHome } from "../../optimizer/src/devices/devices-of-home.ts";
import { checkContract, checkRestart } from "../../optimizer/src/simulator/server/check-contract.ts";
import {
  type ContractTarget,
  homeAssistantContract,
} from "../../optimizer/src/simulator/server/home-assistant-contract.ts";
import { createHomeAssistantReader } from "../../optimizer/src/transport/home-assistant-rest.ts";
import { type Broker, freePort, startBroker } from "../support/broker.ts";
import { type LabTank, startLabTank } from "../support/lab-tank.ts";
import { type RealHomeAssistant, startHomeAssistant } from "../support/real-home-assistant.ts";

// The table that the simulated house is held against, against the real thing: where they differ, the simulation is wrong.
let core: RealHomeAssistant;
let broker: Broker;
let tank: LabTank;
let target: ContractTarget;
beforeAll(async () => {
  const brokerPort = await freePort();
  broker = await startBroker(brokerPort);
  tank = await startLabTank(broker.url);
  // The shipped example of the watchdog must be taken by any Home Assistant.
  const example = readFileSync("config/home-assistant/ohmstead_watchdog.yaml", "utf8");
  core = await startHomeAssistant({ brokerPort, packages: { ohmstead_watchdog: example } });
  await core.untilState(tank.entityId, ({ state }) => state === "heat_pump");
  await core.untilState("number.cellar_valve", ({ state }) => state === "unavailable");
  target = {
    url: core.url,
    token: core.token,
    values: {
      $sensor: "sensor.battery_soc",
      $switch: "switch.immersion_upper",
      $select: "select.battery_mode",
      "$select.option": "hold",
      $number: "number.battery_charge_power",
      "$number.value": 2500,
      $away_number: "number.cellar_valve",
      $climate: "climate.living_room",
      "$climate.temperature": 20.5,
      $water_heater: tank.entityId,
      "$water_heater.temperature": 52,
    },
  };
});
afterAll(async () => {
  await core?.stop();
  await tank?.stop();
  await broker?.kill();
});

test.each(homeAssistantContract.map((each) => [`${each.via}: ${each.name}`, each] as const))("%s", async (_, each) => {
  expect(await checkContract(target, each)).toEqual([]);
});

test("E14 the doctor finds every entity of the demo's config there, and names the one that is misspelt", async () => {
  const raw = parse(readFileSync("config/demo/home.yaml", "utf8")) as { meters: { gridPower: string } };
  const config = HomeConfig.parse({ ...raw, meters: { ...raw.meters, gridPower: "sensor.house_grid_powr" } });
  const home = createHomeAssistantReader({ url: core.url, token: core.token });
  const { checks } = await createDoctor({
    config,
    sources: { prices: [], weather: [], pv: new Map(), history: undefined },
    devices: devicesOfHome(config),
    home,
    clock: { nowMs: () => Date.now() },
  }).examine(new AbortController().signal);
  const failing = checks.filter(({ status }) => status === "failing");
  expect(failing.map(({ subject, detail }) => `${subject}: ${detail}`)).toEqual([
    "sensor.house_grid_powr (grid.powerKw): sensor.house_grid_powr (meters.gridPower) does not exist in Home Assistant; there is: sensor.house_grid_power.",
  ]);
  expect(checks.find(({ subject }) => subject === "connection")?.detail).toMatch(
    /^Home Assistant 20\d\d\.\d+\.\d+ answers$/,
  );
  expect(checks.find(({ subject }) => subject.startsWith("sensor.battery_soc"))?.status).toBe("ok");
  const past = await home.history(
    ["sensor.battery_soc"],
    Date.now() - 3 * 86_400_000,
    Date.now(),
    new AbortController().signal,
  );
  expect(past.get("sensor.battery_soc")?.at(-1)?.state).toMatch(/^\d/);
});

test("a restart cuts everybody off, and all is found again", async () => {
  expect(await checkRestart(target, () => core.restart())).toEqual([]);
  await core.untilState("number.battery_charge_power", ({ state }) => Number(state) === 2500);
});
