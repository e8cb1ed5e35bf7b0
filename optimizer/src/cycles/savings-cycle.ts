import {
  type HomeConfig,
  type HouseholdProblem,
  MS_PER_HOUR,
  type Plan,
  type Savings,
  type Schedule,
} from "@ohmstead/contract";
import { z } from "zod";
import { completeEndValues } from "../domain/end-values.ts";
import { rulesSchedule } from "../plan/rules-schedule.ts";
import { storedWorth } from "../plan/stored-worth.ts";
import type { Store } from "../store/store.ts";
import { measuredInterval } from "./measured-interval.ts";

/** What the house measured between two moments: means in kW and °C, energy in kWh. */
export interface MeasuredInterval {
  readonly startMs: number;
  readonly endMs: number;
  readonly importKwh: number;
  readonly exportKwh: number;
  readonly baseLoadKw: number;
  readonly pvKw: ReadonlyMap<string, number>;
  readonly outdoorTempC: number;
  readonly importPricePerKwh: number;
  readonly exportPricePerKwh: number;
}

const States = z.record(z.string(), z.number());

/** What is kept between runs: the money of both houses, and where the imagined one stands (soc and °C by device). */
export const SavingsState = z.strictObject({
  sinceMs: z.int(),
  untilMs: z.int(),
  costSoFar: z.number(),
  costWithoutControl: z.number(),
  states: States,
});
export type SavingsState = Readonly<z.output<typeof SavingsState>>;

export const presentStates = ({ batteries, zones, tanks }: HouseholdProblem): Record<string, number> =>
  Object.fromEntries([
    ...batteries.map(({ id, soc }) => [id, soc]),
    ...zones.map(({ id, tempC }) => [id, tempC]),
    ...tanks.map(({ id, tempC }) => [id, tempC]),
  ]);

/** From now on the house without control begins where ours stands. */
export const beginSavings = (problem: HouseholdProblem, nowMs: number): SavingsState => ({
  sinceMs: nowMs,
  untilMs: nowMs,
  costSoFar: 0,
  costWithoutControl: 0,
  states: presentStates(problem),
});

const first = <V>(series: readonly V[]): V[] => series.slice(0, 1);

/**
 * The same house under its old rules over one measured interval: `problem` gives its devices and wishes,
 * the interval the weather, load, sun and price it really met.
 */
function withoutControl(
  problem: HouseholdProblem,
  states: SavingsState["states"],
  interval: MeasuredInterval,
): HouseholdProblem {
  return {
    ...problem,
    slots: [{ startMs: interval.startMs, hours: (interval.endMs - interval.startMs) / MS_PER_HOUR }],
    importPricePerKwh: [interval.importPricePerKwh],
    exportPricePerKwh: [interval.exportPricePerKwh],
    baseLoadKw: [interval.baseLoadKw],
    outdoorTempC: [interval.outdoorTempC],
    pvArrays: problem.pvArrays.map((pv) => ({ ...pv, forecastKw: [interval.pvKw.get(pv.id) ?? 0] })),
    batteries: problem.batteries.map((battery) => ({ ...battery, soc: states[battery.id] ?? battery.soc })),
    zones: problem.zones.map((zone) => ({
      ...zone,
      tempC: states[zone.id] ?? zone.tempC,
      gainsKw: first(zone.gainsKw),
      comfortMinTempC: first(zone.comfortMinTempC),
      comfortMaxTempC: first(zone.comfortMaxTempC),
    })),
    tanks: problem.tanks.map((tank) => ({
      ...tank,
      tempC: states[tank.id] ?? tank.tempC,
      drawKw: first(tank.drawKw),
      minTempC: first(tank.minTempC),
    })),
    heatPumps: problem.heatPumps.map((pump) => ({
      ...pump,
      maxPowerKw: first(pump.maxPowerKw),
      copSpace: first(pump.copSpace),
      copWater: first(pump.copWater),
    })),
    overrides: [],
  };
}

const statesAfter = (schedule: Schedule): Record<string, number> =>
  Object.fromEntries([
    ...schedule.batteries.map(({ id, soc }) => [id, soc.at(-1) ?? 0]),
    ...[...schedule.zones, ...schedule.tanks].map(({ id, tempC }) => [id, tempC.at(-1) ?? 0]),
  ]);

