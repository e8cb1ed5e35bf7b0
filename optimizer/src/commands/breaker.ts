import type { CommandEvent, FailureKind } from "@ohmstead/contract";
import type { CommandSettings } from "./settings.ts";

/**
 * The breaker of one device (after Nygard, "Release It!"): closed while it works; open after so many failures in a row, and nothing is sent;
 * half-open some time later, when a trial may show that the device works again. A fold over the events of the device's commands.
 */
export interface Breaker {
  readonly state: "closed" | "open" | "halfOpen";
  /** In a row, while closed. */
  readonly failures: number;
  /** In a row, while half-open. */
  readonly successes: number;
  readonly openedAtMs: number;
  /** What opened it. */
  readonly cause: string;
}

export const CLOSED: Breaker = { state: "closed", failures: 0, successes: 0, openedAtMs: 0, cause: "" };

/** A device that is busy or asks for patience works; it is only asked too early. */
const PATIENCE: readonly FailureKind[] = ["busy", "rateLimited"];

/** The breaker as time has made it. */
export const breakerAt = (breaker: Breaker, nowMs: number, settings: CommandSettings): Breaker =>
  breaker.state === "open" && nowMs - breaker.openedAtMs >= settings.breaker.halfOpenAfterMs
    ? { ...breaker, state: "halfOpen", successes: 0 }
    : breaker;

/** The breaker after one more event of any of the device's commands. */
export function breakerAfter(before: Breaker, event: CommandEvent, settings: CommandSettings): Breaker {
  const breaker = breakerAt(before, event.atMs, settings);
  if (event.type === "verified") {
    const successes = breaker.successes + 1;
    return breaker.state === "closed" || successes >= settings.breaker.successes
      ? CLOSED
      : { ...breaker, state: "halfOpen", successes };
  }
  // A person who asks once more is a trial.
  if (event.type === "replayed" && breaker.state === "open") return { ...breaker, state: "halfOpen", successes: 0 };
  if (event.type !== "attemptFailed" || !event.failure || PATIENCE.includes(event.failure)) return breaker;
  const open: Breaker = { state: "open", failures: 0, successes: 0, openedAtMs: event.atMs, cause: event.cause };
  // Wrong credentials do not become right by trying.
  if (event.failure === "auth" || breaker.state !== "closed") return open;
  const failures = breaker.failures + 1;
  return failures >= settings.breaker.failures ? open : { ...breaker, failures };
}
