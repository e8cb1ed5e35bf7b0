import { type HouseholdProblem, type Intent, slotEndMs } from "@ohmstead/contract";

/** Neighbouring slots, first and last included. */
export interface Run {
  readonly first: number;
  readonly last: number;
}

/** The same intent over a run of slots. */
export interface IntentRun extends Run {
  readonly intent: Intent;
}

/** Splits values into runs of neighbours; `joins` says whether a value belongs to the run before it. */
export function runsOf<T>(values: readonly T[], joins: (run: readonly T[], next: T) => boolean): Run[] {
  const runs: Run[] = [];
  let open: T[] = [];
  values.forEach((value, index) => {
    const before = runs.at(-1);
    if (before && joins(open, value)) {
      runs[runs.length - 1] = { first: before.first, last: index };
      open.push(value);
    } else {
      runs.push({ first: index, last: index });
      open = [value];
    }
  });
  return runs;
}

/** Joins neighbours whose intents came out the same. */
export function joinEqual(runs: readonly IntentRun[]): IntentRun[] {
  const texts = runs.map((run) => JSON.stringify(run.intent));
  return runsOf(texts, (run, next) => run[0] === next).flatMap(({ first, last }) => {
    const [from, to] = [runs[first], runs[last]];
    return from && to ? [{ ...from, last: to.last }] : [];
  });
}

/** Begin and end of a run, epoch milliseconds. */
export function timesOf({ slots }: HouseholdProblem, run: Run): { readonly startMs: number; readonly endMs: number } {
  const [first, last] = [slots[run.first], slots[run.last]];
  if (!first || !last) throw new RangeError(`there are no slots ${run.first} to ${run.last}`);
  return { startMs: first.startMs, endMs: slotEndMs(last) };
}

/** Rounds to a step without leaving crumbs: 0.30000000000000004 becomes 0.3. */
export const toStep = (value: number, step: number, round: (value: number) => number = Math.round): number =>
  Number((round(Number((value / step).toFixed(6))) * step).toFixed(6));
