import { type HeatPumpProblem, type HouseholdProblem, MS_PER_HOUR } from "@ohmstead/contract";
import { presentState, type ZoneState } from "../dynamics.ts";
import { ranBefore } from "../heat-pump-runs.ts";
import { storagesOf } from "../storage.ts";
import { horizonStartMs } from "../times.ts";

/** Since when a heat pump is on or off decides what it may do next. */
export interface PumpClock {
  isOn: boolean;
  mustRunUntilMs: number;
  mustRestUntilMs: number;
  /** The first run or pause, which began before the first slot. */
  beganBefore: boolean;
}

/** Heat that a run of a heat pump is bound to give a tank in a later slot, since no room takes it. */
export interface Pledge {
  readonly pumpId: string;
  readonly tankId: string;
  readonly slot: number;
  readonly heatKw: number;
}

/** What is decided slot by slot: powers so far, states so far. Grows while the house is lived through. */
export interface Diary {
  readonly soc: Map<string, number[]>;
  readonly tankC: Map<string, number[]>;
  readonly zones: Map<string, ZoneState[]>;
  readonly kw: Map<string, number[]>;
  readonly clocks: Map<string, PumpClock>;
  /** Tanks whose thermostat is on, until they reach their upper temperature. */
  readonly heatingTanks: Set<string>;
  /** Tanks that have been free of legionella within their span. */
  readonly cleanTanks: Set<string>;
  readonly pledges: Pledge[];
}

function firstClock(problem: HouseholdProblem, pump: HeatPumpProblem): PumpClock {
  const isOn = ranBefore(pump);
  const remainingMs = (hours: number): number => horizonStartMs(problem) + (hours - pump.previousHours) * MS_PER_HOUR;
  return {
    isOn,
    mustRunUntilMs: isOn ? remainingMs(pump.minRunHours) : Number.NEGATIVE_INFINITY,
    mustRestUntilMs: isOn ? Number.NEGATIVE_INFINITY : remainingMs(pump.minPauseHours),
    beganBefore: true,
  };
}

export const openDiary = (problem: HouseholdProblem): Diary => ({
  soc: new Map(storagesOf(problem).map(({ id, soc }) => [id, [soc]])),
  tankC: new Map(problem.tanks.map(({ id, tempC }) => [id, [tempC]])),
  zones: new Map(problem.zones.map((zone) => [zone.id, [presentState(zone)]])),
  kw: new Map(),
  clocks: new Map(problem.heatPumps.map((pump) => [pump.id, firstClock(problem, pump)])),
  heatingTanks: new Set(),
  cleanTanks: new Set(),
  pledges: [],
});

export const write = <T>(page: Map<string, T[]>, key: string, value: T): void => {
  const values = page.get(key);
  if (values) values.push(value);
  else page.set(key, [value]);
};

/** Today's value: the last one written. Throws where nothing is written. */
export const lastOf = <T>(page: ReadonlyMap<string, readonly T[]>, key: string): T => {
  const value = page.get(key)?.at(-1);
  if (value === undefined) throw new RangeError(`nothing is known of ${key}`);
  return value;
};

/** Keys of the diary's powers. */
export const waterKey = (id: string): string => `${id}.water`;
export const roomKey = (id: string, zoneId: string): string => `${id}.${zoneId}`;

export const clamp = (value: number, max: number): number => Math.max(0, Math.min(value, max));
