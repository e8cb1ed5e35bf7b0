import type { Slot } from "@ohmstead/contract";
import { type Reluctance, type RunRules, boundSlots, cheapestRuns, firstSlotAfter } from "../../model/runs.ts";
import type { SwitchSeries } from "../../model/switches.ts";

/** The runs and pauses that a switch may make, looked up instead of computed: a search asks thousands of times. */
export interface SeriesRules {
  readonly canBeOn: readonly boolean[];
  /** It may be switched in every slot. */
  readonly isFree: boolean;
  /** The first slot in which it may be off again (on again) after a start (a stop) in slot k. */
  readonly runUntil: readonly number[];
  readonly pauseUntil: readonly number[];
  isLegal(on: readonly boolean[]): boolean;
  /** The legal runs of least cost. */
  cheapest(cost: Reluctance): boolean[];
}

export function rulesOf(slots: readonly Slot[], series: SwitchSeries): SeriesRules {
  const rules: RunRules = { ...series, canBeOn: series.columns.map((column) => column !== undefined) };
  const { canBeOn, before } = rules;
  const until = (hours: number) => slots.map((_, k) => Math.max(k + 1, firstSlotAfter(slots, k, hours)));
  const runUntil = until(series.minOnHours);
  const pauseUntil = until(series.minOffHours);
  const boundUntil = boundSlots(slots, rules);
  return {
    canBeOn,
    isFree: series.minOnHours === 0 && series.minOffHours === 0,
    runUntil,
    pauseUntil,
    isLegal(on) {
      let isOn = before.isOn;
      let lockedUntil = boundUntil;
      return on.every((now, k) => {
        if (now && !canBeOn[k]) return false;
        if (now === isOn) return true;
        if (k < lockedUntil) return false;
        isOn = now;
        lockedUntil = (now ? runUntil : pauseUntil)[k] ?? k + 1;
        return true;
      });
    },
    cheapest: (cost) => cheapestRuns(slots, rules, cost),
  };
}
