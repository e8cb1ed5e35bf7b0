import type { BatteryProblem, EvProblem, HouseholdProblem, Schedule } from "@ohmstead/contract";
import { sum, valueAt } from "./per-slot.ts";
import { isHeld } from "./wishes.ts";

/** What stores electricity: a battery, or a car while it is plugged in. Powers at the house side, content inside. */
export type StorageProblem = BatteryProblem | EvProblem;

export const storagesOf = (problem: HouseholdProblem): readonly StorageProblem[] => [
  ...problem.batteries,
  ...problem.evs,
];

export const storageFlowsOf = (schedule: Schedule): readonly Schedule["batteries"][number][] => [
  ...schedule.batteries,
  ...schedule.evs,
];

type Stages = BatteryProblem["chargeStages"];
const chargeStagesOf = (storage: StorageProblem): Stages =>
  "chargeStages" in storage ? storage.chargeStages : undefined;
const dischargeStagesOf = (storage: StorageProblem): Stages =>
  "dischargeStages" in storage ? storage.dischargeStages : undefined;

/** Power inside at a power outside: straight lines through the points, from the origin to the first, and on beyond the last. */
function along(points: readonly (readonly [outsideKw: number, insideKw: number])[], kw: number): number {
  let [fromX, fromY] = [0, 0];
  let slope = 1;
  for (const [x, y] of points) {
    slope = (y - fromY) / (x - fromX);
    if (kw <= x) break;
    [fromX, fromY] = [x, y];
  }
  return fromY + slope * (kw - fromX);
}

/** What of a charging power is stored, kW. */
export function storedKw(storage: StorageProblem, chargeKw: number): number {
  const stages = chargeStagesOf(storage);
  if (!stages) return storage.chargeEfficiency * chargeKw;
  return along(
    stages.map(({ kw, efficiency }) => [kw, kw * efficiency]),
    chargeKw,
  );
}

/** What a discharging power draws from the content, kW. */
export function drawnKw(storage: StorageProblem, dischargeKw: number): number {
  const stages = dischargeStagesOf(storage);
  if (!stages) return dischargeKw / storage.dischargeEfficiency;
  return along(
    stages.map(({ kw, efficiency }) => [kw, kw / efficiency]),
    dischargeKw,
  );
}

/** Share of the content that is left after resting so long. */
const keptShare = (storage: StorageProblem, hours: number): number => (1 - storage.selfDischargePerHour) ** hours;

/** Content at the end of a slot: what rest has left, what is stored more, what is drawn less. */
export const nextSoc = (
  storage: StorageProblem,
  soc: number,
  chargeKw: number,
  dischargeKw: number,
  hours: number,
): number =>
  keptShare(storage, hours) * soc +
  (hours * (storedKw(storage, chargeKw) - drawnKw(storage, dischargeKw))) / storage.capacityKwh;

/** Charges with at least this, or not at all. */
export const leastChargeKw = (storage: StorageProblem): number =>
  chargeStagesOf(storage)?.[0]?.kw ?? storage.minChargeKw;

/** Discharges with at least this, or not at all. */
export const leastDischargeKw = (storage: StorageProblem): number =>
  dischargeStagesOf(storage)?.[0]?.kw ?? storage.minDischargeKw;

/** False where a car is away. */
export const isConnected = (storage: StorageProblem, slot: number): boolean =>
  !("connected" in storage) || storage.connected[slot] === true;

const lowerOf = (kw: number, perSlot: readonly number[] | undefined, slot: number): number =>
  perSlot ? Math.min(kw, valueAt(perSlot, slot)) : kw;

export const chargeLimitKw = (storage: StorageProblem, slot: number): number =>
  lowerOf(storage.maxChargeKw, storage.chargeLimitKw, slot);

export const dischargeLimitKw = (storage: StorageProblem, slot: number): number =>
  lowerOf(storage.maxDischargeKw, storage.dischargeLimitKw, slot);

/** What is left of a limit where the storage is there, free to move, and the limit is not below its least power. */
const usable = (
  problem: HouseholdProblem,
  storage: StorageProblem,
  slot: number,
  limitKw: number,
  leastKw: number,
): number => (limitKw < leastKw || !isConnected(storage, slot) || isHeld(problem, storage.id, slot) ? 0 : limitKw);

/** The highest charging power of a slot. */
export const highestChargeKw = (problem: HouseholdProblem, storage: StorageProblem, slot: number): number =>
  usable(problem, storage, slot, chargeLimitKw(storage, slot), leastChargeKw(storage));

export const highestDischargeKw = (problem: HouseholdProblem, storage: StorageProblem, slot: number): number =>
  usable(problem, storage, slot, dischargeLimitKw(storage, slot), leastDischargeKw(storage));

/** What taper allows to charge with when the slot ends at this content. */
export function taperedKw(storage: StorageProblem, endSoc: number): number {
  const { taper, maxChargeKw } = storage;
  if (!taper) return Number.POSITIVE_INFINITY;
  return maxChargeKw - ((maxChargeKw - taper.endKw) * (endSoc - taper.fromSoc)) / (1 - taper.fromSoc);
}

/** Sun beyond the base load, by the forecast alone, kW: below it charging counts as from the sun. */
export const surplusKw = (problem: HouseholdProblem, slot: number): number =>
  Math.max(0, sum(problem.pvArrays.map((pv) => valueAt(pv.forecastKw, slot))) - valueAt(problem.baseLoadKw, slot));

/** Per border the content that no plan goes below: minSoc, the present content where that is lower, or what mere rest leaves of it. */
export function lowestSocs(storage: StorageProblem, slots: HouseholdProblem["slots"]): number[] {
  let resting = storage.soc;
  const borders = slots.map(({ hours }) => {
    resting *= keptShare(storage, hours);
    return Math.min(storage.minSoc, resting);
  });
  return [Math.min(storage.minSoc, storage.soc), ...borders];
}

/** The content that no plan goes above. */
export const highestSoc = (storage: StorageProblem): number => Math.max(storage.maxSoc, storage.soc);

/**
 * Content at the end of a slot from which mere rest, to the end of the horizon, never falls below lowestSocs: what may still be drawn
 * without having to be charged again.
 */
export function drawableFromSoc(storage: StorageProblem, slots: HouseholdProblem["slots"], slot: number): number {
  if (storage.selfDischargePerHour === 0) return Math.min(storage.minSoc, storage.soc);
  const hoursUntil = sum(slots.slice(0, slot + 1).map(({ hours }) => hours));
  const hoursAfter = sum(slots.slice(slot + 1).map(({ hours }) => hours));
  return Math.min(storage.minSoc / keptShare(storage, hoursAfter), storage.soc * keptShare(storage, hoursUntil));
}
