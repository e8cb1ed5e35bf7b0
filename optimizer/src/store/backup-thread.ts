import { Worker } from "node:worker_threads";

/** What the thread is told: paths. */
export interface BackupOrder {
  readonly database: string;
  /** An empty file: the copy until it has been checked. */
  readonly unfinished: string;
  /** Its name from then on, in the same folder. */
  readonly backup: string;
}

/** What it answers: what SQLite finds wrong with the copy; undefined when that is whole, has its name, and is on the disk itself. */
export interface BackupAnswer {
  readonly damage: string | undefined;
}

/** From source the thread is TypeScript, from dist JavaScript: it lies beside this file under the same name. */
const workerUrl = new URL(
  import.meta.url.endsWith(".ts") ? "./backup-worker.ts" : "./backup-worker.js",
  import.meta.url,
);

/**
 * Copies a living database and checks the copy, in a thread of its own: reading all of a file and flushing it takes seconds on an SD card, and
 * control must not wait. Rejects with what SQLite or the disk throw in the thread, and with the reason of the signal, the thread gone.
 */
export async function copyAndCheck(order: BackupOrder, signal: AbortSignal | undefined): Promise<BackupAnswer> {
  signal?.throwIfAborted();
  const worker = new Worker(workerUrl, {
    workerData: order,
    // Pages of a database lie outside the JavaScript heap.
    resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 2 },
    execArgv: [],
  });
  const { promise, resolve, reject } = Promise.withResolvers<BackupAnswer>();
  const breakOff = (): void => reject(signal?.reason);
  signal?.addEventListener("abort", breakOff, { once: true });
  worker.once("message", resolve);
  worker.once("error", reject);
  worker.once("exit", () => reject(new Error("the backup's thread ended before it was done")));
  try {
    return await promise;
  } finally {
    signal?.removeEventListener("abort", breakOff);
    await worker.terminate();
  }
}
