// A life of an appliance that takes readings in from a broker, to be killed: node --conditions=source ingest-life.ts <broker> <database>
import { HomeConfig } from "@ohmstead/contract";
import { pino } from "pino";
import { createMqttIngest } from "../../optimizer/src/cycles/mqtt-ingest.ts";
import { createAppliance } from "../../optimizer/src/cycles/run-appliance.ts";
import { createSolver } from "../../optimizer/src/solver/solver.ts";
import { openStore } from "../../optimizer/src/store/store.ts";

const [url = "", path = ""] = process.argv.slice(2);
const logger = pino({ level: "silent" });
const config = HomeConfig.parse({
  timeZone: "UTC",
  currency: "EUR",
  prices: { source: { kind: "push" } },
  weather: { source: { kind: "csv" } },
  meters: { gridPower: "gateway:hall/grid", outdoorTemp: "mqtt:greenbox/home/sensors/garden" },
  mqtt: { url, ingest: { topics: ["greenbox/+/sensors/#"] } },
});
const appliance = createAppliance({
  config,
  store: openStore(path),
  solver: createSolver(),
  devices: new Map(),
  sources: { prices: [], weather: [], pv: new Map(), history: undefined },
  clock: { nowMs: Date.now, sleep: async () => {} },
  speed: 1,
  logger,
  version: "test",
});
const ingest = createMqttIngest({ config, appliance, environment: {}, logger });
ingest?.start();
const looking = setInterval(() => {
  if (!ingest?.isConnected()) return;
  clearInterval(looking);
  console.log("connected");
}, 20);
