import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  type AdapterConfig,
  formatHouseClock,
  HOUSE_CLOCK_VARIABLE,
  type HouseClock,
  MS_PER_HOUR,
} from "@ohmstead/contract";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { parseConfig } from "../domain/parse-config.ts";
import { inProject, newToken } from "./folders.ts";
import { type ServiceProcess, startService, whenReady } from "./service-process.ts";
import { startNodeRed, startOptimizer } from "./stations.ts";

/** The recorded weeks of config/demo: local midnight in Helsinki, and how long the data last. */
export const DEMO_WEEKS = {
  winter: { startMs: Date.UTC(2024, 0, 4, 22), hours: 7 * 24 },
  summer: { startMs: Date.UTC(2023, 7, 6, 21), hours: 7 * 24 },
} as const;
export type DemoDays = keyof typeof DEMO_WEEKS;

export interface DemoSetup {
  readonly days: DemoDays;
  readonly speed: number;
  readonly host: string;
  readonly ports: { readonly optimizer: number; readonly nodeRed: number; readonly house: number };
  /** a file of faults for the house, see optimizer/docs/simulator.md */
  readonly faults?: string;
  /** Emptied first: a demo house begins without a past. */
  readonly dataFolder: string;
  readonly onLine: (service: string, line: string) => void;
}

export interface Demo {
  readonly clock: HouseClock;
  readonly startMs: number;
  readonly token: string;
  readonly houseToken: string;
  readonly optimizerUrl: string;
  readonly nodeRedUrl: string;
  readonly houseUrl: string;
  readonly house: ServiceProcess;
  readonly optimizer: ServiceProcess;
  readonly nodeRed: ServiceProcess;
  /** Another of the kind, on the same data, after the first has ended. */
  startOptimizerAgain(): Promise<ServiceProcess>;
  startNodeRedAgain(): Promise<ServiceProcess>;
}

/** Real time between the call and the first moment of the demo's clock, for the three processes to start in. */
const HEAD_START_MS = 6000;

const RawHome = z.looseObject({
  prices: z.looseObject({ source: z.looseObject({ kind: z.string(), file: z.string() }) }),
  weather: z.looseObject({ source: z.looseObject({ kind: z.string(), file: z.string() }) }),
  history: z.looseObject({ source: z.looseObject({ kind: z.string(), file: z.string() }) }),
});

/** config/demo/home.yaml for one week: the files of that week by their absolute names. */
function writeDemoConfig({ days, dataFolder }: DemoSetup): string {
  const raw = parseConfig(
    RawHome,
    parse(readFileSync(inProject("config/demo/home.yaml"), "utf8")),
    "config/demo/home.yaml",
  );
  const inWeek = <S extends AdapterConfig & { readonly file: string }>(source: S): S => ({
    ...source,
    file: inProject("config/demo", days, source.file),
  });
  const config = {
    ...raw,
    prices: { ...raw.prices, source: inWeek(raw.prices.source) },
    weather: { ...raw.weather, source: inWeek(raw.weather.source) },
    history: { ...raw.history, source: inWeek(raw.history.source) },
  };
  const path = join(dataFolder, "home.yaml");
  writeFileSync(path, stringify(config));
  return path;
}

/** Simulated house, optimizer and Node-RED, composed as at home; all three are ready when this resolves. */
export async function composeDemo(setup: DemoSetup): Promise<Demo> {
  const { days, speed, host, ports, dataFolder, onLine } = setup;
  rmSync(dataFolder, { recursive: true, force: true });
  mkdirSync(dataFolder, { recursive: true });
  const configPath = writeDemoConfig(setup);
  const { startMs } = DEMO_WEEKS[days];
  const clock: HouseClock = { speed, houseStartMs: startMs, realStartMs: Date.now() + HEAD_START_MS };
  const token = newToken();
  const houseToken = newToken();
  const env = { [HOUSE_CLOCK_VARIABLE]: formatHouseClock(clock) };
  const started: ServiceProcess[] = [];
  try {
    const house = await whenReady((hear) =>
      startService({
        name: "simulated house",
        args: [
          inProject("optimizer/dist/simulator/main.js"),
          "--host",
          host,
          "--port",
          String(ports.house),
          "--days-folder",
          inProject("config/demo", days),
          "--start-ms",
          String(startMs),
          ...(setup.faults === undefined ? [] : ["--faults", resolve(setup.faults)]),
        ],
        env: { ...env, HA_TOKEN: houseToken },
        onLine: (line) => {
          hear(line);
          onLine("house", line);
        },
      }),
    );
    started.push(house.service);
    const houseUrl = `http://${host}:${house.port}`;

    const optimizerSetup = {
      configPath,
      dataFolder,
      host,
      port: ports.optimizer,
      token,
      env: { ...env, HA_URL: houseUrl, HA_TOKEN: houseToken },
      onLine,
    };
    const optimizer = await startOptimizer(optimizerSetup);
    started.push(optimizer.service);
    const optimizerUrl = `http://${host}:${optimizer.port}`;

    const nodeRedSetup = {
      dataFolder,
      host,
      port: ports.nodeRed,
      onLine,
      env: { ...env, OHMSTEAD_URL: optimizerUrl, OHMSTEAD_TOKEN: token, HA_URL: houseUrl, HA_TOKEN: houseToken },
    };
    const nodeRed = await startNodeRed(nodeRedSetup);
    started.push(nodeRed);

    return {
      clock,
      startMs,
      token,
      houseToken,
      optimizerUrl,
      houseUrl,
      nodeRedUrl: `http://${host}:${ports.nodeRed}`,
      house: house.service,
      optimizer: optimizer.service,
      nodeRed,
      startOptimizerAgain: async () => (await startOptimizer({ ...optimizerSetup, port: optimizer.port })).service,
      startNodeRedAgain: () => startNodeRed(nodeRedSetup),
    };
  } catch (error) {
    await Promise.all(started.map((service) => service.stop()));
    throw error;
  }
}

/** House time to real milliseconds from now. */
export const realMsUntil = (clock: HouseClock, houseMs: number): number =>
  clock.realStartMs + (houseMs - clock.houseStartMs) / clock.speed - Date.now();

export const demoEndMs = (days: DemoDays, hours: number | undefined): number =>
  DEMO_WEEKS[days].startMs + (hours ?? DEMO_WEEKS[days].hours) * MS_PER_HOUR;
