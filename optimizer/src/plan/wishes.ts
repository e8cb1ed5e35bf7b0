import type { HouseholdProblem, TankProblem, ZoneProblem } from "@ohmstead/contract";
import { valueAt } from "./per-slot.ts";

/** What a boost multiplies the price of a shortfall with: a person's word weighs more than a habit. */
const BOOST_FACTOR = 20;

/** The temperatures wished for at the end of a slot, overrides included. */
export interface TempWish {
  readonly minTempC: number;
  readonly maxTempC: number;
  /** Multiplies the price of what is missing below minTempC; above maxTempC nothing is multiplied. */
  readonly shortfallFactor: number;
  readonly isBoosted: boolean;
}

type Kind = HouseholdProblem["overrides"][number]["kind"];

/** Overrides of a device that hold in a slot: those whose end comes after the slot's beginning. */
export function overridesAt(problem: HouseholdProblem, kind: Kind, deviceId: string, slot: number) {
  const startMs = problem.slots[slot]?.startMs ?? Number.POSITIVE_INFINITY;
  return problem.overrides.filter((each) => each.kind === kind && each.deviceId === deviceId && startMs < each.untilMs);
}

export const isHeld = (problem: HouseholdProblem, batteryId: string, slot: number): boolean =>
  overridesAt(problem, "batteryHold", batteryId, slot).length > 0;

function boosted(problem: HouseholdProblem, kind: Kind, id: string, slot: number, min: number, max: number): TempWish {
  const wished = overridesAt(problem, kind, id, slot).flatMap((each) => ("tempC" in each ? [each.tempC] : []));
  return {
    minTempC: Math.max(min, ...wished),
    maxTempC: Math.max(max, ...wished),
    shortfallFactor: wished.length > 0 ? BOOST_FACTOR : 1,
    isBoosted: wished.length > 0,
  };
}

export const zoneWish = (problem: HouseholdProblem, zone: ZoneProblem, slot: number): TempWish =>
  boosted(
    problem,
    "boostHeat",
    zone.id,
    slot,
    valueAt(zone.comfortMinTempC, slot),
    valueAt(zone.comfortMaxTempC, slot),
  );

export const tankWish = (problem: HouseholdProblem, tank: TankProblem, slot: number): TempWish =>
  boosted(problem, "boostWater", tank.id, slot, valueAt(tank.minTempC, slot), tank.maxTempC);

/**
 * A tank is never heated beyond this; one that starts hotter may only cool down. Surroundings hotter than the limit
 * cannot be helped.
 */
export const hardMaxTempC = (tank: TankProblem): number =>
  Math.max(tank.hardMaxTempC, tank.tempC, tank.heatLossKwPerK > 0 ? tank.ambientTempC : tank.hardMaxTempC);
