// The solver's thread. It may be ended in the middle of anything: whoever has a programme open here can open it again elsewhere.
import { parentPort, workerData } from "node:worker_threads";
import { type HighsEngine, type KeptProgram, loadHighsEngine } from "./highs-engine.ts";
import type { RawAnswer, WorkerMessage, WorkerRequest } from "./protocol.ts";
import type { CompiledModule } from "./web-assembly.ts";

const port = parentPort;
if (!port) throw new Error("worker.ts runs as a worker thread only");
const send = (message: WorkerMessage): void => port.postMessage(message);
const { wasmModule } = workerData as { readonly wasmModule: CompiledModule | undefined };
const highs: HighsEngine = await loadHighsEngine(wasmModule);
const kept = new Map<number, KeptProgram>();

function close(session: number): void {
  kept.get(session)?.close();
  kept.delete(session);
}

async function answerTo(request: Exclude<WorkerRequest, { readonly type: "close" }>): Promise<RawAnswer> {
  if (request.type === "solve" && request.job.options.engine !== "highs") {
    // The fallback engine is rarely needed: its memory is taken when it is.
    const { solveDense } = await import("./dense-engine.ts");
    return solveDense(request.job);
  }
  if (request.type === "solve") return highs.solve(request.job);
  if (request.type === "open") {
    close(request.session);
    const program = highs.open(request.job);
    kept.set(request.session, program);
    return program.solve(request.job.options.timeLimitMs);
  }
  const program = kept.get(request.session);
  if (!program) return { status: "error", detail: `no programme ${request.session} is open` };
  program.change(request.changes);
  return program.solve(request.timeLimitMs);
}

async function answerInAnyCase(request: Exclude<WorkerRequest, { readonly type: "close" }>): Promise<RawAnswer> {
  try {
    return await answerTo(request);
  } catch (error) {
    return { status: "error", detail: error instanceof Error ? error.message : String(error) };
  }
}

port.on("message", (request: WorkerRequest) => {
  if (request.type === "close") close(request.session);
  else void answerInAnyCase(request).then((answer) => send({ type: "answer", answer }));
});
send({ type: "ready" });
