import { setTimeout as wait } from "node:timers/promises";

const PAUSE_MS = 50;

/** Looks again and again until there is something to see; what a look throws counts as nothing. Rejects when the time is over. */
export async function untilSo<T>(what: string, withinMs: number, look: () => Promise<T | undefined>): Promise<T> {
  const givesUpMs = Date.now() + withinMs;
  let last: unknown;
  for (;;) {
    try {
      const found = await look();
      if (found !== undefined) return found;
    } catch (error) {
      last = error;
    }
    if (Date.now() > givesUpMs) throw new Error(`waited in vain until ${what}`, { cause: last });
    await wait(PAUSE_MS);
  }
}
