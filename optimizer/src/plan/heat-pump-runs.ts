import type { HeatPumpProblem, HouseholdProblem, Schedule } from "@ohmstead/contract";
import { valueAt } from "./per-slot.ts";

/** Less than this is the standby of a pump that rests, kW. */
const STANDBY_KW = 0.001;
/** A pump whose starts matter, but whose least power nobody told, runs with at least this. */
const ASSUMED_LEAST_KW = 0.05;

/** True when it matters whether this pump runs: it has a least power, or runs, pauses and starts that count. */
export const isSwitched = (pump: HeatPumpProblem): boolean =>
  pump.minPowerKw > 0 || pump.minRunHours > 0 || pump.minPauseHours > 0 || pump.startPrice > 0;

/** Least electric power while it runs; 0 for a pump that is not switched. */
export function leastPumpKw(pump: HeatPumpProblem): number {
  if (!isSwitched(pump)) return 0;
  return pump.minPowerKw > 0 ? pump.minPowerKw : ASSUMED_LEAST_KW;
}

/** A least power near the standby would never count as running otherwise. */
export const isRunning = (pump: HeatPumpProblem, powerKw: number): boolean =>
  powerKw > (isSwitched(pump) ? Math.min(STANDBY_KW, leastPumpKw(pump) / 2) : STANDBY_KW);

export const ranBefore = (pump: HeatPumpProblem): boolean => pump.previousKw > STANDBY_KW;

/** False on days that are too warm for heating. */
export const mayHeatRooms = (problem: HouseholdProblem, pump: HeatPumpProblem, slot: number): boolean =>
  pump.heatingLimitTempC === undefined || valueAt(problem.outdoorTempC, slot) <= pump.heatingLimitTempC;

/** Whether a slot leaves it to the plan to run the pump: rooms take any heat, water only so much. */
export const canRunFreely = (problem: HouseholdProblem, pump: HeatPumpProblem, slot: number): boolean =>
  pump.zoneIds.length > 0 && mayHeatRooms(problem, pump, slot) && valueAt(pump.maxPowerKw, slot) >= leastPumpKw(pump);

/** Electric power per slot, space and water together. */
export const pumpPowerKw = ({ spaceKw, waterKw }: Schedule["heatPumps"][number]): number[] =>
  spaceKw.map((kw, k) => kw + valueAt(waterKw, k));

/** How often it starts within the horizon. */
export function startsOf(pump: HeatPumpProblem, powerKw: readonly number[]): number {
  let wasOn = ranBefore(pump);
  return powerKw.filter((kw) => {
    const isOn = isRunning(pump, kw);
    const starts = isOn && !wasOn;
    wasOn = isOn;
    return starts;
  }).length;
}
