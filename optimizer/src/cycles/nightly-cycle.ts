import { setImmediate as breathe } from "node:timers/promises";
import { MS_PER_HOUR } from "@ohmstead/contract";
import type { Logger } from "pino";
import type { Clock } from "../domain/clock.ts";
import { nightOf } from "../domain/night.ts";
import type { HoldsMs } from "../domain/resample.ts";
import type { Store } from "../store/store.ts";

const DONE_KEY = "nightly";
/** In the place of the night that was done last: it comes before every night. */
const BROKEN_OFF = "";
/** What has failed is tried again so much later, until it is done. */
const AGAIN_AFTER_MS = MS_PER_HOUR;

export interface NightlyCycle {
  /** Does tonight's work if it has not been done: call it as often as you like. Never rejects; once the signal has come it ends soon. */
  runWhenDue(): Promise<void>;
}

/**
 * Housekeeping, once a night: readings become packs and steps, what is too old goes, a checked backup is made, the log is emptied. What fails is
 * said, does not stop the rest, and is tried again; while the disk cannot be used the night's work waits for it. Work that a stop of the program
 * breaks off is begun anew at the next start.
 */
export function createNightlyCycle(deps: {
  readonly store: Pick<Store, "state" | "tidy" | "backup" | "checkpoint" | "condition">;
  readonly clock: Pick<Clock, "nowMs">;
  readonly timeZone: string;
  /** The rule by which a signal's values hold; undefined for a signal that is not of this house any more. */
  readonly holdsOf: (signal: string) => HoldsMs | undefined;
  readonly logger: Pick<Logger, "info">;
  /** For the owner. */
  readonly say: (message: string) => void;
  /** The program is being stopped. */
  readonly stopping?: AbortSignal;
}): NightlyCycle {
  const { store, clock, timeZone, holdsOf, logger, say, stopping } = deps;
  let running: Promise<void> | undefined;
  let waitingNight: string | undefined;
  let againAtMs: number | undefined;

  async function attempt<T>(what: string, work: () => T | Promise<T>): Promise<T | undefined> {
    if (stopping?.aborted) return undefined;
    try {
      return await work();
    } catch (error) {
      if (stopping?.aborted) return undefined;
      say(`Tonight ${what} failed: ${error instanceof Error ? error.message : String(error)}`);
      againAtMs = clock.nowMs() + AGAIN_AFTER_MS;
      return undefined;
    }
  }

  async function run(): Promise<void> {
    againAtMs = undefined;
    // Control goes on between the pieces.
    const tidied = await attempt("the tidying up of the database", () =>
      store.tidy({ nowMs: clock.nowMs(), holdsOf, pause: () => breathe(undefined, { signal: stopping }) }),
    );
    for (const damage of tidied?.damage ?? []) say(`The database was found damaged in part: ${damage}.`);
    const backup = await attempt("the backup of the database", () => store.backup(stopping));
    await attempt("the emptying of the database's log", () => store.checkpoint());
    if (stopping?.aborted) {
      store.state.set(DONE_KEY, BROKEN_OFF, clock.nowMs());
      return;
    }
    logger.info({ tidied, backup: backup?.path }, "nightly housekeeping done");
  }

  /** Whether there is a night's work that nobody has begun. */
  function isDue(): boolean {
    const night = nightOf(clock.nowMs(), timeZone);
    const done = store.state.get(DONE_KEY);
    const isBegun = typeof done === "string" && night <= done;
    if (isBegun && (againAtMs === undefined || clock.nowMs() < againAtMs)) return false;
    const { outage } = store.condition();
    if (outage !== undefined && typeof done === "string") {
      if (waitingNight !== night) say(`Tonight's housekeeping waits for the disk. ${outage}`);
      waitingNight = night;
      return false;
    }
    if (isBegun) return true;
    // Noted before, so that what ends the program in the middle cannot do so again and again.
    store.state.set(DONE_KEY, night, clock.nowMs());
    // A house of its first day has nothing to keep yet.
    return typeof done === "string";
  }

  return {
    runWhenDue: async () => {
      if (!running && isDue())
        running = run().finally(() => {
          running = undefined;
        });
      return running;
    },
  };
}
