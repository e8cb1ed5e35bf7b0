import { MS_PER_HOUR, type Slot, slotEndMs } from "@ohmstead/contract";

export const MS_PER_MINUTE = 60_000;

/** The steps of the planning grid: fine where something is decided now, coarse where the forecast is. */
const TIERS = [
  { untilHours: 1, minutes: 5 },
  { untilHours: 6, minutes: 15 },
  { untilHours: 48, minutes: 60 },
  { untilHours: Number.POSITIVE_INFINITY, minutes: 180 },
] as const;
const STEPS = TIERS.map((tier) => tier.minutes).toReversed();

/**
 * Slots from nowMs over the horizon: the rest of the present 5 minutes, 5-minute slots for an hour, quarter-hours to 6 h, hours to two
 * days, three hours each beyond: about 80 for two days, 120 for a week. A slot begins and ends on a multiple of its own length (UTC); a
 * coarser tier begins only where its clock allows.
 */
export function planningGrid(nowMs: number, horizonHours: number): Slot[] {
  const endMs = nowMs + horizonHours * MS_PER_HOUR;
  const slots: Slot[] = [];
  for (let startMs = nowMs; startMs < endMs;) {
    const wanted = TIERS.find((tier) => startMs - nowMs < tier.untilHours * MS_PER_HOUR)?.minutes ?? 180;
    // The coarsest step, not above the wanted one, on whose clock this slot begins; the very first begins wherever now is.
    const minutes = STEPS.find((step) => step <= wanted && startMs % (step * MS_PER_MINUTE) === 0) ?? 5;
    const stepMs = minutes * MS_PER_MINUTE;
    const nextMs = Math.floor(startMs / stepMs) * stepMs + stepMs;
    slots.push({ startMs, hours: (nextMs - startMs) / MS_PER_HOUR });
    startMs = nextMs;
  }
  // A sliver of a first slot helps nobody: it joins the next.
  const [first, second, ...rest] = slots;
  if (first && second && first.hours * 60 < 1)
    return [{ startMs: first.startMs, hours: first.hours + second.hours }, ...rest];
  return slots;
}

/** Slots of equal length. */
export const evenSlots = (startMs: number, hours: number, count: number): Slot[] =>
  Array.from({ length: count }, (_, k) => ({ startMs: startMs + Math.round(k * hours * MS_PER_HOUR), hours }));

/** Slots cut at the borders that lie within them, but never to less than a minute. */
export function splitAt(slots: readonly Slot[], borders: readonly number[]): Slot[] {
  const rising = [...new Set(borders)].toSorted((a, b) => a - b);
  return slots.flatMap((slot) => {
    const endMs = slotEndMs(slot);
    const starts = [slot.startMs];
    for (const ms of rising)
      if (ms - (starts.at(-1) ?? 0) >= MS_PER_MINUTE && endMs - ms >= MS_PER_MINUTE) starts.push(ms);
    if (starts.length === 1) return [slot];
    return starts.map((startMs, k) => ({ startMs, hours: ((starts[k + 1] ?? endMs) - startMs) / MS_PER_HOUR }));
  });
}
