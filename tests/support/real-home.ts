import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Command, type CommandEvent, type Health, MS_PER_HOUR } from "@ohmstead/contract";
import { parse, stringify } from "yaml";
import { loadHomeConfig } from "../../optimizer/src/cycles/load-config.ts";
import { devicesOfHome } from "../../optimizer/src/devices/devices-of-home.ts";
import { watchdogPackage } from "../../optimizer/src/devices/watchdog-package.ts";
import type { ServiceProcess } from "../../optimizer/src/launch/service-process.ts";
import { startNodeRed, startOptimizer } from "../../optimizer/src/launch/stations.ts";
import { freePort } from "./broker.ts";
import type { RealHomeAssistant } from "./real-home-assistant.ts";

/** The appliance as at home, in real time: optimizer and Node-RED with the shipped flows, on a real Home Assistant. */
export interface RealHome {
  readonly dataFolder: string;
  get<T>(path: string): Promise<T>;
  delete(path: string): Promise<void>;
  health(): Promise<Health>;
  commands(): Promise<readonly Command[]>;
  eventsOf(commandId: string): Promise<readonly CommandEvent[]>;
  /** Prices per kWh, hour by hour from the present one; a new plan is made of them. */
  pushPrices(perHour: readonly number[]): Promise<void>;
  /** Is Node-RED connected to Home Assistant? */
  isConnected(): Promise<boolean>;
  stopNodeRed(): Promise<void>;
  /** SIGKILL. */
  killNodeRed(): Promise<void>;
  startNodeRed(haToken?: string): Promise<void>;
  /** May come twice. */
  stop(): Promise<void>;
  lastLines(): string;
}

const HOST = "127.0.0.1";
const TOKEN = "the-token-of-the-service-0123456789";
const WEATHER_DAYS = 4;
const LINES_KEPT = 60;

interface RawHome {
  readonly [key: string]: unknown;
  readonly pvArrays: readonly { readonly control: object }[];
}

/** The watchdog of config/demo/home.yaml, as a package for Home Assistant. */
export const demoWatchdog = (silentSeconds: number): string =>
  stringify(
    watchdogPackage(devicesOfHome(loadHomeConfig("config/demo/home.yaml")).values(), { silentSeconds }).content,
    { version: "1.1" },
  );

/** config/demo/home.yaml with prices that are pushed, mild weather, and no past. */
function writeConfig(folder: string, change: (home: RawHome) => object): string {
  const fromMs = Math.floor(Date.now() / MS_PER_HOUR) * MS_PER_HOUR - 24 * MS_PER_HOUR;
  const hours = Array.from({ length: WEATHER_DAYS * 24 }, (_, hour) => new Date(fromMs + hour * MS_PER_HOUR));
  const rows = hours.map((at) => `${at.toISOString()},2`);
  writeFileSync(join(folder, "weather.csv"), ["time_utc,temp_c", ...rows, ""].join("\n"));
  const { history: _, ...home } = parse(readFileSync("config/demo/home.yaml", "utf8")) as RawHome;
  const config = change({
    ...(home as RawHome),
    prices: { source: { kind: "push" } },
    weather: { source: { kind: "csv", file: join(folder, "weather.csv"), column: "temp_c" } },
  });
  const path = join(folder, "home.yaml");
  writeFileSync(path, stringify(config));
  return path;
}

export async function startRealHome(
  core: RealHomeAssistant,
  change: (home: RawHome) => object = (home) => home,
): Promise<RealHome> {
  const dataFolder = mkdtempSync(join(tmpdir(), "ohmstead-real-home-"));
  const lines: string[] = [];
  const onLine = (service: string, line: string) => {
    lines.push(`[${service}] ${line}`);
    if (lines.length > LINES_KEPT) lines.shift();
  };
  const optimizer = await startOptimizer({
    configPath: writeConfig(dataFolder, change),
    dataFolder,
    host: HOST,
    port: 0,
    token: TOKEN,
    env: {},
    onLine,
  });
  const optimizerUrl = `http://${HOST}:${optimizer.port}`;
  const nodeRedPort = await freePort();
  let nodeRed: ServiceProcess | undefined;

  const ask = async (method: string, path: string, body?: object): Promise<{ status: number; body: unknown }> => {
    const response = await fetch(`${optimizerUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(20_000),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? undefined : (JSON.parse(text) as unknown) };
  };
  const must = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const answer = await ask(method, path, body);
    if (answer.status >= 300)
      throw new Error(`${path} answered ${answer.status}: ${JSON.stringify(answer.body)}\n${lines.join("\n")}`);
    return answer.body as T;
  };
  const get = <T>(path: string): Promise<T> => must("GET", path);

  const home: RealHome = {
    dataFolder,
    get,
    delete: async (path) => {
      const { status } = await ask("DELETE", path);
      if (status >= 300) throw new Error(`${path} answered ${status}`);
    },
    health: async () => (await ask("GET", "/health/ready")).body as Health,
    commands: () => get("/api/v1/commands?limit=1000"),
    eventsOf: (id) => get(`/api/v1/commands/${id}/events`),
    pushPrices: async (perHour) => {
      const fromMs = Math.floor(Date.now() / MS_PER_HOUR) * MS_PER_HOUR;
      const slots = perHour.map((price, hour) => ({
        startMs: fromMs + hour * MS_PER_HOUR,
        hours: 1,
        importPricePerKwh: price,
        exportPricePerKwh: 0.01,
      }));
      await must("POST", "/api/v1/prices/update", { currency: "EUR", slots });
    },
    isConnected: async () => {
      const response = await fetch(`http://${HOST}:${nodeRedPort}/ohmstead/health`);
      return ((await response.json()) as { homeAssistantConnected: boolean }).homeAssistantConnected;
    },
    stopNodeRed: async () => {
      await nodeRed?.stop();
    },
    killNodeRed: async () => {
      nodeRed?.kill("SIGKILL");
      await nodeRed?.exited;
    },
    startNodeRed: async (haToken = core.token) => {
      const env = { OHMSTEAD_URL: optimizerUrl, OHMSTEAD_TOKEN: TOKEN, HA_URL: core.url, HA_TOKEN: haToken };
      nodeRed = await startNodeRed({ dataFolder, host: HOST, port: nodeRedPort, env, onLine });
    },
    stop: async () => {
      await Promise.all([optimizer.service.stop(), nodeRed?.stop()]);
      rmSync(dataFolder, { recursive: true, force: true });
    },
    lastLines: () => lines.join("\n"),
  };
  try {
    await home.startNodeRed();
    return home;
  } catch (error) {
    await home.stop();
    throw error;
  }
}
