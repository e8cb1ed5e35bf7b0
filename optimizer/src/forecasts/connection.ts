import { type Slot, slotEndMs } from "@ohmstead/contract";
import type { LocalSpan } from "./local-spans.ts";

/**
 * Whether a car is plugged in during the whole of each slot. As it is now, until its usual absence says otherwise: one that is here leaves
 * when the next absence begins, one that is away comes back when an absence ends. Who is here though usually away, or away though usually
 * here, stays so until the next change. `isConnected` undefined: nobody measures it, and the absences alone count.
 */
export function connectedPerSlot(
  slots: readonly Slot[],
  absences: readonly LocalSpan[],
  isConnected: boolean | undefined,
): boolean[] {
  const nowMs = slots[0]?.startMs ?? 0;
  const awayNow = absences.find((span) => span.fromMs <= nowMs && nowMs < span.untilMs);
  const later = absences.filter((span) => span.fromMs > nowMs).toSorted((a, b) => a.fromMs - b.fromMs);
  const [next] = later;
  const away =
    (isConnected ?? !awayNow)
      ? later
      : // Away now: until the present absence ends; outside of one until the end of the next, or for good.
        [{ fromMs: nowMs, untilMs: awayNow?.untilMs ?? next?.untilMs ?? Number.POSITIVE_INFINITY }, ...later];
  return slots.map((slot) => !away.some((span) => span.fromMs < slotEndMs(slot) && span.untilMs > slot.startMs));
}
