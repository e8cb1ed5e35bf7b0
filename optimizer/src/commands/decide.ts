import type { Command, Intent, Origin } from "@ohmstead/contract";
import { isLive } from "./life.ts";
import { type IntentResolution, isSameOrder } from "./same-order.ts";
import type { CommandSettings } from "./settings.ts";
import { sameIntent, type Wanted } from "./wanted.ts";
import type { MayWrite } from "./write-limits.ts";

export type Decision =
  | { readonly kind: "leave"; /** What is wanted and may not be ordered: why not. */ readonly waitsFor?: string }
  /** End the live command, and order nothing new. */
  | { readonly kind: "end"; readonly cause: string }
  /** End the live command, if there is one, and order what is wanted, or the safe state instead. */
  | { readonly kind: "order"; readonly cause: string; readonly origin: Origin; readonly isSafeState?: true };

export interface Situation {
  /** The device's newest command, live or not. */
  readonly newest: Command | undefined;
  readonly wanted: Wanted | undefined;
  readonly resolution: IntentResolution;
  /** Who stands behind what is wanted: the plan, or a person whose wish the plan follows. */
  readonly origin: Origin;
  readonly safeIntent: Intent;
  /** Why nothing may be ordered at all: a person drives the device, it is out of reach, the grid is away. */
  readonly handsOff: string | undefined;
  /** What it shows differs from what the proved command made, and it is not yet clear why. */
  readonly isSuspect: boolean;
  /** Reconciliation found that the proved command does not hold any more, and why. */
  readonly drift: string | undefined;
  /** Its own timer would end what it does before it should end: why it must be told again. */
  readonly renewal: string | undefined;
  /** Undefined while the device's breaker lets orders through; otherwise what opened it. */
  readonly breakerOpen: string | undefined;
  readonly mayWrite: { readonly usual: MayWrite; readonly urgent: MayWrite };
}

const LEAVE: Decision = { kind: "leave" };

/** What to do about one device: one live command at most, none for what is being done already, none for what just failed. */
export function decide(situation: Situation, nowMs: number, settings: CommandSettings): Decision {
  const { newest, wanted, resolution, origin, handsOff, isSuspect, drift, renewal } = situation;
  const live = newest && isLive(newest.state) ? newest : undefined;
  if (handsOff !== undefined) return live ? { kind: "end", cause: handsOff } : LEAVE;
  if (isSuspect) return LEAVE;
  const alike =
    newest !== undefined &&
    wanted !== undefined &&
    (sameIntent(newest.intent, wanted.intent) || isSameOrder(newest.intent, wanted.planned, resolution));

  if (live) {
    if (!wanted)
      return live.state === "verified" && nowMs >= live.validUntilMs
        ? { kind: "end", cause: "its time is over" }
        : LEAVE;
    const again = drift ?? renewal;
    if (alike)
      return again !== undefined && live.state === "verified"
        ? allowed(situation, again, { kind: "reconciliation", detail: again.slice(0, 200) }, nowMs)
        : LEAVE;
    return wanted.untilMs - nowMs < settings.shortestOrderMs
      ? LEAVE
      : allowed(
          situation,
          `${origin.kind === "person" ? "a person" : "the plan"} now wants ${wanted.intent.kind}: ${wanted.reason}`,
          origin,
          nowMs,
        );
  }

  if (!wanted || wanted.untilMs - nowMs < settings.shortestOrderMs) return LEAVE;
  const hasFailed = newest?.state === "failed" || newest?.state === "deadLettered";
  const rests =
    hasFailed &&
    alike &&
    newest.deadLetter !== "replayed" &&
    // Whoever was out of reach and is back need not wait.
    !(newest.state === "failed" && newest.failure === "unreachable") &&
    nowMs < Math.min(newest.validUntilMs, newest.changedAtMs + settings.restAfterFailureMs);
  return rests
    ? LEAVE
    : allowed(situation, `${origin.kind === "person" ? "a person" : "the plan"} wants it`, origin, nowMs);
}

/** The order, as far as breaker, rate limits and write budget let it through. */
function allowed(situation: Situation, cause: string, origin: Origin, nowMs: number): Decision {
  const { breakerOpen, mayWrite, wanted, newest, safeIntent } = situation;
  if (breakerOpen !== undefined)
    return { kind: "leave", waitsFor: `it failed too often and is left alone for a while: ${breakerOpen}` };
  const isUrgent = origin.kind === "person" || (wanted !== undefined && sameIntent(wanted.intent, safeIntent));
  const may = isUrgent ? mayWrite.urgent : mayWrite.usual;
  if (may.ok) return { kind: "order", cause, origin };
  const waits: Decision = { kind: "leave", waitsFor: may.reason };
  // What goes on beyond its time because the budget is used up could go on for hours: its end is what the last writes are kept for.
  const isOverdue =
    newest !== undefined &&
    isLive(newest.state) &&
    nowMs >= newest.validUntilMs &&
    !sameIntent(newest.intent, safeIntent);
  return isOverdue && mayWrite.urgent.ok
    ? {
        kind: "order",
        cause: `${may.reason}: the safe state instead of ${wanted?.intent.kind}`,
        origin,
        isSafeState: true,
      }
    : waits;
}
