import { setTimeout as wait } from "node:timers/promises";
import { type HouseClock, houseTimeMs } from "@ohmstead/contract";

/** Time as the house lives it. Pure functions take nowMs; what lives and waits takes a Clock. */
export interface Clock {
  nowMs(): number;
  /** Resolves after that much house time; rejects with AbortError when the signal says so. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The real clock, or the demo's faster one. */
export function clockOf(setting: HouseClock): Clock {
  return {
    nowMs: () => houseTimeMs(setting, Date.now()),
    sleep: async (ms, signal) => {
      await wait(Math.max(0, ms / setting.speed), undefined, signal ? { signal } : {});
    },
  };
}
