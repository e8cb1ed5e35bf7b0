import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { HOUSE_CLOCK_VARIABLE, parseHouseClock } from "@ohmstead/contract";
import { pino } from "pino";
import { createHttpApi } from "./api/http/http-api.ts";
import { createDirectDevices } from "./cycles/direct-devices.ts";
import { loadHomeConfig } from "./cycles/load-config.ts";
import { createMqttIngest } from "./cycles/mqtt-ingest.ts";
import { createAppliance } from "./cycles/run-appliance.ts";
import { devicesOfHome } from "./devices/devices-of-home.ts";
import { clockOf } from "./domain/clock.ts";
import { RELEASED_MS } from "./domain/clock-doubt.ts";
import { ConfigError, StoreError } from "./domain/errors.ts";
import { inProject, tokenIn } from "./launch/folders.ts";
import { homeAssistantIn, sourcesOfHome } from "./launch/sources-of-home.ts";
import { createSolver } from "./solver/solver.ts";
import { createHomeAssistantReader } from "./transport/home-assistant-rest.ts";
import { openStore } from "./store/store.ts";

// The optimizer's process: reads the config, builds everything by hand, starts, stops.

const VERSION = "0.1.0";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      config: { type: "string" },
      data: { type: "string" },
      host: { type: "string" },
      port: { type: "string" },
    },
  });
  const logger = pino({ level: process.env["LOG_LEVEL"] ?? "info" });
  const configPath = values.config ?? inProject("config/home.yaml");
  const dataFolder = values.data ?? inProject("data");
  const config = loadHomeConfig(configPath);
  const houseClock = parseHouseClock(process.env[HOUSE_CLOCK_VARIABLE]);
  const clock = clockOf(houseClock);
  const sources = sourcesOfHome(config, dirname(configPath), process.env);
  const homeAssistant = homeAssistantIn(process.env);
  const devices = devicesOfHome(config);
  mkdirSync(dataFolder, { recursive: true });
  const token = process.env["OHMSTEAD_TOKEN"] ?? tokenIn(join(dataFolder, "service-token"));
  const store = openStore(join(dataFolder, "ohmstead.sqlite"), { nowMs: () => clock.nowMs() });
  const solver = createSolver();
  const appliance = createAppliance({
    config,
    store,
    solver,
    devices,
    sources,
    home: homeAssistant && createHomeAssistantReader(homeAssistant),
    clock,
    speed: houseClock.speed,
    logger,
    version: VERSION,
    runningMs: () => performance.now() * houseClock.speed,
    // A demo lives in recorded weeks.
    ...(process.env[HOUSE_CLOCK_VARIABLE] === undefined ? { releasedMs: RELEASED_MS } : {}),
  });
  const directDevices = createDirectDevices({
    config,
    devices,
    appliance,
    dataFolder,
    environment: process.env,
    speed: houseClock.speed,
    logger,
  });
  const mqttIngest = createMqttIngest({ config, appliance, environment: process.env, logger });
  const uiFolder = inProject("optimizer/ui/dist");
  if (!existsSync(uiFolder)) logger.warn(`the status page is not built: run "npm run build"`);
  const http = createHttpApi({ appliance, token, uiFolder, logger });
  const mqtt =
    config.mqtt &&
    // A house without a broker does not carry the library.
    (await import("./api/mqtt/mqtt-face.ts")).createMqttFace({
      appliance,
      config: config.mqtt,
      homeName: config.name,
      logger,
      ...mqttCredentials(),
    });

  const { port } = await http.listen(values.host ?? config.service.host, Number(values.port ?? config.service.port));
  appliance.start();
  directDevices.start();
  mqttIngest?.start();
  mqtt?.start();
  logger.info({ ready: true, port }, "listening");

  let isStopping = false;
  const stop = async () => {
    if (isStopping) return;
    isStopping = true;
    await directDevices.stop();
    await mqttIngest?.stop();
    await mqtt?.stop();
    await http.stop();
    await appliance.stop();
    store.checkpoint();
    store.close();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.on(
      signal,
      () =>
        void stop().then(
          () => process.exit(0),
          () => process.exit(1),
        ),
    );
}

function mqttCredentials() {
  const { MQTT_USER, MQTT_PASSWORD } = process.env;
  return MQTT_USER && MQTT_PASSWORD ? { credentials: { username: MQTT_USER, password: MQTT_PASSWORD } } : {};
}

try {
  await main();
} catch (error) {
  if (!(error instanceof ConfigError) && !(error instanceof StoreError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
