import type { BatteryProblem, HouseholdProblem, Schedule, TankProblem, ZoneProblem } from "@ohmstead/contract";
import { sum, valueAt, withId } from "./per-slot.ts";

/** One thermal node: `capacity · dT/dt = input − loss · (T − surroundings)`, kWh/K and kW/K. */
interface ThermalNode {
  readonly heatCapacityKwhPerK: number;
  readonly heatLossKwPerK: number;
}

/**
 * Temperature after `hours` of constant input and surroundings, exact for any length (zero-order hold): the node
 * approaches `surroundings + input / loss` with the time constant `capacity / loss`. Without loss it rises in
 * proportion.
 */
export function nextTempC(
  node: ThermalNode,
  tempC: number,
  surroundingsC: number,
  inputKw: number,
  hours: number,
): number {
  if (node.heatLossKwPerK === 0) return tempC + (hours * inputKw) / node.heatCapacityKwhPerK;
  const keeps = Math.exp((-hours * node.heatLossKwPerK) / node.heatCapacityKwhPerK);
  return keeps * tempC + (1 - keeps) * (surroundingsC + inputKw / node.heatLossKwPerK);
}

/**
 * The constant input that ends at `wantedC`: the inverse of nextTempC; negative where the node would have to be cooled.
 */
export function inputForTempC(
  node: ThermalNode,
  tempC: number,
  wantedC: number,
  surroundingsC: number,
  hours: number,
): number {
  const withoutC = nextTempC(node, tempC, surroundingsC, 0, hours);
  const perKw = nextTempC(node, tempC, surroundingsC, 1, hours) - withoutC;
  return (wantedC - withoutC) / perKw;
}

/** Charge efficiency counts on the way in, discharge efficiency on the way out; powers at the house side. */
export const nextSoc = (
  battery: BatteryProblem,
  soc: number,
  chargeKw: number,
  dischargeKw: number,
  hours: number,
): number =>
  soc +
  (hours * (battery.chargeEfficiency * chargeKw - dischargeKw / battery.dischargeEfficiency)) / battery.capacityKwh;

/** Heat that the heat pumps give a zone in a slot, kW. */
export const zoneHeatKw = (problem: HouseholdProblem, schedule: Schedule, zone: ZoneProblem, slot: number): number =>
  sum(
    problem.heatPumps
      .filter((pump) => pump.zoneId === zone.id)
      .map((pump) => valueAt(pump.copSpace, slot) * valueAt(withId(schedule.heatPumps, pump.id).spaceKw, slot)),
  );

/** Heat that heat pumps and immersion heaters give a tank in a slot, kW. */
export const tankHeatKw = (problem: HouseholdProblem, schedule: Schedule, tank: TankProblem, slot: number): number =>
  sum(
    problem.heatPumps
      .filter((pump) => pump.tankId === tank.id)
      .map((pump) => valueAt(pump.copWater, slot) * valueAt(withId(schedule.heatPumps, pump.id).waterKw, slot)),
  ) +
  sum(
    problem.immersionHeaters
      .filter((heater) => heater.tankId === tank.id)
      .map((heater) => valueAt(withId(schedule.immersionHeaters, heater.id).powerKw, slot)),
  );
