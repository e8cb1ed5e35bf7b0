import type { Intent, Plan } from "@ohmstead/contract";

/** What the plan in force wants of one device now, as the device can do it, and until when. */
export interface Wanted {
  /** As planned. */
  readonly planned: Intent;
  /** Within the device's limits and steps. */
  readonly intent: Intent;
  readonly reason: string;
  readonly planId: string;
  readonly untilMs: number;
}

/** Intents are small flat records, and the adapters build them with their keys in the contract's order or another. */
export function sameIntent(a: Intent, b: Intent): boolean {
  const [left, right] = [Object.entries(a), new Map<string, unknown>(Object.entries(b))];
  return left.length === right.size && left.every(([key, value]) => right.get(key) === value);
}

/**
 * The device's segment of the plan at nowMs. Following segments that come to the same for the device are one order.
 * Undefined when the plan is over, or says nothing about the device.
 */
export function wantedOf(
  plan: Plan,
  deviceId: string,
  nowMs: number,
  normalise: (intent: Intent) => Intent,
): Wanted | undefined {
  if (nowMs >= plan.validUntilMs) return undefined;
  const segments = plan.devices.find((each) => each.deviceId === deviceId)?.segments ?? [];
  const index = segments.findIndex((each) => each.startMs <= nowMs && nowMs < each.endMs);
  const present = segments[index];
  if (!present) return undefined;
  const intent = normalise(present.intent);
  let untilMs = present.endMs;
  for (const next of segments.slice(index + 1)) {
    if (next.startMs !== untilMs || !sameIntent(normalise(next.intent), intent)) break;
    untilMs = next.endMs;
  }
  return { planned: present.intent, intent, reason: present.reason, planId: plan.id, untilMs };
}