/** Adds one measured interval to both houses. */
export function addInterval(state: SavingsState, problem: HouseholdProblem, interval: MeasuredInterval): SavingsState {
  const imagined = withoutControl(problem, state.states, interval);
  const schedule = rulesSchedule(imagined);
  const hours = (interval.endMs - interval.startMs) / MS_PER_HOUR;
  const money = (importKwh: number, exportKwh: number) =>
    importKwh * interval.importPricePerKwh - exportKwh * interval.exportPricePerKwh;
  return {
    sinceMs: state.sinceMs,
    untilMs: interval.endMs,
    costSoFar: state.costSoFar + money(interval.importKwh, interval.exportKwh),
    costWithoutControl:
      state.costWithoutControl + money((schedule.importKw[0] ?? 0) * hours, (schedule.exportKw[0] ?? 0) * hours),
    states: statesAfter(schedule),
  };
}

/**
 * The account so far. `problem` holds the present states. What is stored in battery, walls and tank counts at its worth (currency per kWh by
 * device), so that a full battery is no loss and an empty one no gain.
 */
export function savingsOf(state: SavingsState, problem: HouseholdProblem, worth: ReadonlyMap<string, number>): Savings {
  const difference = (id: string, present: number, kwhPerUnit: number) =>
    (present - (state.states[id] ?? present)) * kwhPerUnit * (worth.get(id) ?? 0);
  const storedValueDifference = [
    ...problem.batteries.map(({ id, soc, capacityKwh }) => difference(id, soc, capacityKwh)),
    ...[...problem.zones, ...problem.tanks].map(({ id, tempC, heatCapacityKwhPerK }) =>
      difference(id, tempC, heatCapacityKwhPerK),
    ),
  ].reduce((a, b) => a + b, 0);
  return {
    sinceMs: state.sinceMs,
    currency: problem.currency,
    costSoFar: state.costSoFar,
    costWithoutControl: state.costWithoutControl,
    storedValueDifference,
    saved: state.costWithoutControl - state.costSoFar + storedValueDifference,
  };
}

const STATE_KEY = "savings";
/** Longer than this without a plan, and the time between is left out of the account. */
const LONGEST_INTERVAL_MS = 3 * MS_PER_HOUR;

export interface SavingsCycle {
  /** After each plan: the time since the last one is measured and added to the account. */
  onPlan(problem: HouseholdProblem, nowMs: number): void;
  account(
    current: { readonly plan: Plan; readonly problem: HouseholdProblem },
    states: ReadonlyMap<string, { readonly value: number }>,
    nowMs: number,
  ): Savings;
}

/** The account in the store, kept up with the measurements. It begins once every device of the config has shown its state. */
export function createSavingsCycle({
  config,
  store,
}: {
  readonly config: HomeConfig;
  readonly store: Store;
}): SavingsCycle {
  const stored = SavingsState.safeParse(store.state.get(STATE_KEY));
  let state: SavingsState | undefined = stored.success ? stored.data : undefined;
  const deviceCount = config.batteries.length + config.zones.length + config.tanks.length;
  return {
    onPlan: (problem, nowMs) => {
      if (Object.keys(presentStates(problem)).length < deviceCount) return;
      if (!state) state = beginSavings(problem, nowMs);
      else if (nowMs > state.untilMs) {
        const interval =
          nowMs - state.untilMs <= LONGEST_INTERVAL_MS
            ? measuredInterval(config, store, state.untilMs, nowMs)
            : undefined;
        state = interval ? addInterval(state, problem, interval) : { ...state, untilMs: nowMs };
      }
      store.state.set(STATE_KEY, state, nowMs);
    },
    account: ({ plan, problem }, states, nowMs) => {
      const known = completeEndValues(problem);
      const measured = (signal: string, planned: number) => states.get(signal)?.value ?? planned;
      const present: HouseholdProblem = {
        ...known,
        batteries: known.batteries.map((each) => ({ ...each, soc: measured(`${each.id}.soc`, each.soc) })),
        zones: known.zones.map((each) => ({ ...each, tempC: measured(`${each.id}.tempC`, each.tempC) })),
        tanks: known.tanks.map((each) => ({ ...each, tempC: measured(`${each.id}.tempC`, each.tempC) })),
      };
      return savingsOf(state ?? beginSavings(known, nowMs), present, storedWorth(known, plan, nowMs));
    },
  };
}
