import { type Slot, slotEndMs } from "@ohmstead/contract";

/** A value that holds over [startMs, endMs). */
export interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
  readonly value: number;
}

/**
 * Time-weighted mean of the stretches over a slot, or undefined where they cover less than half of it.
 * Stretches are sorted and do not overlap.
 */
export function meanOver(stretches: readonly Stretch[], slot: Slot): number | undefined {
  const untilMs = slotEndMs(slot);
  let weightMs = 0;
  let sum = 0;
  for (const each of stretches) {
    if (each.endMs <= slot.startMs) continue;
    if (each.startMs >= untilMs) break;
    const shareMs = Math.min(each.endMs, untilMs) - Math.max(each.startMs, slot.startMs);
    weightMs += shareMs;
    sum += each.value * shareMs;
  }
  return weightMs * 2 >= untilMs - slot.startMs ? sum / weightMs : undefined;
}
