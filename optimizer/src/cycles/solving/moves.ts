import type { Slot } from "@ohmstead/contract";
import type { Switch, SwitchChoice } from "../../model/switches.ts";
import type { SeriesRules } from "./series-rules.ts";

/** Another way to set one switch, and which of its slots (options) that turns on and off. */
export interface Move {
  readonly id: string;
  readonly next: readonly boolean[] | number;
  readonly on: readonly number[];
  readonly off: readonly number[];
}

interface Run {
  readonly from: number;
  readonly until: number;
}

/** How far an end of a run, or a whole run, is moved at once, slots. */
const END_STEPS = [1, 2, 4] as const;
const SHIFTS = [1, 2] as const;

const runsOf = (on: readonly boolean[]): Run[] => {
  const runs: Run[] = [];
  let from: number | undefined;
  for (let k = 0; k <= on.length; k++) {
    if (on[k] && from === undefined) from = k;
    if (!on[k] && from !== undefined) {
      runs.push({ from, until: k });
      from = undefined;
    }
  }
  return runs;
};

/**
 * All legal neighbours of a series: a run deleted, a gap filled, an end moved, a run shifted, a short run put in where there is none, a short
 * pause put into a run. No two are alike.
 */
export function seriesMoves(slots: readonly Slot[], id: string, on: readonly boolean[], rules: SeriesRules): Move[] {
  const moves = new Map<string, Move>();
  const propose = (...stretches: readonly (Run & { readonly isOn: boolean })[]): void => {
    const next = on.slice();
    for (const { from, until, isOn } of stretches)
      for (let k = Math.max(0, from); k < Math.min(until, on.length); k++) next[k] = isOn;
    const flipped = next.flatMap((now, k) => (now === on[k] ? [] : [k]));
    const key = flipped.join();
    if (flipped.length === 0 || moves.has(key) || !rules.isLegal(next)) return;
    moves.set(key, {
      id,
      next,
      on: flipped.filter((k) => next[k]),
      off: flipped.filter((k) => !next[k]),
    });
  };
  const runs = runsOf(on);
  runs.forEach(({ from, until }, i) => {
    propose({ from, until, isOn: false });
    const following = runs[i + 1];
    if (following) propose({ from: until, until: following.from, isOn: true });
    for (const step of END_STEPS) {
      propose({ from: from - step, until: from, isOn: true });
      propose({ from, until: from + step, isOn: false });
      propose({ from: until, until: until + step, isOn: true });
      propose({ from: until - step, until, isOn: false });
    }
    for (const step of SHIFTS) {
      propose({ from, until, isOn: false }, { from: from + step, until: until + step, isOn: true });
      propose({ from, until, isOn: false }, { from: from - step, until: until - step, isOn: true });
    }
  });
  // Slots differ in length: a run that is moved far keeps its hours.
  for (const run of runs) {
    const runHours = slots.slice(run.from, run.until).reduce((sum, { hours }) => sum + hours, 0);
    on.forEach((isOn, k) => {
      if (isOn) return;
      let until = k;
      for (let hours = 0; until < on.length && hours < runHours - 1e-6; until++) hours += slots[until]?.hours ?? 0;
      propose({ ...run, isOn: false }, { from: k, until, isOn: true });
    });
  }
  on.forEach((isOn, k) => {
    const until = (isOn ? rules.pauseUntil : rules.runUntil)[k] ?? k + 1;
    propose({ from: k, until, isOn: !isOn });
    propose({ from: k, until: until + 1, isOn: !isOn });
  });
  return [...moves.values()];
}

/** Every other option. */
export const choiceMoves = ({ id, columns }: SwitchChoice, chosen: number): Move[] =>
  columns.flatMap((_, i) => (i === chosen ? [] : [{ id, next: i, on: [i], off: [chosen] }]));

/** Names a setting of all switches: equal settings have equal names. */
export const nameOf = (
  switches: readonly Switch[],
  pattern: ReadonlyMap<string, readonly boolean[] | number>,
): string =>
  switches
    .map(({ id }) => {
      const set = pattern.get(id);
      return typeof set === "object" ? set.map((isOn) => (isOn ? "1" : "0")).join("") : String(set);
    })
    .join("|");
