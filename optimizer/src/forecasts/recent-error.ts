import { MS_PER_HOUR, type Slot, slotEndMs } from "@ohmstead/contract";
import { meanOver, type Stretch } from "../domain/series.ts";
import { type Expected, expectedOver } from "../domain/quarter-hours.ts";

/** What was measured and what had been expected over the last while, up to `untilMs`. */
export interface RecentMeans {
  readonly untilMs: number;
  readonly measured: number;
  readonly expected: number;
}

/** Older than this says nothing about now. */
const OLDEST_MS = MS_PER_HOUR;

/** What to learn the usual from, so that a surprise is not measured against itself; all of it where there is no more than that. */
export function beforeLastHour(history: readonly Stretch[], nowMs: number): readonly Stretch[] {
  const earlier = history.filter((each) => each.endMs <= nowMs - OLDEST_MS);
  return earlier.length > 0 ? earlier : history;
}

/** The last `hours` of a history that ends not more than an hour ago; undefined where too little of them is known. */
export function recentMeans(
  history: readonly Stretch[],
  expected: Expected,
  hours: number,
  nowMs: number,
): RecentMeans | undefined {
  const untilMs = history.findLast((each) => each.endMs <= nowMs)?.endMs;
  if (untilMs === undefined || nowMs - untilMs > OLDEST_MS) return undefined;
  const slot = { startMs: untilMs - hours * MS_PER_HOUR, hours };
  const measured = meanOver(history, slot);
  const usual = expectedOver(expected, slot);
  return measured === undefined || usual === undefined ? undefined : { untilMs, measured, expected: usual };
}

/** 1 at `fromMs`, falling evenly to 0 `hours` later; of a slot, at its middle. */
export function fade(slot: Slot, fromMs: number, hours: number): number {
  const middleMs = (slot.startMs + slotEndMs(slot)) / 2;
  return Math.min(1, Math.max(0, 1 - (middleMs - fromMs) / (hours * MS_PER_HOUR)));
}
