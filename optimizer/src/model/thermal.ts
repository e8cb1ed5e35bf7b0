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

/** One slot of one of two coupled nodes: T' = fromAir·T + fromMass·Tm + drift + perKw·heatKw. */
export interface CoupledStep {
  readonly fromAir: number;
  readonly fromMass: number;
  readonly drift: number;
  readonly perKw: number;
}

/** One slot of a zone. Without walls of its own the mass is absent, and fromMass of the air is 0. */
export interface ZoneStep {
  readonly air: CoupledStep;
  readonly mass: CoupledStep | undefined;
}

/** Temperatures of a zone's nodes, °C. */
export interface ZoneState {
  readonly airTempC: number;
  readonly massTempC: number | undefined;
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

/** [[airAir, airMass], [massAir, massMass]] */
interface Matrix {
  readonly airAir: number;
  readonly airMass: number;
  readonly massAir: number;
  readonly massMass: number;
}

/**
 * exp(A·h) and its integral from 0 to h, for A with both off-diagonal entries above 0 and no growth: two real eigenvalues fast < slow ≤ 0.
 * With m their mean and δ half their distance, exp(A·h) = ē·I + d·(A − m·I), where ē is the mean of the two exponentials and d their
 * divided difference; the integral has the same form.
 */
function hold(a: Matrix, determinant: number, hours: number): { readonly state: Matrix; readonly input: Matrix } {
  const mean = (a.airAir + a.massMass) / 2;
  const half = Math.hypot((a.airAir - a.massMass) / 2, Math.sqrt(a.airMass * a.massAir));
  const fast = mean - half;
  // mean + half would lose its digits where the house hardly loses heat; there this quotient is 0, as it should be.
  const slow = determinant / fast;
  const slowExp = Math.exp(slow * hours);
  const fastExp = Math.exp(fast * hours);
  // (slowExp − fastExp)/(2·half) without the difference of two near numbers.
  const divided = (slowExp * -Math.expm1(-2 * half * hours)) / (2 * half);
  const slowSum = slow < 0 ? Math.expm1(slow * hours) / slow : hours;
  const fastSum = Math.expm1(fast * hours) / fast;
  const dividedSum = (slowSum - divided) / -fast;
  const combine = (onBoth: number, onRest: number): Matrix => ({
    airAir: onBoth + onRest * (a.airAir - mean),
    airMass: onRest * a.airMass,
    massAir: onRest * a.massAir,
    massMass: onBoth + onRest * (a.massMass - mean),
  });
  return {
    state: combine((slowExp + fastExp) / 2, divided),
    input: combine((slowSum + fastSum) / 2, dividedSum),
  };
}

/** One slot of a zone: of its air alone, or of air and walls that exchange heat. */
export function zoneStep(problem: HouseholdProblem, zone: ZoneProblem, k: number): ZoneStep {
  const hours = problem.slots[k]?.hours ?? 0;
  const outdoorTempC = at(problem.outdoorTempC, k);
  const gainsKw = at(zone.gainsKw, k);
  const { mass, heatCapacityKwhPerK: capacity, heatLossKwPerK: loss } = zone;
  if (!mass) {
    const { keep, drift, perKw } = thermalStep(hours, capacity, loss, outdoorTempC, gainsKw);
    return { air: { fromAir: keep, fromMass: 0, drift, perKw }, mass: undefined };
  }
  const { couplingKwPerK: coupling, heatLossKwPerK: massLoss, heatCapacityKwhPerK: massCapacity } = mass;
  const { state, input } = hold(
    {
      airAir: -(loss + coupling) / capacity,
      airMass: coupling / capacity,
      massAir: coupling / massCapacity,
      massMass: -(massLoss + coupling) / massCapacity,
    },
    (loss * massLoss + coupling * (loss + massLoss)) / (capacity * massCapacity),
    hours,
  );
  // K/h that a kW of heat, and the outdoors, bring to each node.
  const airPerKw = (1 - mass.gainShare) / capacity;
  const massPerKw = mass.gainShare / massCapacity;
  const airOutside = (loss * outdoorTempC) / capacity;
  const massOutside = (massLoss * outdoorTempC) / massCapacity;
  const step = (fromAir: number, fromMass: number, ofAir: number, ofMass: number): CoupledStep => {
    const perKw = ofAir * airPerKw + ofMass * massPerKw;
    return { fromAir, fromMass, drift: ofAir * airOutside + ofMass * massOutside + perKw * gainsKw, perKw };
  };
  return {
    air: step(state.airAir, state.airMass, input.airAir, input.airMass),
    mass: step(state.massAir, state.massMass, input.massAir, input.massMass),
  };
}

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

/** The temperatures of a zone at the end of the slot. */
export function afterZoneStep({ air, mass }: ZoneStep, state: ZoneState, heatKw: number): ZoneState {
  const next = (step: CoupledStep): number =>
    step.fromAir * state.airTempC + step.fromMass * (state.massTempC ?? 0) + step.drift + step.perKw * heatKw;
  return { airTempC: next(air), massTempC: mass && next(mass) };
}
