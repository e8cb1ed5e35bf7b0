import type { HouseholdProblem, Schedule } from "@ohmstead/contract";
import { valueAt, withId } from "./per-slot.ts";
import {
  drawableFromSoc,
  highestChargeKw,
  highestDischargeKw,
  highestSoc,
  leastChargeKw,
  leastDischargeKw,
  nextSoc,
  type StorageProblem,
  storageFlowsOf,
  surplusKw,
  taperedKw,
} from "./storage.ts";

/** What rounding lets through into a full battery, kW: nothing that anybody means. */
const NOTHING_KW = 1e-9;

const atLeast = (leastKw: number, kw: number): number => (kw < Math.max(leastKw, NOTHING_KW) ? 0 : kw);

/** The highest power up to `limitKw` that still fits; what fits is all that is lower, too. */
function highestThat(limitKw: number, fits: (kw: number) => boolean): number {
  if (limitKw <= 0 || !fits(0)) return 0;
  if (fits(limitKw)) return limitKw;
  let [low, high] = [0, limitKw];
  // Sixty halvings reach the last digit of any power.
  for (let n = 0; n < 60; n++) {
    const middle = (low + high) / 2;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}

const hoursOf = (problem: HouseholdProblem, slot: number): number => problem.slots[slot]?.hours ?? 1;

/** Up to `wantedKw`, what a storage may charge with in a slot and end no fuller than `untilSoc`: a power it can hold, or 0. */
export function chargeableKw(
  problem: HouseholdProblem,
  storage: StorageProblem,
  soc: number,
  slot: number,
  wantedKw: number,
  untilSoc = storage.maxSoc,
): number {
  const fullSoc = Math.min(untilSoc, highestSoc(storage));
  const fits = (kw: number): boolean => {
    const endSoc = nextSoc(storage, soc, kw, 0, hoursOf(problem, slot));
    return endSoc <= fullSoc && kw <= taperedKw(storage, endSoc);
  };
  const mostKw = highestThat(Math.min(wantedKw, highestChargeKw(problem, storage, slot)), fits);
  // What the sun gives may be little; what comes from the grid may not.
  const sunKw = surplusKw(problem, slot);
  const kw = mostKw > sunKw && mostKw < storage.minGridChargeKw ? sunKw : mostKw;
  return atLeast(leastChargeKw(storage), kw);
}

/** Up to `wantedKw`, what a storage may give in a slot: a power it can hold, or 0. */
export function dischargeableKw(
  problem: HouseholdProblem,
  storage: StorageProblem,
  soc: number,
  slot: number,
  wantedKw: number,
): number {
  // The lowest content is an exception for what is there already, not a reserve to draw on.
  const emptySoc = Math.max(storage.minSoc, drawableFromSoc(storage, problem.slots, slot));
  const fits = (kw: number): boolean => nextSoc(storage, soc, 0, kw, hoursOf(problem, slot)) >= emptySoc;
  const kw = highestThat(Math.min(wantedKw, highestDischargeKw(problem, storage, slot)), fits);
  return atLeast(leastDischargeKw(storage), kw);
}

/** What a battery in self-use does with a net load (positive: the house takes more than the sun gives), kW. */
export const selfUseKw = (
  problem: HouseholdProblem,
  battery: StorageProblem,
  soc: number,
  netKw: number,
  slot: number,
): { readonly chargeKw: number; readonly dischargeKw: number } => ({
  chargeKw: chargeableKw(problem, battery, soc, slot, -netKw),
  dischargeKw: dischargeableKw(problem, battery, soc, slot, netKw),
});

/** What a schedule's house needs beyond its sun and its other storages, kW: what this one meets in a slot. */
export function netLoadKw(schedule: Schedule, storageId: string, slot: number): number {
  const { chargeKw, dischargeKw } = withId(storageFlowsOf(schedule), storageId);
  return (
    valueAt(schedule.importKw, slot) -
    valueAt(schedule.exportKw, slot) -
    valueAt(chargeKw, slot) +
    valueAt(dischargeKw, slot)
  );
}
