import type { HouseholdProblem, Schedule, TankProblem, ZoneProblem } from "@ohmstead/contract";
import { nextTempC, nextZoneState, presentState, tankHeatKw, type ZoneState, zoneHeatKw } from "./dynamics.ts";
import { valueAt, withId } from "./per-slot.ts";
import { nextSoc, type StorageProblem, storageFlowsOf } from "./storage.ts";

/** The states that follow from a first one: one per border. */
function bordersFrom<S>(
  { slots }: HouseholdProblem,
  first: S,
  next: (state: S, slot: number, hours: number) => S,
): S[] {
  let state = first;
  return [first, ...slots.map(({ hours }, k) => (state = next(state, k, hours)))];
}

/** Content per border, as a schedule's powers make it. */
export function simulateSoc(problem: HouseholdProblem, schedule: Schedule, storage: StorageProblem): number[] {
  const { chargeKw, dischargeKw } = withId(storageFlowsOf(schedule), storage.id);
  return bordersFrom(problem, storage.soc, (soc, k, hours) =>
    nextSoc(storage, soc, valueAt(chargeKw, k), valueAt(dischargeKw, k), hours),
  );
}

export const simulateZone = (problem: HouseholdProblem, schedule: Schedule, zone: ZoneProblem): ZoneState[] =>
  bordersFrom(problem, presentState(zone), (state, k, hours) => {
    const inputKw = valueAt(zone.gainsKw, k) + zoneHeatKw(problem, schedule, zone, k);
    return nextZoneState(zone, state, valueAt(problem.outdoorTempC, k), inputKw, hours);
  });

export const simulateTank = (problem: HouseholdProblem, schedule: Schedule, tank: TankProblem): number[] =>
  bordersFrom(problem, tank.tempC, (tempC, k, hours) => {
    const inputKw = tankHeatKw(problem, schedule, tank, k) - valueAt(tank.drawKw, k);
    return nextTempC(tank, tempC, tank.ambientTempC, inputKw, hours);
  });
