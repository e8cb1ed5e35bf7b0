import { type HeatPumpProblem, type HouseholdProblem, MS_PER_HOUR, type Slot, slotEndMs } from "@ohmstead/contract";
import { HEATING_TIE_BREAK, HUNDREDTHS, at, horizonStartMs } from "./horizon.ts";
import type { HouseProgram, SlotColumns } from "./house-program.ts";
import type { Term } from "./linear-program.ts";
import { type RunRules, boundSlots, firstSlotAfter } from "./runs.ts";

export interface HeatPumpColumns {
  /** Electric power, kW, by zone. */
  readonly space: ReadonlyMap<string, SlotColumns>;
  /** Electric power, kW; absent without a tank. */
  readonly water?: SlotColumns;
}

/** Less than this is not running, kW. */
export const RUNNING_KW = 0.001;

/** The least power of a pump whose starts and runs count though its compressor can go as slowly as you like, kW. */
const LEAST_RUNNING_KW = 0.05;

/** What a heat pump that is on or off must keep: this, or nothing. */
export interface PumpRules extends RunRules {
  readonly leastKw: number;
}

/** It may heat rooms in slot k: above the heating limit the house needs none. */
export const mayHeatRooms = (problem: HouseholdProblem, pump: HeatPumpProblem, k: number): boolean =>
  pump.zoneIds.length > 0 && at(problem.outdoorTempC, k) <= (pump.heatingLimitTempC ?? Infinity);

/** The rules of a pump's runs; undefined for one that may take any power at any time. */
export function pumpRulesOf(problem: HouseholdProblem, pump: HeatPumpProblem): PumpRules | undefined {
  const { minPowerKw, minRunHours, minPauseHours, startPrice, previousHours } = pump;
  if (Math.max(minPowerKw, minRunHours, minPauseHours, startPrice) === 0) return undefined;
  const leastKw = minPowerKw || LEAST_RUNNING_KW;
  const isStrong = pump.maxPowerKw.map((maxKw) => maxKw >= leastKw);
  const isOn = pump.previousKw > RUNNING_KW;
  const minHours = isOn ? minRunHours : minPauseHours;
  // What is left of the first run or pause ends where the rooms cannot take its heat, or it has not the power: tanks may be full.
  const hindered = problem.slots.find((_, k) => !isStrong[k] || !mayHeatRooms(problem, pump, k));
  const freeHours = hindered ? (hindered.startMs - horizonStartMs(problem)) / MS_PER_HOUR : Infinity;
  return {
    leastKw,
    canBeOn: isStrong.map((is, k) => is && (pump.tankId !== undefined || mayHeatRooms(problem, pump, k))),
    minOnHours: minRunHours,
    minOffHours: minPauseHours,
    before: { isOn, hours: Math.max(previousHours, minHours - freeHours) },
  };
}

/** A share of a slot: of the heat that sets out in one slot, what arrives in another, by the other's length. */
export interface Arrival {
  readonly slot: number;
  readonly share: number;
}

/**
 * Per slot, where its space heat arrives: kW in the rooms per kW given. What is given in a slot moves on as a whole by the lag and
 * is spread over the slots it then meets; what arrives after the horizon is lost to it.
 */
export function arrivals(slots: readonly Slot[], lagHours: number): readonly (readonly Arrival[])[] {
  if (lagHours === 0) return slots.map((_, slot) => [{ slot, share: 1 }]);
  const lagMs = lagHours * MS_PER_HOUR;
  return slots.map((from) =>
    slots.flatMap((to, slot) => {
      const ms = Math.min(slotEndMs(from) + lagMs, slotEndMs(to)) - Math.max(from.startMs + lagMs, to.startMs);
      return ms > 0 ? [{ slot, share: ms / (slotEndMs(to) - to.startMs) }] : [];
    }),
  );
}

/**
 * Electric power for each room and for water, kW, that together stay below the maximum; heat is power × COP of the slot. Every change of
 * the sum costs: P_k − P_{k−1} = up − down. A pump with a least power, or whose runs count, has a switch.
 */
