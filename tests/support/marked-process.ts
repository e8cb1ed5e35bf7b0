import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const project = fileURLToPath(new URL("../../", import.meta.url));
const MARK = "OHMSTEAD_TEST_MARK";

export interface MarkedProcess {
  /** The first process. */
  readonly pid: number;
  /** Of standard output and standard error, so far. */
  readonly output: () => string;
  readonly standardOutput: () => string;
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** All living processes that descend from this one, also those that outlived their parents. */
  readonly family: () => readonly number[];
  /** As Ctrl-C in a terminal: to every process of the first one's group. */
  readonly pressCtrlC: () => void;
  /** Resolves with the output once it contains the text; rejects when the process ends or patience does. */
  readonly says: (text: string, withinMs: number) => Promise<string>;
  /** Ends whatever is left. */
  readonly killAll: () => void;
}

/** An environment is inherited and cannot be shed, so it tells a family apart from all other processes of the machine. */
function processesWith(mark: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`${MARK}=${mark}`);
      } catch {
        return false; // gone in the meantime, or somebody else's
      }
    });
}

/** Runs a program of the project as a user would: by the wrapper that finds the right Node, in a group of its own. */
export function startMarked(args: readonly string[], env: Readonly<Record<string, string>> = {}): MarkedProcess {
  const mark = randomUUID();
  const child: ChildProcess = spawn(process.execPath, ["tools/run.mjs", ...args], {
    cwd: project,
    env: { ...process.env, ...env, [MARK]: mark },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let standardOutput = "";
  let output = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    standardOutput += chunk.toString();
    output += chunk.toString();
  });
  child.stderr?.on("data", (chunk: Buffer) => void (output += chunk.toString()));
  // "close" comes after the last output.
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((done) =>
    child.on("close", (code, signal) => done({ code, signal })),
  );
  const { pid } = child;
  if (pid === undefined) throw new Error("the process could not be started");
  return {
    pid,
    exited,
    output: () => output,
    standardOutput: () => standardOutput,
    family: () => processesWith(mark),
    pressCtrlC: () => process.kill(-pid, "SIGINT"),
    says: async (text, withinMs) => {
      const givesUpMs = Date.now() + withinMs;
      while (!output.includes(text)) {
        if (Date.now() > givesUpMs || child.exitCode !== null)
          throw new Error(`waited in vain for "${text}"; it said:\n${output}`);
        await wait(50);
      }
      return output;
    },
    killAll: () => {
      for (const each of processesWith(mark)) process.kill(each, "SIGKILL");
    },
  };
}

/** What a program that ends by itself has said, and how it ended. */
export async function runMarked(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const running = startMarked(args, env);
  const { code } = await running.exited;
  return { code, output: running.output(), standardOutput: running.standardOutput() };
}
