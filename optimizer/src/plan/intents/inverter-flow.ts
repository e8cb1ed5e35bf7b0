import type { InverterProblem, Schedule } from "@ohmstead/contract";
import { sum, valueAt } from "../per-slot.ts";

/** What an inverter gives to the house in a slot: the sun it takes, what its batteries give, less what they store. */
export function throughInverterKw(
  schedule: Schedule,
  { pvArrayIds, batteryIds }: InverterProblem,
  slot: number,
): number {
  const arrays = schedule.pvArrays.filter(({ id }) => pvArrayIds.includes(id));
  const batteries = schedule.batteries.filter(({ id }) => batteryIds.includes(id));
  return (
    sum(arrays.map(({ usedKw }) => valueAt(usedKw, slot))) +
    sum(batteries.map(({ chargeKw, dischargeKw }) => valueAt(dischargeKw, slot) - valueAt(chargeKw, slot)))
  );
}
