import type { HouseholdProblem, ImmersionHeaterProblem, PvArrayProblem, Schedule } from "@ohmstead/contract";
import { valueAt, weightedMean, withId } from "../per-slot.ts";
import { type IntentRun, joinEqual, runsOf, toStep } from "./runs.ts";

/** A relay knows on and off: on where the planned duty is at least this. */
const ON_DUTY = 0.5;
/** Curtailing is meant where the plan leaves out more than both: this much, and this share of the forecast. */
const CURTAILED_KW = 0.1;
const CURTAILED_SHARE = 0.05;
/** Limits this close are one limit. */
const SAME_KW = 0.5;

export function immersionRuns(schedule: Schedule, heater: ImmersionHeaterProblem): IntentRun[] {
  const { powerKw } = withId(schedule.immersionHeaters, heater.id);
  return joinEqual(
    powerKw.map((kw, k) => {
      const isOn = heater.powerKw > 0 && kw >= ON_DUTY * heater.powerKw;
      return { first: k, last: k, intent: { kind: isOn ? ("on" as const) : ("off" as const) } };
    }),
  );
}

export function pvRuns(problem: HouseholdProblem, schedule: Schedule, pv: PvArrayProblem): IntentRun[] {
  const { usedKw } = withId(schedule.pvArrays, pv.id);
  const planned = problem.slots.map(({ hours }, k) => {
    const forecastKw = valueAt(pv.forecastKw, k);
    const kw = valueAt(usedKw, k);
    const isLimited = pv.curtailable && forecastKw - kw > Math.max(CURTAILED_KW, CURTAILED_SHARE * forecastKw);
    return { isLimited, kw: isLimited ? kw : 0, hours };
  });
  const meanKw = (run: Readonly<typeof planned>): number =>
    weightedMean(run.map(({ kw, hours }) => ({ value: kw, weight: hours }))) ?? 0;
  const runs = runsOf(
    planned,
    (run, next) => run[0]?.isLimited === next.isLimited && Math.abs(next.kw - meanKw(run)) <= SAME_KW,
  ).map(({ first, last }) => ({
    first,
    last,
    intent: planned[first]?.isLimited
      ? { kind: "limit" as const, kw: toStep(meanKw(planned.slice(first, last + 1)), 0.1) }
      : { kind: "free" as const },
  }));
  return joinEqual(runs);
}
