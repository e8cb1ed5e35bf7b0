import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { ConfigError } from "../domain/errors.ts";

export interface ServiceProcess {
  readonly name: string;
  readonly pid: number;
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** SIGTERM, and SIGKILL for what is still there after some seconds. May come twice. */
  stop(): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

export interface ServiceSetup {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Called with every line of output. */
  readonly onLine: (line: string) => void;
}

const PATIENCE_MS = 5000;

/** Whatever way this process ends, it leaves no service behind. */
const alive = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of alive) child.kill("SIGKILL");
});

/** One of Ohmstead's own processes, on the same Node as this one. */
export function startService(setup: ServiceSetup): ServiceProcess {
  const child: ChildProcess = spawn(process.execPath, setup.args, {
    env: { ...process.env, ...setup.env },
    stdio: ["ignore", "pipe", "pipe"],
    // Ctrl-C in a terminal reaches the whole group; we end our children ourselves, in order.
    detached: true,
  });
  alive.add(child);
  child.on("exit", () => alive.delete(child));
  if (child.pid === undefined)
    throw new ConfigError(`${setup.name} could not be started: is ${process.execPath} there?`);
  for (const stream of [child.stdout, child.stderr])
    if (stream) createInterface({ input: stream }).on("line", setup.onLine);
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((done) =>
    child.on("exit", (code, signal) => done({ code, signal })),
  );
  const isGone = () => child.exitCode !== null || child.signalCode !== null;
  return {
    name: setup.name,
    pid: child.pid,
    exited,
    kill: (signal) => void child.kill(signal),
    stop: async () => {
      if (isGone()) return;
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
      await exited;
      clearTimeout(timer);
    },
  };
}

/** Resolves with the first JSON line for which `ready` is true; rejects when the process ends before, with what it said last. */
export function whenReady(
  start: (onLine: (line: string) => void) => ServiceProcess,
): Promise<{ service: ServiceProcess; port: number }> {
  return new Promise((resolve, reject) => {
    const lastLines: string[] = [];
    let isReady = false;
    const service = start((line) => {
      if (isReady) return;
      lastLines.push(line);
      if (lastLines.length > 12) lastLines.shift();
      const port = portInReadyLine(line);
      if (port === undefined) return;
      isReady = true;
      resolve({ service, port });
    });
    const complain = async () => {
      const { code, signal } = await service.exited;
      const how = signal ?? `exit ${code}`;
      if (!isReady)
        reject(new ConfigError(`${service.name} ended before it was ready (${how}):\n${lastLines.join("\n")}`));
    };
    void complain();
  });
}

function portInReadyLine(line: string): number | undefined {
  if (!line.includes('"ready":true')) return undefined;
  try {
    const { ready, port } = JSON.parse(line) as { ready?: boolean; port?: number };
    return ready === true && typeof port === "number" ? port : undefined;
  } catch {
    return undefined;
  }
}
