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
import { batteryTrend } from "../telemetry/believable-state.ts";
import { firstSlotOf } from "./first-slot.ts";
import { measuredInterval } from "./measured-interval.ts";
import type { PriceBook } from "./price-book.ts";

/** What the house measured between two moments: means in kW and °C, energy in kWh. */
export interface MeasuredInterval {
  readonly startMs: number;
  readonly endMs: number;
  readonly importKwh: number;
  readonly exportKwh: number;
  readonly baseLoadKw: number;
  readonly pvKw: ReadonlyMap<string, number>;
  /** What the cars' chargers took, negative where they gave. */
  readonly carKw: ReadonlyMap<string, number>;
  readonly appliancesKw: number;
  readonly outdoorTempC: number;
  readonly importPricePerKwh: number;
  readonly exportPricePerKwh: number;
}

const States = z.record(z.string(), z.number());

/** What is kept between runs: the money of both houses, where the imagined one stands (soc and °C by device), and how full our own cars are. */
export const SavingsState = z.strictObject({
  sinceMs: z.int(),
  untilMs: z.int(),
  costSoFar: z.number(),
  costWithoutControl: z.number(),
  states: States,
  carSoc: States.default({}),
});
export type SavingsState = Readonly<z.output<typeof SavingsState>>;

const wallsOf = (zoneId: string): string => `${zoneId}.mass`;

export const presentStates = ({ batteries, evs, zones, tanks }: HouseholdProblem): Record<string, number> =>
  Object.fromEntries([
    ...[...batteries, ...evs].map(({ id, soc }) => [id, soc]),
    ...zones.flatMap(({ id, tempC, mass }) => [[id, tempC], ...(mass ? [[wallsOf(id), mass.tempC]] : [])]),
    ...tanks.map(({ id, tempC }) => [id, tempC]),
  ]);

const carSocs = ({ evs }: HouseholdProblem): Record<string, number> =>
  Object.fromEntries(evs.map(({ id, soc }) => [id, soc]));

/** From now on the house without control begins where ours stands. */
export const beginSavings = (problem: HouseholdProblem, nowMs: number): SavingsState => ({
  sinceMs: nowMs,
  untilMs: nowMs,
  costSoFar: 0,
  costWithoutControl: 0,
  states: presentStates(problem),
  carSoc: carSocs(problem),
});

/**
 * The same house under its old rules over one measured interval: `problem` gives its devices and wishes, the interval the weather, load, sun and
 * price it really met. Its cars charge at once, up to the goals ahead. Its appliances run when ours did: when they would have run otherwise nobody
 * knows. A car of ours that cannot be planned is the same in both houses.
 */
export function withoutControl(
  problem: HouseholdProblem,
  states: SavingsState["states"],
  interval: MeasuredInterval,
): HouseholdProblem {
  const { previous: _previous, ...house } = problem;
  const one = firstSlotOf(house);
  const { startMs, endMs } = interval;
  const otherCarsKw = [...interval.carKw].reduce(
    (sum, [id, kw]) => sum + (problem.evs.some((ev) => ev.id === id) ? 0 : kw),
    0,
  );
  return {
    ...one,
    slots: [{ startMs, hours: (endMs - startMs) / MS_PER_HOUR }],
    importPricePerKwh: [interval.importPricePerKwh],
    exportPricePerKwh: [interval.exportPricePerKwh],
    baseLoadKw: [Math.max(0, interval.baseLoadKw + interval.appliancesKw + otherCarsKw)],
    outdoorTempC: [interval.outdoorTempC],
    pvArrays: one.pvArrays.map((pv) => ({ ...pv, forecastKw: [interval.pvKw.get(pv.id) ?? 0] })),
    batteries: one.batteries.map((battery) => ({ ...battery, soc: states[battery.id] ?? battery.soc })),
    evs: one.evs.map((ev) => ({
      ...ev,
      soc: states[ev.id] ?? ev.soc,
      goals: ev.goals.map((goal) => ({ ...goal, atMs: endMs })),
    })),
    zones: one.zones.map((zone) => ({
      ...zone,
      tempC: states[zone.id] ?? zone.tempC,
      mass: zone.mass && { ...zone.mass, tempC: states[wallsOf(zone.id)] ?? zone.mass.tempC },
    })),
    tanks: one.tanks.map((tank) => ({ ...tank, tempC: states[tank.id] ?? tank.tempC })),
    appliances: [],
    overrides: [],
  };
}

