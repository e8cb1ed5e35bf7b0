import type {
  ApplianceProblem,
  BoilerProblem,
  HouseholdProblem,
  ImmersionHeaterProblem,
  PvArrayProblem,
  Schedule,
} from "@ohmstead/contract";
import { sum, valueAt, weightedMean, withId } from "../per-slot.ts";
import { type IntentRun, joinEqual, runsOf, toStep } from "./runs.ts";

/** A relay knows on and off: on where the planned duty is at least this. */
const ON_DUTY = 0.5;
/** A boiler follows its thermostats: it is on where the plan wants more of it than this, and than this share of what it can. */
const BOILER_KW = 0.1;
const BOILER_SHARE = 0.05;
/** A block that cannot be interrupted is on wherever it runs at all. */
const RUNNING_SHARE = 0.01;
/** Curtailing is meant where the plan leaves out more than both: this much, and this share of the forecast. */
const CURTAILED_KW = 0.1;
const CURTAILED_SHARE = 0.05;
/** Limits this close are one limit. */
const SAME_KW = 0.5;

const onOffRuns = (isOn: readonly boolean[]): IntentRun[] =>
  joinEqual(isOn.map((on, k) => ({ first: k, last: k, intent: { kind: on ? "on" : "off" } })));

export const immersionRuns = (schedule: Schedule, heater: ImmersionHeaterProblem): IntentRun[] =>
  onOffRuns(
    withId(schedule.immersionHeaters, heater.id).powerKw.map(
      (kw) => heater.powerKw > 0 && kw >= ON_DUTY * heater.powerKw,
    ),
  );

/** All the heat of a boiler, kW per slot. */
export function boilerHeatKw(schedule: Schedule, boilerId: string): number[] {
  const { waterKw, zones } = withId(schedule.boilers, boilerId);
  return waterKw.map((kw, k) => kw + sum(zones.map(({ heatKw }) => valueAt(heatKw, k))));
}

export const boilerRuns = (schedule: Schedule, boiler: BoilerProblem): IntentRun[] =>
  onOffRuns(
    boilerHeatKw(schedule, boiler.id).map(
      (kw, k) => kw > Math.max(BOILER_KW, BOILER_SHARE * valueAt(boiler.maxHeatKw, k)),
    ),
  );

/** A single block stays on until its end; what may be interrupted is switched like any relay. */
export const applianceRuns = (schedule: Schedule, appliance: ApplianceProblem): IntentRun[] => {
  const isWhole = appliance.singleBlock || appliance.startedMs !== undefined;
  const leastKw = (isWhole ? RUNNING_SHARE : ON_DUTY) * appliance.powerKw;
  return onOffRuns(withId(schedule.appliances, appliance.id).powerKw.map((kw) => kw >= leastKw));
};

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
