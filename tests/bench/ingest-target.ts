// The optimizer's HTTP face over a database on the disk, for ingest-bench.ts: node --conditions=source ingest-target.ts <database> <token>
import { HomeConfig } from "@ohmstead/contract";
import { pino } from "pino";
import { createHttpApi } from "../../optimizer/src/api/http/http-api.ts";
import { createAppliance } from "../../optimizer/src/cycles/run-appliance.ts";
import { createSolver } from "../../optimizer/src/solver/solver.ts";
import { openStore } from "../../optimizer/src/store/store.ts";

const [path = "", token = ""] = process.argv.slice(2);
const logger = pino({ level: "silent" });
const appliance = createAppliance({
  config: HomeConfig.parse({
    timeZone: "UTC",
    currency: "EUR",
    prices: { source: { kind: "push" } },
    weather: { source: { kind: "csv" } },
    meters: { gridPower: "gateway:hall/grid" },
    zones: Array.from({ length: 9 }, (_, k) => ({
      id: `room${k}`,
      heatCapacityKwhPerK: 1,
      heatLossKwPerK: 0.1,
      comfort: {},
      sensors: { temp: `gateway:hall/room${k}` },
    })),
  }),
  store: openStore(path),
  solver: createSolver(),
  devices: new Map(),
  sources: { prices: [], weather: [], pv: new Map(), history: undefined },
  clock: { nowMs: Date.now, sleep: async () => {} },
  speed: 1,
  logger,
  version: "bench",
});
const { port } = await createHttpApi({ appliance, token, uiFolder: "/nowhere", logger }).listen("127.0.0.1", 0);
console.log(port);
