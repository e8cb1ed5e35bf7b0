import { open } from "node:fs/promises";

/** Real time. What was written is on the disk itself, not only with the operating system, soon after. */
const FLUSH_AFTER_MS = 500;

export interface DurableLog {
  /** Something was written to the log. */
  written(): void;
  stop(): void;
}

/**
 * Brings SQLite's log onto the disk within a second of a write, so that a power cut takes that second and no more. SQLite would do it either
 * with every transaction (`synchronous = FULL`: the program waits for the card at each reading) or only at a checkpoint (`NORMAL`).
 * The log may be flushed by anybody: it is only appended to, its frames carry checksums, and SQLite takes no locks on it.
 */
export function durableLog(path: string): DurableLog {
  let timer: NodeJS.Timeout | undefined;
  const flush = async (): Promise<void> => {
    timer = undefined;
    // A log that is not there, or a disk that fails, is found at the next write, by SQLite itself.
    const file = await open(`${path}-wal`, "r").catch(() => undefined);
    await file?.sync().catch(() => undefined);
    await file?.close().catch(() => undefined);
  };
  return {
    written: () => {
      timer ??= setTimeout(() => void flush(), FLUSH_AFTER_MS).unref();
    },
    stop: () => clearTimeout(timer),
  };
}
