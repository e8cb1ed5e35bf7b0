import { type ApplianceConfig, MS_PER_HOUR } from "@ohmstead/contract";
import type { Stretch } from "../domain/series.ts";
import type { LocalSpan } from "./local-spans.ts";

/** What an appliance still has to do. */
export interface ApplianceTask {
  readonly window: LocalSpan;
  readonly runHours: number;
  /** It runs since then and is not to be interrupted. */
  readonly startedMs?: number;
}

/** A run that has begun draws at least this share of its power within a quarter-hour, pauses of the program included. */
const RUNNING_SHARE = 0.15;
/** So little left to do is done. */
const DONE_HOURS = 0.05;

/**
 * The next task of an appliance: that of the window we are in while there is something left of it, else that of the next. What has been done
 * in a window is read from its power: a single block has started with the first quarter-hour that draws power, and takes its time from there;
 * other work counts by its energy. `windows` in order; undefined where none is left.
 */
export function applianceTask(
  { powerKw, runHours, singleBlock }: Pick<ApplianceConfig, "powerKw" | "runHours" | "singleBlock">,
  windows: readonly LocalSpan[],
  power: readonly Stretch[],
  nowMs: number,
): ApplianceTask | undefined {
  for (const window of windows) {
    if (window.untilMs <= nowMs) continue;
    if (window.fromMs >= nowMs) return { window, runHours };
    const within = power.filter((each) => each.startMs >= window.fromMs && each.endMs <= nowMs);
    if (singleBlock) {
      const startedMs = within.find((each) => each.value >= RUNNING_SHARE * powerKw)?.startMs;
      const leftMs = startedMs === undefined ? 0 : startedMs + runHours * MS_PER_HOUR - nowMs;
      if (startedMs !== undefined && leftMs > DONE_HOURS * MS_PER_HOUR) return { window, runHours, startedMs };
      if (startedMs === undefined && window.untilMs - nowMs >= runHours * MS_PER_HOUR) return { window, runHours };
      continue;
    }
    const doneKwh = within.reduce((sum, each) => sum + (each.value * (each.endMs - each.startMs)) / MS_PER_HOUR, 0);
    const leftHours = runHours - doneKwh / powerKw;
    if (leftHours > DONE_HOURS) return { window, runHours: leftHours };
  }
  return undefined;
}
