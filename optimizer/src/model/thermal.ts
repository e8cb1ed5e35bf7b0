import type { HouseholdProblem, TankProblem, ZoneProblem } from "@ohmstead/contract";
import { at } from "./horizon.ts";

/**
 * One slot of one thermal node, solved exactly for constant input (zero-order hold), so that long and short slots agree:
 * T' = keep·T + drift + perKw·heatKw, with keep = exp(−h·UA/C).
 */
export interface ThermalStep {
  readonly keep: number;
  readonly drift: number;
  readonly perKw: number;
}

/** C·dT/dt = heatKw + otherKw − UA·(T − around), over h hours. UA = 0 is a perfectly insulated node. */
function thermalStep(hours: number, capacity: number, loss: number, aroundTempC: number, otherKw: number): ThermalStep {
  const exponent = (hours * loss) / capacity;
  const keep = Math.exp(-exponent);
  // expm1 keeps the digits that 1 − exp(−x) loses for a well insulated tank and a short slot.
  const lost = -Math.expm1(-exponent);
  const perKw = loss > 0 ? lost / loss : hours / capacity;
  return { keep, drift: lost * aroundTempC + perKw * otherKw, perKw };
}

export const zoneStep = (problem: HouseholdProblem, zone: ZoneProblem, k: number): ThermalStep =>
  thermalStep(
    problem.slots[k]?.hours ?? 0,
    zone.heatCapacityKwhPerK,
    zone.heatLossKwPerK,
    at(problem.outdoorTempC, k),
    at(zone.gainsKw, k),
  );

export const tankStep = (problem: HouseholdProblem, tank: TankProblem, k: number): ThermalStep =>
  thermalStep(
    problem.slots[k]?.hours ?? 0,
    tank.heatCapacityKwhPerK,
    tank.heatLossKwPerK,
    tank.ambientTempC,
    -at(tank.drawKw, k),
  );

/** The temperature at the end of the slot. */
export const afterStep = (step: ThermalStep, tempC: number, heatKw: number): number =>
  step.keep * tempC + step.drift + step.perKw * heatKw;
