import { type HouseholdProblem, type TankProblem, type ZoneProblem, slotEndMs } from "@ohmstead/contract";
import { BOOST_FACTOR, at } from "./horizon.ts";

/** Temperatures wished for at the end of one slot, °C, and how much more than usual a shortfall weighs. */
export interface Band {
  readonly minTempC: number;
  readonly maxTempC: number;
  readonly shortfallFactor: number;
}

function raised(problem: HouseholdProblem, kind: "boostHeat" | "boostWater", id: string, k: number, band: Band): Band {
  const startMs = problem.slots[k]?.startMs ?? 0;
  return problem.overrides.reduce<Band>((sofar, wish) => {
    if (wish.kind !== kind || wish.deviceId !== id || startMs >= wish.untilMs) return sofar;
    return {
      minTempC: Math.max(sofar.minTempC, wish.tempC),
      maxTempC: Math.max(sofar.maxTempC, wish.tempC),
      shortfallFactor: BOOST_FACTOR,
    };
  }, band);
}

export const zoneBand = (problem: HouseholdProblem, zone: ZoneProblem, k: number): Band =>
  raised(problem, "boostHeat", zone.id, k, {
    minTempC: at(zone.comfortMinTempC, k),
    maxTempC: at(zone.comfortMaxTempC, k),
    shortfallFactor: 1,
  });

export const tankBand = (problem: HouseholdProblem, tank: TankProblem, k: number): Band =>
  raised(problem, "boostWater", tank.id, k, {
    minTempC: at(tank.minTempC, k),
    // Whoever asks for hot water against germs does not mind that it is hot.
    maxTempC: mayBeHygienic(problem, tank, k) ? Math.max(tank.maxTempC, tank.hygiene?.tempC ?? 0) : tank.maxTempC,
    shortfallFactor: 1,
  });

/** The end of slot k lies within the tank's hygiene span. */
function mayBeHygienic(problem: HouseholdProblem, { hygiene }: TankProblem, k: number): boolean {
  const slot = problem.slots[k];
  if (!hygiene || !slot) return false;
  const endMs = slotEndMs(slot);
  return endMs >= hygiene.fromMs && endMs <= hygiene.untilMs;
}

/**
 * The slots at the end of one of which the tank is to be as hot as its hygiene asks. None where the span reaches beyond the horizon:
 * a later plan sees to it.
 */
export function hygieneSlots(problem: HouseholdProblem, tank: TankProblem): number[] {
  const last = problem.slots.at(-1);
  if (!tank.hygiene || !last || tank.hygiene.untilMs > slotEndMs(last)) return [];
  return [...problem.slots.keys()].filter((k) => mayBeHygienic(problem, tank, k));
}

/** A person asked that this battery neither charges nor discharges in slot k. */
export const isHeld = (problem: HouseholdProblem, batteryId: string, k: number): boolean =>
  problem.overrides.some(
    (wish) =>
      wish.kind === "batteryHold" && wish.deviceId === batteryId && (problem.slots[k]?.startMs ?? 0) < wish.untilMs,
  );
