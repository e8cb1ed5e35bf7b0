import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import { SolverError } from "../domain/errors.ts";
import type { LinearProgram } from "../model/linear-program.ts";
import { type AnswerTolerance, faultOf } from "./check-answer.ts";
import type { Basis, EngineName, EngineOptions, Job, RawAnswer, WorkerMessage } from "./protocol.ts";
import { type CompiledModule, compileWebAssembly } from "./web-assembly.ts";

export interface SolveOptions extends EngineOptions {
  /** Solve in a thread that has never solved anything. */
  readonly freshWorker?: boolean;
}

/** An answer that has been checked: finite, within all limits, its objective recomputed. */
export interface EngineAnswer {
  readonly engine: EngineName;
  /** feasible: stopped at the time limit. */
  readonly status: "optimal" | "feasible";
  readonly x: Float64Array;
  readonly rowDuals: Float64Array | undefined;
  readonly objective: number;
  /** For a next solve of a programme of the same shape. */
  readonly basis: Basis | undefined;
  readonly solveMs: number;
}

export interface Solver {
  /** Begins to load the engine, so that the first solve finds it ready; solve() does the same when needed. */
  start(): void;
  /** One at a time, in order. Rejects with SolverError: no answer in time, none that can be trusted, or stopped. */
  solve(lp: LinearProgram, options: SolveOptions): Promise<EngineAnswer>;
  /** Ends the thread at once; may come twice, at any moment. A stopped solver can start again. */
  stop(): Promise<void>;
}

export interface SolverOptions {
  /** Beyond the time limit, how long an engine may take to come back before its thread is ended. */
  readonly graceMs?: number;
}

const TOLERANCE: Readonly<Record<EngineName, AnswerTolerance>> = {
  highs: { residual: 1e-5, objective: 1e-6 },
  "javascript-lp-solver": { residual: 1e-4, objective: 1e-4 },
};

/** Loading takes a tenth of a second; a small board under load takes ten times that. */
const BOOT_LIMIT_MS = 30_000;

/** From source the thread is TypeScript, from dist JavaScript: it lies beside this file under the same name. */
const workerUrl = new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js", import.meta.url);

/** Once per process: a thread that is handed the compiled module answers its first job three times as fast. */
async function compileHighs(): Promise<CompiledModule> {
  const path = createRequire(import.meta.url).resolve("highs/runtime");
  return compileWebAssembly(await readFile(path));
}

/** A thread with its engine loaded. */
interface Thread {
  readonly ready: Promise<void>;
  run(job: Job, hardLimitMs: number): Promise<RawAnswer>;
  end(): Promise<void>;
}

function openThread(wasmModule: CompiledModule | undefined): Thread {
  const worker = new Worker(workerUrl, {
    workerData: { wasmModule },
    // What the engine needs lives outside the JavaScript heap; a small heap keeps the appliance small.
    resourceLimits: { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 16 },
    execArgv: [],
  });
  let settle: { resolve(message: WorkerMessage): void; reject(error: Error): void } | undefined;
  let death: SolverError | undefined;
  const die = (error: SolverError): void => {
    death ??= error;
    settle?.reject(death);
    settle = undefined;
  };
  worker.on("message", (message: WorkerMessage) => {
    settle?.resolve(message);
    settle = undefined;
  });
  worker.on("error", (cause) => die(new SolverError("the solver's thread broke", { cause })));
  worker.on("exit", () => die(new SolverError("the solver's thread ended")));

  const next = (limitMs: number, what: string): Promise<WorkerMessage> =>
    new Promise((resolve, reject) => {
      if (death) {
        reject(death);
        return;
      }
      const timer = setTimeout(() => {
        die(new SolverError(`${what} took longer than ${Math.round(limitMs)} ms`));
        void worker.terminate();
      }, limitMs);
      const finish =
        <T>(end: (value: T) => void) =>
        (value: T) => {
          clearTimeout(timer);
          end(value);
        };
      settle = { resolve: finish(resolve), reject: finish(reject) };
    });

  const ready = next(BOOT_LIMIT_MS, "loading the solver").then(() => undefined);
  // Whoever runs a job hears of it; a thread that nobody waits for must not end the process.
  ready.catch(() => undefined);
  return {
    ready,
    async run(job, hardLimitMs) {
      await ready;
      const answer = next(hardLimitMs, job.options.engine);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      if (!death) worker.postMessage(job);
      const message = await answer;
      if (message.type !== "answer") throw new SolverError("the solver's thread answered out of turn");
      return message.answer;
    },
    async end() {
      die(new SolverError("the solver was stopped"));
      await worker.terminate();
    },
  };
}

/**
 * The LP engines, in one long-lived thread of their own: HiGHS, and javascript-lp-solver for when HiGHS fails.
 * A thread that passes the hard limit is ended, and the next is loading before anyone asks.
 */
export function createSolver({ graceMs = 1000 }: SolverOptions = {}): Solver {
  let compiled: Promise<CompiledModule> | undefined;
  let thread: Promise<Thread> | undefined;
  let isUsed = false;
  let queue: Promise<unknown> = Promise.resolve();
  /** Counts stops: what was asked for before one is not begun after it. */
  let era = 0;

  const open = (): Promise<Thread> => {
    isUsed = false;
    compiled ??= compileHighs();
    // Without the file the thread looks for it by itself, and says what is wrong.
    return compiled.catch(() => undefined).then(openThread);
  };
  const renew = async (): Promise<void> => {
    const old = thread;
    thread = open();
    await (await old)?.end();
  };

  async function solveNow(lp: LinearProgram, { freshWorker = false, ...options }: SolveOptions): Promise<EngineAnswer> {
    if (freshWorker && isUsed) await renew();
    thread ??= open();
    const mine = thread;
    let beganMs = performance.now();
    const work = async (): Promise<RawAnswer> => {
      const current = await mine;
      await current.ready;
      isUsed = true;
      beganMs = performance.now();
      const canStop = options.engine === "highs";
      return current.run({ lp, options }, options.timeLimitMs + (canStop ? graceMs : 0));
    };
    const answer = await work().catch(async (error: unknown) => {
      // Unless stop() took it away, a thread that broke or was ended makes room for the next.
      if (thread === mine) await renew();
      throw error;
    });
    const solveMs = performance.now() - beganMs;
    const fault = faultOf(lp, answer, TOLERANCE[options.engine]);
    const { x, objective } = answer;
    if (fault !== undefined || !x || objective === undefined)
      throw new SolverError(`${options.engine}: ${fault ?? "no solution"}`);
    return {
      engine: options.engine,
      status: answer.status === "optimal" ? "optimal" : "feasible",
      x,
      rowDuals: answer.rowDuals,
      objective,
      basis: answer.basis,
      solveMs,
    };
  }

  return {
    start() {
      thread ??= open();
    },
    solve(lp, options) {
      const asked = era;
      const answer = queue.then(() => {
        if (asked !== era) throw new SolverError("the solver was stopped");
        return solveNow(lp, options);
      });
      queue = answer.catch(() => undefined);
      return answer;
    },
    async stop() {
      era += 1;
      const old = thread;
      thread = undefined;
      await (await old)?.end();
    },
  };
}