const statesAfter = (schedule: Schedule): Record<string, number> =>
  Object.fromEntries([
    ...schedule.batteries.map(({ id, soc }) => [id, soc.at(-1) ?? 0]),
    ...schedule.zones.flatMap(({ id, tempC, massTempC }) => [
      [id, tempC.at(-1) ?? 0],
      ...(massTempC ? [[wallsOf(id), massTempC.at(-1) ?? 0]] : []),
    ]),
    ...schedule.tanks.map(({ id, tempC }) => [id, tempC.at(-1) ?? 0]),
  ]);

/** The imagined cars are driven as ours are: by what ours lost beyond what the charger gave and took. */
function carStatesAfter(
  { carSoc }: SavingsState,
  { evs }: HouseholdProblem,
  schedule: Schedule,
  { carKw }: MeasuredInterval,
  hours: number,
): Record<string, number> {
  return Object.fromEntries(
    evs.map((ev) => {
      const before = carSoc[ev.id];
      if (before === undefined) return [ev.id, ev.soc];
      const driven = before + batteryTrend(ev, carKw.get(ev.id) ?? 0) * hours - ev.soc;
      const imagined = schedule.evs.find(({ id }) => id === ev.id)?.soc.at(-1) ?? ev.soc;
      return [ev.id, Math.min(1, Math.max(0, imagined - driven))];
    }),
  );
}

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
    // What could not be planned this time stands where it stood.
    states: {
      ...state.states,
      ...statesAfter(schedule),
      ...carStatesAfter(state, problem, schedule, interval, hours),
    },
    carSoc: { ...state.carSoc, ...carSocs(problem) },
  };
}

/**
 * The account so far. `problem` holds the present states. What is stored in battery, walls and tank counts at its worth (currency per kWh by
 * device), so that a full battery is no loss and an empty one no gain.
 */
export function savingsOf(state: SavingsState, problem: HouseholdProblem, worth: ReadonlyMap<string, number>): Savings {
  const difference = (id: string, present: number, kwhPerUnit: number, price = worth.get(id)) =>
    (present - (state.states[id] ?? present)) * kwhPerUnit * (price ?? 0);
  const storedValueDifference = [
    ...[...problem.batteries, ...problem.evs].map(({ id, soc, capacityKwh }) => difference(id, soc, capacityKwh)),
    ...[...problem.zones, ...problem.tanks].map(({ id, tempC, heatCapacityKwhPerK }) =>
      difference(id, tempC, heatCapacityKwhPerK),
    ),
    ...problem.zones.map(({ id, mass }) =>
      mass ? difference(wallsOf(id), mass.tempC, mass.heatCapacityKwhPerK, worth.get(id)) : 0,
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
  onPlan(problem: HouseholdProblem, missing: readonly string[], nowMs: number): void;
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
  prices,
}: {
  readonly config: HomeConfig;
  readonly store: Store;
  readonly prices: Pick<PriceBook, "known">;
}): SavingsCycle {
  const stored = SavingsState.safeParse(store.state.get(STATE_KEY));
  let state: SavingsState | undefined = stored.success ? stored.data : undefined;
  const { batteries, zones, tanks } = config;
  return {
    onPlan: (problem, missing, nowMs) => {
      if (problem.zones.length < zones.length || problem.tanks.length < tanks.length) return;
      const isKnown = !batteries.some(({ id }) => missing.includes(`${id}.soc`));
      if (!state && !isKnown) return;
      if (!state) state = beginSavings(problem, nowMs);
      else if (nowMs > state.untilMs) {
        const interval =
          nowMs - state.untilMs <= LONGEST_INTERVAL_MS
            ? measuredInterval(config, store, prices, state.untilMs, nowMs)
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
        evs: known.evs.map((each) => ({ ...each, soc: measured(`${each.id}.soc`, each.soc) })),
        zones: known.zones.map((each) => ({ ...each, tempC: measured(`${each.id}.tempC`, each.tempC) })),
        tanks: known.tanks.map((each) => ({ ...each, tempC: measured(`${each.id}.tempC`, each.tempC) })),
      };
      return savingsOf(state ?? beginSavings(known, nowMs), present, storedWorth(known, plan, nowMs));
    },
  };
}
