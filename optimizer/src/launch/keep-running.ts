import { setTimeout as wait } from "node:timers/promises";
import type { ServiceProcess } from "./service-process.ts";

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
const STEADY_AFTER_MS = 60_000;

/**
 * Starts a service again whenever it ends by itself, after growing pauses, until the signal says stop.
 * Resolves when the last one has ended.
 */
export async function keepRunning(
  first: ServiceProcess,
  again: () => Promise<ServiceProcess>,
  signal: AbortSignal,
  say: (message: string) => void,
): Promise<void> {
  let service: ServiceProcess | undefined = first;
  let pauseMs = FIRST_PAUSE_MS;
  const stop = () => void service?.stop();
  signal.addEventListener("abort", stop);
  while (!signal.aborted) {
    const startedMs = Date.now();
    if (service) {
      const { code, signal: reason } = await service.exited;
      if (signal.aborted) break;
      say(`${first.name} ended by itself (${reason ?? `exit ${code}`}); starting it again in ${pauseMs / 1000} s`);
    }
    await wait(pauseMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) break;
    pauseMs = Date.now() - startedMs > STEADY_AFTER_MS ? FIRST_PAUSE_MS : Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    service = await again().catch((error: unknown) => {
      say(error instanceof Error ? error.message : String(error));
      return undefined;
    });
  }
  await service?.stop();
  signal.removeEventListener("abort", stop);
}
