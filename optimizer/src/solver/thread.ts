import { Worker } from "node:worker_threads";
import { SolverError } from "../domain/errors.ts";
import type { RawAnswer, WorkerMessage, WorkerRequest } from "./protocol.ts";
import type { CompiledModule } from "./web-assembly.ts";

/** Loading takes a tenth of a second; a small board under load takes ten times that. */
const BOOT_LIMIT_MS = 30_000;

/** A question and its answer are some hundred kB: what is young dies soon. */
const YOUNG_MB = 4;

/** From source the thread is TypeScript, from dist JavaScript: it lies beside this file under the same name. */
const workerUrl = new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js", import.meta.url);

/** A thread with its engines loaded. One question at a time. */
export interface Thread {
  readonly ready: Promise<void>;
  /** What the question is called when it takes too long; after that the thread has ended. */
  ask(request: WorkerRequest, hardLimitMs: number, what: string): Promise<RawAnswer>;
  /** Nothing comes back; a thread that has ended hears nothing. */
  tell(request: WorkerRequest): void;
  end(): Promise<void>;
}

export function openThread(wasmModule: CompiledModule | undefined, heapMb: number): Thread {
  const worker = new Worker(workerUrl, {
    workerData: { wasmModule },
    // What HiGHS needs lives outside the JavaScript heap; a small heap keeps the appliance small.
    resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: YOUNG_MB },
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
  worker.on("error", (cause: Error) => die(new SolverError(`the solver's thread broke: ${cause.message}`, { cause })));
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
  const tell = (request: WorkerRequest): void => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    if (!death) worker.postMessage(request);
  };

  const ready = next(BOOT_LIMIT_MS, "loading the solver").then(() => undefined);
  // Whoever runs a job hears of it; a thread that nobody waits for must not end the process.
  ready.catch(() => undefined);
  return {
    ready,
    tell,
    async ask(request, hardLimitMs, what) {
      await ready;
      const answer = next(hardLimitMs, what);
      tell(request);
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
