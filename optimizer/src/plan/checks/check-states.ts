import type { HouseholdProblem, Schedule } from "@ohmstead/contract";
import { nextSoc, nextTempC, tankHeatKw, zoneHeatKw } from "../dynamics.ts";
import { valueAt, withId } from "../per-slot.ts";
import { hardMaxTempC } from "../wishes.ts";
import type { Complaints } from "./complaints.ts";

const TOLERANCE_KWH = 1e-4;
const TOLERANCE_K = 1e-3;

/** The states that follow from a first one: one per border. */
function simulate(problem: HouseholdProblem, first: number, next: (state: number, slot: number) => number): number[] {
  const states = [first];
  problem.slots.forEach((_, k) => states.push(next(valueAt(states, k), k)));
  return states;
}

/**
 * Re-simulates every state from the present one by the schedule's powers, and compares border by border; then holds the
 * states against the limits that no plan may cross.
 */
export function checkStates(problem: HouseholdProblem, schedule: Schedule, complaints: Complaints): void {
  const hoursOf = (k: number) => problem.slots[k]?.hours ?? Number.NaN;
  const compare = (id: string, claimed: readonly number[], truth: readonly number[], scale: number, unit: string) => {
    const tolerance = unit === "K" ? TOLERANCE_K : TOLERANCE_KWH;
    complaints.unless(id, "does not begin at its present state", 0, apart(claimed, truth, 0) * scale, tolerance, unit);
    truth.slice(1).forEach((_, k) => {
      const amount = apart(claimed, truth, k + 1) * scale;
      complaints.unless(id, "state at its end is not what its powers lead to", k, amount, tolerance, unit);
    });
  };
  for (const battery of problem.batteries) {
    const { soc, chargeKw, dischargeKw } = withId(schedule.batteries, battery.id);
    const truth = simulate(problem, battery.soc, (state, k) =>
      nextSoc(battery, state, valueAt(chargeKw, k), valueAt(dischargeKw, k), hoursOf(k)),
    );
    compare(battery.id, soc, truth, battery.capacityKwh, "kWh");
    const low = Math.min(battery.minSoc, battery.soc);
    const high = Math.max(battery.maxSoc, battery.soc);
    soc.slice(1).forEach((end, k) => {
      complaints.unless(battery.id, "falls below minSoc", k, (low - end) * battery.capacityKwh, TOLERANCE_KWH, "kWh");
      complaints.unless(battery.id, "rises above maxSoc", k, (end - high) * battery.capacityKwh, TOLERANCE_KWH, "kWh");
    });
  }
  for (const zone of problem.zones) {
    const truth = simulate(problem, zone.tempC, (state, k) => {
      const inputKw = valueAt(zone.gainsKw, k) + zoneHeatKw(problem, schedule, zone, k);
      return nextTempC(zone, state, valueAt(problem.outdoorTempC, k), inputKw, hoursOf(k));
    });
    compare(zone.id, withId(schedule.zones, zone.id).tempC, truth, 1, "K");
  }
  for (const tank of problem.tanks) {
    const { tempC } = withId(schedule.tanks, tank.id);
    const truth = simulate(problem, tank.tempC, (state, k) => {
      const inputKw = tankHeatKw(problem, schedule, tank, k) - valueAt(tank.drawKw, k);
      return nextTempC(tank, state, tank.ambientTempC, inputKw, hoursOf(k));
    });
    compare(tank.id, tempC, truth, 1, "K");
    tempC.slice(1).forEach((end, k) => {
      complaints.unless(tank.id, "rises above hardMaxTempC", k, end - hardMaxTempC(tank), TOLERANCE_K, "K");
    });
  }
}

const apart = (a: readonly number[], b: readonly number[], border: number): number =>
  Math.abs(valueAt(a, border) - valueAt(b, border));
