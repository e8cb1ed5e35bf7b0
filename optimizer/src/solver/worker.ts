// The solver's thread. It may be ended in the middle of anything, so it keeps nothing.
import { parentPort, workerData } from "node:worker_threads";
import { type HighsEngine, loadHighsEngine } from "./highs-engine.ts";
import type { Job, RawAnswer, WorkerMessage } from "./protocol.ts";
import type { CompiledModule } from "./web-assembly.ts";

const port = parentPort;
if (!port) throw new Error("worker.ts runs as a worker thread only");
const send = (message: WorkerMessage): void => port.postMessage(message);
const { wasmModule } = workerData as { readonly wasmModule: CompiledModule | undefined };
const highs: HighsEngine = await loadHighsEngine(wasmModule);

async function answerTo(job: Job): Promise<RawAnswer> {
  try {
    if (job.options.engine === "highs") return highs(job);
    // The fallback engine is rarely needed: its memory is taken when it is.
    const { solveDense } = await import("./dense-engine.ts");
    return solveDense(job);
  } catch (error) {
    return { status: "error", detail: error instanceof Error ? error.message : String(error) };
  }
}

port.on("message", (job: Job) => void answerTo(job).then((answer) => send({ type: "answer", answer })));
send({ type: "ready" });
