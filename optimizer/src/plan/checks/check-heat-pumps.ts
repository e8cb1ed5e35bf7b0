import { type HeatPumpProblem, type HouseholdProblem, MS_PER_HOUR, type Schedule } from "@ohmstead/contract";
import {
  canRunFreely,
  isRunning,
  isSwitched,
  leastPumpKw,
  mayHeatRooms,
  pumpPowerKw,
  ranBefore,
} from "../heat-pump-runs.ts";
import { sum, valueAt, withId } from "../per-slot.ts";
import { horizonStartMs, SLACK_MS } from "../times.ts";
import type { Complaints } from "./complaints.ts";

/** Powers of heat pumps, and when they may start and stop. */
export function checkHeatPumps(problem: HouseholdProblem, schedule: Schedule, complaints: Complaints): void {
  for (const pump of problem.heatPumps) {
    const flow = withId(schedule.heatPumps, pump.id);
    const powerKw = pumpPowerKw(flow);
    const leastKw = leastPumpKw(pump);
    problem.slots.forEach((_, k) => {
      const unless = (rule: string, amountKw: number) => complaints.unlessKw(pump.id, rule, k, amountKw);
      const spaceKw = valueAt(flow.spaceKw, k);
      const waterKw = valueAt(flow.waterKw, k);
      const zonesKw = flow.zones.map((zone) => valueAt(zone.powerKw, k));
      unless("spaceKw is negative", -spaceKw);
      unless("waterKw is negative", -waterKw);
      for (const { id, powerKw } of flow.zones) unless(`power for ${id} is negative`, -valueAt(powerKw, k));
      unless("spaceKw and the powers of its zones differ", Math.abs(spaceKw - sum(zonesKw)));
      if (pump.tankId === undefined) unless("waterKw exceeds its limit", waterKw);
      if (!mayHeatRooms(problem, pump, k)) unless("heats rooms above heatingLimitTempC", spaceKw);
      unless("spaceKw + waterKw exceed maxPowerKw", valueAt(powerKw, k) - valueAt(pump.maxPowerKw, k));
      unless("runs below its least power", Math.min(valueAt(powerKw, k), leastKw - valueAt(powerKw, k)));
    });
    if (isSwitched(pump)) checkSwitching(problem, pump, powerKw, complaints);
  }
}

/** Runs and pauses by the clock, with what was before the first slot. */
function checkSwitching(
  problem: HouseholdProblem,
  pump: HeatPumpProblem,
  powerKw: readonly number[],
  complaints: Complaints,
): void {
  const remainingMs = (hours: number): number => horizonStartMs(problem) + (hours - pump.previousHours) * MS_PER_HOUR;
  let isOn = ranBefore(pump);
  // The first run or pause began before: what is left of it binds as long as the pump could run in every slot, or rest.
  let beganBefore = true;
  let mustRunUntilMs = isOn ? remainingMs(pump.minRunHours) : Number.NEGATIVE_INFINITY;
  let mustRestUntilMs = isOn ? Number.NEGATIVE_INFINITY : remainingMs(pump.minPauseHours);
  problem.slots.forEach(({ startMs }, k) => {
    if (beganBefore && !canRunFreely(problem, pump, k)) {
      mustRunUntilMs = Number.NEGATIVE_INFINITY;
      mustRestUntilMs = Number.NEGATIVE_INFINITY;
    }
    const runs = isRunning(pump, valueAt(powerKw, k));
    if (runs === isOn) return;
    const untilMs = runs ? mustRestUntilMs : mustRunUntilMs;
    const rule = runs ? "starts before the end of minPauseHours" : "stops before the end of minRunHours";
    complaints.unless(pump.id, rule, k, (untilMs - startMs) / MS_PER_HOUR, SLACK_MS / MS_PER_HOUR, "h");
    if (runs) mustRunUntilMs = startMs + pump.minRunHours * MS_PER_HOUR;
    else mustRestUntilMs = startMs + pump.minPauseHours * MS_PER_HOUR;
    isOn = runs;
    beganBefore = false;
  });
}
