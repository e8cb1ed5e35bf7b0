import { setTimeout as wait } from "node:timers/promises";
import { ConfigError } from "../domain/errors.ts";
import { inProject } from "./folders.ts";
import { type ServiceProcess, startService, whenReady } from "./service-process.ts";

type OnLine = (service: string, line: string) => void;

export interface OptimizerSetup {
  readonly configPath: string;
  readonly dataFolder: string;
  readonly host: string;
  readonly port: number;
  readonly token: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onLine: OnLine;
}

/** A small board's memory matters more than the last milliseconds of a solve (decisions/0002). docker/Dockerfile says the same. */
export const LEAN = {
  args: ["--liftoff-only", "--max-semi-space-size=2", "--optimize-for-size"],
  // glibc keeps what was freed, for each thread apart: two heaps, and what is free at a heap's end goes back.
  env: { MALLOC_ARENA_MAX: "2", MALLOC_TRIM_THRESHOLD_: "131072" },
} as const;

export const startOptimizer = ({ configPath, dataFolder, host, port, token, env, onLine }: OptimizerSetup) =>
  whenReady((hear) =>
    startService({
      name: "optimizer",
      args: [
        ...LEAN.args,
        inProject("optimizer/dist/main.js"),
        "--config",
        configPath,
        "--data",
        dataFolder,
        "--host",
        host,
        "--port",
        String(port),
      ],
      env: { ...LEAN.env, ...env, OHMSTEAD_TOKEN: token },
      onLine: (line) => {
        hear(line);
        onLine("optimizer", line);
      },
    }),
  );

export interface NodeRedSetup {
  readonly dataFolder: string;
  readonly host: string;
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
  readonly onLine: OnLine;
}

const NODE_RED_PATIENCE_MS = 60_000;

/** Resolves when the flows run: an open port alone says nothing, one unknown node keeps every flow stopped. */
export async function startNodeRed({ dataFolder, host, port, env, onLine }: NodeRedSetup): Promise<ServiceProcess> {
  const lastLines: string[] = [];
  const service = startService({
    name: "Node-RED",
    args: [
      inProject("node_modules/node-red/red.js"),
      "--settings",
      inProject("config/node-red/settings.js"),
      "--userDir",
      `${dataFolder}/node-red`,
    ],
    env: { ...env, OHMSTEAD_DATA: dataFolder, NODE_RED_HOST: host, NODE_RED_PORT: String(port) },
    onLine: (line) => {
      lastLines.push(line);
      if (lastLines.length > 15) lastLines.shift();
      onLine("node-red", line);
    },
  });
  const ended = service.exited.then(() => "ended" as const);
  const givesUpMs = Date.now() + NODE_RED_PATIENCE_MS;
  while (Date.now() < givesUpMs) {
    const answered = await fetch(`http://${host}:${port}/ohmstead/health`, { signal: AbortSignal.timeout(2000) }).then(
      (response) => response.ok,
      () => false,
    );
    if (answered) return service;
    if ((await Promise.race([ended, wait(150)])) === "ended") break;
  }
  await service.stop();
  throw new ConfigError(`Node-RED did not start its flows:\n${lastLines.join("\n")}`);
}
