import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const project = fileURLToPath(new URL("../../", import.meta.url));
export const SHIPPED_FLOWS = join(project, "flows");

/** As its own process, as the project builds them. */
export const buildNodes = async (): Promise<void> => {
  await promisify(execFile)(process.execPath, [join(project, "nodes/build.mjs")]);
};

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });

export const newDataFolder = (): string => mkdtempSync(join(tmpdir(), "ohmstead-data-"));

export interface NodeRed {
  readonly url: string;
  readonly dataFolder: string;
  /** All it has printed so far. */
  readonly output: () => string;
  /** Keeps the data folder for another. */
  readonly kill: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

const spawnNodeRed = (env: Readonly<Record<string, string>>): ChildProcess =>
  spawn(process.execPath, ["node_modules/node-red/red.js", "--settings", "config/node-red/settings.js"], {
    cwd: project,
    env: { PATH: process.env["PATH"] ?? "", HOME: "/nowhere", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });

const linesOf = (child: ChildProcess): (() => string) => {
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => void (text += chunk.toString()));
  return () => text;
};

const endOf = (child: ChildProcess): Promise<number | null> => new Promise((ended) => child.on("exit", ended));

/** The whole Node-RED with the shipped settings and flows. Resolves when the flows run. */
export async function startNodeRed(dataFolder: string, env: Readonly<Record<string, string>>): Promise<NodeRed> {
  const port = await freePort();
  const child = spawnNodeRed({ OHMSTEAD_DATA: dataFolder, NODE_RED_PORT: String(port), ...env });
  const output = linesOf(child);
  const ended = endOf(child);
  const url = `http://127.0.0.1:${port}`;
  const kill = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    rmSync(dataFolder, { recursive: true, force: true });
  };
  for (let attempt = 0; attempt < 300; attempt += 1) {
    const isWell = await fetch(`${url}/ohmstead/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isWell) return { url, dataFolder, output, kill, stop };
    if (child.exitCode !== null) break;
    await wait(100);
  }
  await stop();
  throw new Error(`Node-RED did not start its flows:\n${output()}`);
}

/** Starts one that is expected to refuse; resolves with its exit code and what it said. */
export async function refusedStart(dataFolder: string, env: Readonly<Record<string, string>>) {
  const child = spawnNodeRed({ OHMSTEAD_DATA: dataFolder, NODE_RED_PORT: String(await freePort()), ...env });
  const output = linesOf(child);
  const timer = setTimeout(() => child.kill("SIGKILL"), 15_000);
  const code = await endOf(child);
  clearTimeout(timer);
  return { code, output: output() };
}
