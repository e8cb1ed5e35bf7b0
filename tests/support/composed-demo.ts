import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { type Command, type CommandEvent, type Health, houseTimeMs, type Plan } from "@ohmstead/contract";
import { composeDemo, type Demo, type DemoDays, realMsUntil } from "../../optimizer/src/launch/compose-demo.ts";
import { freePort } from "../../optimizer/src/launch/ports.ts";
import type { ServiceProcess } from "../../optimizer/src/launch/service-process.ts";
import type { FaultInput } from "../../optimizer/src/simulator/faults/fault.ts";
import type { CallRecord } from "../../optimizer/src/simulator/server/call-desk.ts";
import type { SimulatedHome } from "../../optimizer/src/simulator/server/simulated-home.ts";

const HOST = "127.0.0.1";
const MINUTE_MS = 60_000;

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

/** The appliance of the demo in its three processes, for tests that look at it from outside. */
export interface ComposedDemo extends Omit<
  Demo,
  "optimizer" | "nodeRed" | "startOptimizerAgain" | "startNodeRedAgain"
> {
  readonly dataFolder: string;
  readonly databasePath: string;
  houseNowMs(): number;
  /** House time so many minutes after the demo's first moment. */
  minute(minutes: number): number;
  /** Resolves at that house time; at once when it has passed. */
  untilHouse(houseMs: number): Promise<void>;
  /** Asks the optimizer. Rejects when it does not answer; every status is an answer. */
  ask<T>(method: string, path: string, body?: unknown): Promise<Answer<T>>;
  /** Asks the optimizer for something that must be there. */
  get<T>(path: string): Promise<T>;
  commands(): Promise<readonly Command[]>;
  eventsOf(commandId: string): Promise<readonly CommandEvent[]>;
  plan(): Promise<Plan>;
  health(): Promise<Health>;
  /** What Node-RED's own health address says. */
  nodeRedHealth(): Promise<{ readonly flowsStarted: boolean; readonly homeAssistantConnected: boolean }>;
  readonly sim: {
    report(): Promise<ReturnType<SimulatedHome["report"]>>;
    /** Every call that reached the house, oldest first. */
    calls(): Promise<readonly CallRecord[]>;
    addFault(fault: FaultInput): Promise<void>;
    clearFaults(): Promise<void>;
  };
  optimizerPid(): number;
  /** SIGKILL; resolves with the house time of the kill when the process is gone. */
  killOptimizer(): Promise<number>;
  /** Resolves when it listens. */
  startOptimizerAgain(): Promise<void>;
  /** SIGKILL; resolves when it is gone. May come twice. */
  killNodeRed(): Promise<void>;
  /** Resolves when its flows run. */
  startNodeRedAgain(): Promise<void>;
  /** Ends everything; may come twice. The data folder stays until `remove`. */
  stop(): Promise<void>;
  remove(): void;
  /** The last lines that the processes printed, for a failing test. */
  lastLines(): string;
}

const LINES_KEPT = 60;

async function answerOf<T>(url: string, token: string, method: string, body: unknown): Promise<Answer<T>> {
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  return { status: response.status, body: (text === "" ? undefined : JSON.parse(text)) as T };
}

/** Starts simulated house, optimizer and Node-RED on free ports and an empty data folder; all three are ready when this resolves. */
export async function startComposedDemo(setup: {
  readonly speed: number;
  readonly days?: DemoDays;
}): Promise<ComposedDemo> {
  const dataFolder = mkdtempSync(join(tmpdir(), "ohmstead-system-"));
  const lines: string[] = [];
  const demo = await composeDemo({
    days: setup.days ?? "winter",
    speed: setup.speed,
    host: HOST,
    ports: { optimizer: 0, house: 0, nodeRed: await freePort(0, HOST, "dashboard", "") },
    dataFolder,
    onLine: (service, line) => {
      lines.push(`[${service}] ${line}`);
      if (lines.length > LINES_KEPT) lines.shift();
    },
  });
  let optimizer: ServiceProcess = demo.optimizer;
  let nodeRed: ServiceProcess = demo.nodeRed;

  const houseNowMs = () => houseTimeMs(demo.clock, Date.now());
  const ask = <T>(method: string, path: string, body?: unknown) =>
    answerOf<T>(`${demo.optimizerUrl}${path}`, demo.token, method, body);
  const must = async <T>(asked: Promise<Answer<T>>, what: string): Promise<T> => {
    const { status, body } = await asked;
    if (status !== 200) throw new Error(`${what} answered ${status}: ${JSON.stringify(body)}\n${lines.join("\n")}`);
    return body;
  };
  const get = <T>(path: string) => must(ask<T>("GET", path), path);
  const askHouse = <T>(method: string, path: string, body?: unknown) =>
    must(answerOf<T>(`${demo.houseUrl}/simulator/${path}`, demo.houseToken, method, body), path);

  return {
    ...demo,
    dataFolder,
    databasePath: join(dataFolder, "ohmstead.sqlite"),
    houseNowMs,
    minute: (minutes) => demo.startMs + minutes * MINUTE_MS,
    untilHouse: (houseMs) => wait(Math.max(0, realMsUntil(demo.clock, houseMs))),
    ask,
    get,
    commands: () => get("/api/v1/commands?limit=10000"),
    eventsOf: (commandId) => get(`/api/v1/commands/${commandId}/events`),
    plan: () => get("/api/v1/plan"),
    // "Not well" is an answer, too.
    health: async () => (await ask<Health>("GET", "/health/ready")).body,
    nodeRedHealth: async () => {
      const response = await fetch(`${demo.nodeRedUrl}/ohmstead/health`, { signal: AbortSignal.timeout(20_000) });
      return (await response.json()) as { flowsStarted: boolean; homeAssistantConnected: boolean };
    },
    sim: {
      report: () => askHouse("GET", "report"),
      calls: () => askHouse("GET", "calls"),
      addFault: async (fault) => void (await askHouse("POST", "faults", fault)),
      clearFaults: async () => void (await askHouse("DELETE", "faults")),
    },
    optimizerPid: () => optimizer.pid,
    killOptimizer: async () => {
      optimizer.kill("SIGKILL");
      const atMs = houseNowMs();
      await optimizer.exited;
      return atMs;
    },
    startOptimizerAgain: async () => {
      optimizer = await demo.startOptimizerAgain();
    },
    killNodeRed: async () => {
      nodeRed.kill("SIGKILL");
      await nodeRed.exited;
    },
    startNodeRedAgain: async () => {
      nodeRed = await demo.startNodeRedAgain();
    },
    stop: async () => {
      await Promise.all([optimizer.stop(), nodeRed.stop()]);
      await demo.house.stop();
    },
    remove: () => rmSync(dataFolder, { recursive: true, force: true }),
    lastLines: () => lines.join("\n"),
  };
}
