import { MS_PER_HOUR, type Slot } from "@ohmstead/contract";
import { at } from "./horizon.ts";

/** What a device that is on or off in each slot must keep. */
export interface RunRules {
  readonly canBeOn: readonly boolean[];
  readonly minOnHours: number;
  readonly minOffHours: number;
  /** What it did before the first slot, and for how long. */
  readonly before: { readonly isOn: boolean; readonly hours: number };
}

/** The first slot that does not begin within so many hours of the beginning of slot k; the number of slots when there is none. */
export function firstSlotAfter(slots: readonly Slot[], k: number, hours: number): number {
  const untilMs = (slots[k]?.startMs ?? 0) + Math.round(hours * MS_PER_HOUR);
  let next = k;
  while ((slots[next]?.startMs ?? Infinity) < untilMs) next++;
  return next;
}

/** How many of the first slots are bound by a run or a pause that began before them. */
export const boundSlots = (slots: readonly Slot[], { before, minOnHours, minOffHours }: RunRules): number =>
  firstSlotAfter(slots, 0, (before.isOn ? minOnHours : minOffHours) - before.hours);

/** What it costs to be on, or off, in each slot. */
export interface Reluctance {
  readonly on: readonly number[];
  readonly off: readonly number[];
}

/**
 * The runs and pauses that keep the rules at the least cost. Backwards over the slots: `on` and `off` are the least costs from slot k to
 * the end for a device that is on (off) before it and free to change; a change is paid for as a whole, until it is free again.
 */
export function cheapestRuns(slots: readonly Slot[], rules: RunRules, cost: Reluctance): boolean[] {
  const count = slots.length;
  const { canBeOn, minOnHours, minOffHours, before } = rules;
  // Costs of slots 0..k−1: a stretch is a difference of two.
  const onUpTo = [0];
  const offUpTo = [0];
  for (let k = 0; k < count; k++) {
    onUpTo.push(at(onUpTo, k) + at(cost.on, k));
    offUpTo.push(at(offUpTo, k) + at(cost.off, k));
  }
  const on = Array.from({ length: count + 1 }, () => 0);
  const off = Array.from({ length: count + 1 }, () => 0);
  const staysOn: boolean[] = [];
  const starts: boolean[] = [];
  let hindrance = count;
  for (let k = count - 1; k >= 0; k--) {
    if (canBeOn[k] !== true) hindrance = k;
    const runUntil = Math.max(k + 1, firstSlotAfter(slots, k, minOnHours));
    const pauseUntil = Math.max(k + 1, firstSlotAfter(slots, k, minOffHours));
    const startCost = hindrance < runUntil ? Infinity : at(onUpTo, runUntil) - at(onUpTo, k) + at(on, runUntil);
    const stopCost = at(offUpTo, pauseUntil) - at(offUpTo, k) + at(off, pauseUntil);
    const stayOnCost = hindrance === k ? Infinity : at(cost.on, k) + at(on, k + 1);
    const stayOffCost = at(cost.off, k) + at(off, k + 1);
    staysOn[k] = stayOnCost <= stopCost;
    // Of equal costs a run rather ends later than it begins earlier.
    starts[k] = startCost < stayOffCost;
    on[k] = Math.min(stayOnCost, stopCost);
    off[k] = Math.min(startCost, stayOffCost);
  }
  const runs: boolean[] = [];
  let isOn = before.isOn;
  let boundUntil = boundSlots(slots, rules);
  for (let k = 0; k < count; k++) {
    if (k >= boundUntil) {
      const next = (isOn ? staysOn : starts)[k] === true;
      if (next !== isOn) boundUntil = firstSlotAfter(slots, k, next ? minOnHours : minOffHours);
      isOn = next;
    }
    runs.push(isOn);
  }
  return runs;
}
