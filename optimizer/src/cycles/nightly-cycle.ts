import type { Logger } from "pino";
import type { Clock } from "../domain/clock.ts";
import { nightOf } from "../domain/night.ts";
import type { Store } from "../store/store.ts";

const DONE_KEY = "nightly";

export interface NightlyCycle {
  /** Does tonight's work if it has not been done: call it as often as you like. Never rejects. */
  runWhenDue(): Promise<void>;
}

/** Housekeeping, once a night: old rows go, a checked backup is made, the log is emptied. What fails is said, and does not stop the rest. */
export function createNightlyCycle(deps: {
  readonly store: Pick<Store, "state" | "prune" | "backup" | "checkpoint">;
  readonly clock: Pick<Clock, "nowMs">;
  readonly timeZone: string;
  readonly logger: Pick<Logger, "info">;
  /** For the owner. */
  readonly say: (message: string) => void;
}): NightlyCycle {
  const { store, clock, timeZone, logger, say } = deps;
  let running: Promise<void> | undefined;

  async function attempt<T>(what: string, work: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      say(`Tonight ${what} failed: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }

  async function run(): Promise<void> {
    const removed = await attempt("the removal of old records", () => store.prune(clock.nowMs()));
    const backup = await attempt("the backup of the database", () => store.backup());
    await attempt("the emptying of the database's log", () => store.checkpoint());
    logger.info({ removed, backup: backup?.path }, "nightly housekeeping done");
  }

  return {
    runWhenDue: async () => {
      if (running) return running;
      const night = nightOf(clock.nowMs(), timeZone);
      const done = store.state.get(DONE_KEY);
      if (typeof done === "string" && night <= done) return undefined;
      // Noted before, so that what ends the program in the middle cannot do so again and again.
      store.state.set(DONE_KEY, night, clock.nowMs());
      // A house of its first day has nothing to keep yet.
      if (typeof done !== "string") return undefined;
      running = run().finally(() => {
        running = undefined;
      });
      return running;
    },
  };
}
