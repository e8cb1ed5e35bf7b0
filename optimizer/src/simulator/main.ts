import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { HOUSE_CLOCK_VARIABLE, parseHouseClock } from "@ohmstead/contract";
import { clockOf } from "../domain/clock.ts";
import { ConfigError } from "../domain/errors.ts";
import { houseEntities } from "./entities.ts";
import { readFaultFile } from "./faults/fault-file.ts";
import { createHousePair } from "./house-pair.ts";
import { demoCar, demoHouse } from "./physics/house-setup.ts";
import { readHouseInputs } from "./read-inputs.ts";
import { createHomeAssistantServer } from "./server/home-assistant-server.ts";
import { createSimulatedHome } from "./server/simulated-home.ts";

const MINUTE_MS = 60_000;

const { values: args } = parseArgs({
  options: {
    port: { type: "string", default: "8123" },
    host: { type: "string", default: "127.0.0.1" },
    "days-folder": { type: "string" },
    "start-ms": { type: "string" },
    "token-file": { type: "string" },
    seed: { type: "string", default: "1" },
    faults: { type: "string" },
    car: { type: "boolean", default: false },
  },
});

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new ConfigError(`--${name} "${text}" is not a whole number`);
  return value;
}

function tokenFrom(file: string | undefined): string {
  const token = file === undefined ? process.env["HA_TOKEN"] : readFileSync(file, "utf8").trim();
  if (!token) throw new ConfigError("no token: give --token-file, or set HA_TOKEN");
  return token;
}

async function main(): Promise<void> {
  const folder = args["days-folder"];
  if (!folder) throw new ConfigError("--days-folder is missing: the folder with prices.csv, weather.csv and house.csv");
  const given = process.env[HOUSE_CLOCK_VARIABLE];
  const wantedStartMs = args["start-ms"] === undefined ? undefined : wholeNumber("start-ms", args["start-ms"]);
  // A start without a clock: real speed, from that moment.
  const setting =
    given || wantedStartMs === undefined
      ? parseHouseClock(given)
      : { speed: 1, houseStartMs: wantedStartMs, realStartMs: Date.now() };
  const clock = clockOf(setting);
  const startMs = wantedStartMs ?? clock.nowMs();

  const setup = args.car ? { ...demoHouse, car: demoCar } : demoHouse;
  const faults = args.faults === undefined ? [] : readFaultFile(args.faults, houseEntities(setup));

  const pair = createHousePair(setup, readHouseInputs(folder), wholeNumber("seed", args.seed), startMs);
  const home = createSimulatedHome(setup, pair, clock);
  for (const { atSeconds, fault } of faults) home.faults.add(fault, atSeconds);
  const server = createHomeAssistantServer({
    home,
    token: tokenFrom(args["token-file"]),
    host: args.host,
    port: wholeNumber("port", args.port),
    // A minute of the house per tick, within what a person and a processor find reasonable.
    realMsUntil: (houseMs) => (houseMs - clock.nowMs()) / setting.speed,
    tickMs: Math.min(1000, Math.max(50, MINUTE_MS / setting.speed)),
  });
  const port = await server.start();
  const stop = (): void => {
    void server.stop().finally(() => process.exit(0));
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  console.log(JSON.stringify({ ready: true, port }));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
