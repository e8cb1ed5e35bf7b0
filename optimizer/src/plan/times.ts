import { type HouseholdProblem, MS_PER_HOUR, type Slot, slotEndMs } from "@ohmstead/contract";

/** Moments this close count as the same: clocks and windows are written in whole seconds. */
export const SLACK_MS = 1000;

/** How much of a stretch of time lies within a slot, hours. */
export function overlapHours(slot: Slot, fromMs: number, untilMs: number): number {
  const endMs = slot.startMs + slot.hours * MS_PER_HOUR;
  return Math.max(0, Math.min(endMs, untilMs) - Math.max(slot.startMs, fromMs)) / MS_PER_HOUR;
}

export const horizonStartMs = ({ slots }: Pick<HouseholdProblem, "slots">): number => slots[0]?.startMs ?? 0;

export function horizonEndMs({ slots }: Pick<HouseholdProblem, "slots">): number {
  const last = slots.at(-1);
  return last ? slotEndMs(last) : 0;
}
