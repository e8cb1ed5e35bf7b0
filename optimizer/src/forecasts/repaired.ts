import { type Slot, MS_PER_HOUR, slotEndMs } from "@ohmstead/contract";

/** What a source gave for each slot. Undefined, not-a-number and infinity all mean that it gave nothing, never 0. */
export type GivenSeries = readonly (number | undefined)[];

/** A series with a value in every slot. */
export interface Repaired {
  readonly values: readonly number[];
  /** By slot: what stands there because nothing was given, or because what was given cannot be true. */
  readonly assumed: ReadonlyMap<number, number>;
  /** Sentences for the reader of the plan; none where every value is the source's own. */
  readonly notes: readonly string[];
}

/** A value per slot, undefined where nothing was given. */
export const givenValues = (given: GivenSeries, count: number): (number | undefined)[] =>
  Array.from({ length: count }, (_, k) => {
    const value = given[k];
    return value !== undefined && Number.isFinite(value) ? value : undefined;
  });

/** The straight line from one known slot to the next, read in the middle of slot `k`; undefined where a side is unknown. */
export function between(
  slots: readonly Slot[],
  values: readonly (number | undefined)[],
  k: number,
  before: number,
  after: number,
): number | undefined {
  const [from, to] = [values[before], values[after]];
  const [here, first, last] = [middleMs(slots[k]), middleMs(slots[before]), middleMs(slots[after])];
  if (from === undefined || to === undefined || last <= first) return undefined;
  return from + ((to - from) * (here - first)) / (last - first);
}

const middleMs = (slot: Slot | undefined): number => (slot ? (slot.startMs + slotEndMs(slot)) / 2 : 0);

export interface SlotRun {
  readonly from: number;
  /** The first slot after it. */
  readonly until: number;
  readonly hours: number;
}

/** Unbroken runs of slots of which something is true. */
export function runsOf(slots: readonly Slot[], isIn: (k: number) => boolean): SlotRun[] {
  const runs: SlotRun[] = [];
  for (let k = 0; k < slots.length; k += 1) {
    if (!isIn(k)) continue;
    const from = k;
    while (k + 1 < slots.length && isIn(k + 1)) k += 1;
    const [first, last] = [slots[from], slots[k]];
    if (first && last) runs.push({ from, until: k + 1, hours: (slotEndMs(last) - first.startMs) / MS_PER_HOUR });
  }
  return runs;
}

/** "3 slots (45 minutes)", for sentences. */
export function spokenSlots(slots: readonly Slot[], which: readonly number[]): string {
  const hours = which.reduce((sum, k) => sum + (slots[k]?.hours ?? 0), 0);
  const length = hours < 2 ? `${Math.round(hours * 60)} minutes` : `${Number(hours.toFixed(1))} hours`;
  return `${which.length} ${which.length === 1 ? "slot" : "slots"} (${length})`;
}
