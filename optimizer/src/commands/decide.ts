import type { Command } from "@ohmstead/contract";
import { isLive } from "./life.ts";
import { type IntentResolution, isSameOrder } from "./same-order.ts";
import type { CommandSettings } from "./settings.ts";
import { sameIntent, type Wanted } from "./wanted.ts";

export type Decision =
  | { readonly kind: "leave" }
  /** End the live command, and order nothing new. */
  | { readonly kind: "end"; readonly cause: string }
  /** End the live command, if there is one, and order what is wanted. */
  | { readonly kind: "order"; readonly cause: string };

export interface Situation {
  /** The device's newest command, live or not. */
  readonly newest: Command | undefined;
  readonly wanted: Wanted | undefined;
  readonly resolution: IntentResolution;
  /** Since when the settings of the verified command have not been what it made them; undefined while they are, or are not known. */
  readonly driftedSinceMs: number | undefined;
}

const LEAVE: Decision = { kind: "leave" };

/** What to do about one device: one live command at most, none for what is being done already, none for what just failed. */
export function decide(situation: Situation, nowMs: number, settings: CommandSettings): Decision {
  const { newest, wanted, resolution, driftedSinceMs } = situation;
  const alike =
    newest !== undefined &&
    wanted !== undefined &&
    (sameIntent(newest.intent, wanted.intent) || isSameOrder(newest.intent, wanted.planned, resolution));

  if (newest && isLive(newest.state)) {
    if (!wanted)
      return newest.state === "verified" && nowMs >= newest.validUntilMs
        ? { kind: "end", cause: "its time is over" }
        : LEAVE;
    if (alike) {
      const drifted = driftedSinceMs !== undefined && nowMs - driftedSinceMs >= settings.driftMs;
      return drifted && newest.state === "verified"
        ? { kind: "order", cause: "the device's settings were changed since" }
        : LEAVE;
    }
    return wanted.untilMs - nowMs < settings.shortestOrderMs
      ? LEAVE
      : { kind: "order", cause: `the plan now wants ${wanted.intent.kind}: ${wanted.reason}` };
  }

  if (!wanted || wanted.untilMs - nowMs < settings.shortestOrderMs) return LEAVE;
  const rests =
    newest?.state === "failed" &&
    alike &&
    nowMs < Math.min(newest.validUntilMs, newest.changedAtMs + settings.restAfterFailureMs);
  return rests ? LEAVE : { kind: "order", cause: "the plan wants it" };
}
