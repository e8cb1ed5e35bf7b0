import { type HouseholdProblem, slotEndMs, type TankProblem, type ZoneProblem } from "@ohmstead/contract";
import { valueAt } from "./per-slot.ts";
import { horizonEndMs, horizonStartMs } from "./times.ts";

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

/** Where the tank may be made free of legionella it may also be that hot. */
function tankMaxTempC({ slots }: HouseholdProblem, { maxTempC, hygiene }: TankProblem, slot: number): number {
  const here = slots[slot];
  if (!hygiene || !here) return maxTempC;
  const endMs = slotEndMs(here);
  return endMs >= hygiene.fromMs && endMs <= hygiene.untilMs ? Math.max(maxTempC, hygiene.tempC) : maxTempC;
}

export const tankWish = (problem: HouseholdProblem, tank: TankProblem, slot: number): TempWish =>
  boosted(problem, "boostWater", tank.id, slot, valueAt(tank.minTempC, slot), tankMaxTempC(problem, tank, slot));

/**
 * A tank is never heated beyond this; one that starts hotter may only cool down. Surroundings hotter than the limit
 * cannot be helped.
 */
export const hardMaxTempC = (tank: TankProblem): number =>
  Math.max(tank.hardMaxTempC, tank.tempC, tank.heatLossKwPerK > 0 ? tank.ambientTempC : tank.hardMaxTempC);

/** Slots at the end of one of which the tank is to be free of legionella; none while the span goes on behind the horizon. */
export function hygieneSlots(problem: HouseholdProblem, { hygiene }: TankProblem): number[] {
  if (!hygiene || hygiene.untilMs > horizonEndMs(problem)) return [];
  return problem.slots.flatMap((slot, k) => {
    const endMs = slotEndMs(slot);
    return endMs >= hygiene.fromMs && endMs <= hygiene.untilMs ? [k] : [];
  });
}

/** The last slot that ends before a goal's time, at the end of which it counts; undefined for one outside the horizon. */
export function goalSlot(problem: HouseholdProblem, atMs: number): number | undefined {
  if (atMs <= horizonStartMs(problem) || atMs > horizonEndMs(problem)) return undefined;
  return Math.max(
    0,
    problem.slots.findLastIndex((slot) => slotEndMs(slot) <= atMs),
  );
}

const lowest = (limit: number | undefined, perSlot: readonly number[] | undefined, slot: number): number =>
  Math.min(limit ?? Number.POSITIVE_INFINITY, perSlot ? valueAt(perSlot, slot) : Number.POSITIVE_INFINITY);

/** What the connection allows to be bought in a slot, kW. */
export const importLimitKw = ({ site }: HouseholdProblem, slot: number): number =>
  lowest(site.importLimitKw, site.importLimitPerSlotKw, slot);

export const exportLimitKw = ({ site }: HouseholdProblem, slot: number): number =>
  lowest(site.exportLimitKw, site.exportLimitPerSlotKw, slot);