export function addHeatPump(house: HouseProgram, pump: HeatPumpProblem): HeatPumpColumns {
  const { builder, problem } = house;
  const rules = pumpRulesOf(problem, pump);
  const canRun = rules && canRunIn(problem.slots, rules);
  const arriving = arrivals(problem.slots, pump.lagHours);
  const space = new Map<string, number[]>(pump.zoneIds.map((id) => [id, []]));
  const water: number[] = [];
  const powers: Term[][] = [];
  const run: (number | undefined)[] = [];
  problem.slots.forEach(({ hours }, k) => {
    const maxKw = canRun?.[k] === false ? 0 : at(pump.maxPowerKw, k);
    const roomMaxKw = mayHeatRooms(problem, pump, k) ? maxKw : 0;
    const tieBreak = HEATING_TIE_BREAK * hours;
    const power: Term[] = [];
    for (const [id, columns] of space) {
      const column = builder.column({ upper: roomMaxKw, tieBreak });
      columns.push(column);
      power.push([column, 1]);
      for (const { slot, share } of arriving[k] ?? [])
        house.heat.get(id)?.[slot]?.push([column, share * at(pump.copSpace, k)]);
    }
    if (pump.tankId !== undefined) {
      const column = builder.column({ upper: maxKw, tieBreak });
      water.push(column);
      power.push([column, 1]);
      house.heat.get(pump.tankId)?.[k]?.push([column, at(pump.copWater, k)]);
    }
    house.balance[k]?.push(...power.map(([column]) => [column, -1] as const));
    powers.push(power);
    if (house.lite || !rules || maxKw === 0) {
      if (power.length > 1 && maxKw > 0) builder.row(-Infinity, maxKw, power);
      run.push(undefined);
    } else {
      const column = builder.column({ upper: 1, integer: true });
      builder.row(-Infinity, 0, [...power, [column, -maxKw]]);
      builder.row(0, Infinity, [...power, [column, -rules.leastKw]]);
      run.push(column);
    }
  });
  if (!house.lite) {
    addChanges(house, pump, powers);
    if (rules) addRuns(house, pump, rules, run, powers);
  }
  return { space, ...(pump.tankId === undefined ? {} : { water }) };
}

/** Where it can run at all: a pause that is not over yet is as good as no power. */
function canRunIn(slots: readonly Slot[], rules: PumpRules): boolean[] {
  const pausesUntil = rules.before.isOn ? 0 : boundSlots(slots, rules);
  return rules.canBeOn.map((can, k) => can && k >= pausesUntil);
}

/** P_k − P_{k−1} = up − down, each kW of either at its price. */
function addChanges({ builder }: HouseProgram, pump: HeatPumpProblem, powers: readonly (readonly Term[])[]): void {
  if (pump.changePricePerKw === 0) return;
  powers.forEach((power, k) => {
    const cost = HUNDREDTHS * pump.changePricePerKw;
    const up = builder.column({ cost });
    const down = builder.column({ cost });
    const before = k === 0 ? pump.previousKw : 0;
    builder.row(before, before, [
      ...power,
      ...(powers[k - 1] ?? []).map(([column]) => [column, -1] as const),
      [up, -1],
      [down, 1],
    ]);
  });
}

/**
 * run_k − run_{k−1} = start_k − stop_k. Of the starts whose run is not over in slot k there is at most one, and none unless it runs:
 * Σ start ≤ run_k; of the stops whose pause is not over likewise Σ stop ≤ 1 − run_k. Mixed slot lengths count by time.
 */
function addRuns(
  { builder, problem, switches }: HouseProgram,
  pump: HeatPumpProblem,
  rules: PumpRules,
  run: readonly (number | undefined)[],
  powers: readonly (readonly Term[])[],
): void {
  const { slots } = problem;
  const { minOnHours, minOffHours, before } = rules;
  switches.push({
    kind: "series",
    id: `${pump.id}.run`,
    columns: run,
    minOnHours,
    minOffHours,
    before,
    use: (x, k) => (powers[k] ?? []).reduce((sum, [column]) => sum + at(x, column), 0) / (at(pump.maxPowerKw, k) || 1),
  });
  if (pump.startPrice === 0 && minOnHours === 0 && minOffHours === 0) return;
  const runsUntil = before.isOn ? boundSlots(slots, rules) : 0;
  const starts: { readonly column: number; readonly until: number }[] = [];
  const stops: { readonly column: number; readonly until: number }[] = [];
  const underway = (changes: typeof starts, k: number): Term[] =>
    changes.filter(({ until }) => until > k).map(({ column }) => [column, 1]);
  run.forEach((now, k) => {
    const startUntil = Math.max(k + 1, firstSlotAfter(slots, k, minOnHours));
    const isPossible = run.slice(k, startUntil).every((column) => column !== undefined);
    const start = builder.column({ upper: isPossible ? 1 : 0, cost: HUNDREDTHS * pump.startPrice });
    const stop = builder.column({ upper: k < runsUntil ? 0 : 1 });
    starts.push({ column: start, until: startUntil });
    stops.push({ column: stop, until: Math.max(k + 1, firstSlotAfter(slots, k, minOffHours)) });
    const earlier = run[k - 1];
    const wasOn = k === 0 && before.isOn ? 1 : 0;
    builder.row(wasOn, wasOn, [
      ...(now === undefined ? [] : [[now, 1] as const]),
      ...(earlier === undefined ? [] : [[earlier, -1] as const]),
      [start, -1],
      [stop, 1],
    ]);
    if (now === undefined) return;
    if (minOnHours > 0) builder.row(-Infinity, 0, [...underway(starts, k), [now, -1]]);
    if (minOffHours > 0) builder.row(-Infinity, 1, [...underway(stops, k), [now, 1]]);
  });
}
