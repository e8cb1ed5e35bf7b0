import type { BatteryProblem, HouseholdProblem, Schedule } from "@ohmstead/contract";
import { valueAt, withId } from "./per-slot.ts";
import { isHeld } from "./wishes.ts";

/** What a battery in self-use does with a net load (positive: the house takes more than the sun gives), kW. */
export function selfUseKw(
  problem: HouseholdProblem,
  battery: BatteryProblem,
  soc: number,
  netKw: number,
  slot: number,
): { readonly chargeKw: number; readonly dischargeKw: number } {
  if (isHeld(problem, battery.id, slot)) return { chargeKw: 0, dischargeKw: 0 };
  const { capacityKwh, chargeEfficiency, dischargeEfficiency } = battery;
  const hours = problem.slots[slot]?.hours ?? 1;
  const roomKw = ((battery.maxSoc - soc) * capacityKwh) / (hours * chargeEfficiency);
  const storedKw = ((soc - battery.minSoc) * capacityKwh * dischargeEfficiency) / hours;
  return {
    chargeKw: Math.max(0, Math.min(-netKw, roomKw, battery.maxChargeKw)),
    dischargeKw: Math.max(0, Math.min(netKw, storedKw, battery.maxDischargeKw)),
  };
}

/** What a schedule's house needs beyond its sun and its other batteries, kW: what this battery meets in a slot. */
export function netLoadKw(schedule: Schedule, batteryId: string, slot: number): number {
  const { chargeKw, dischargeKw } = withId(schedule.batteries, batteryId);
  return (
    valueAt(schedule.importKw, slot) -
    valueAt(schedule.exportKw, slot) -
    valueAt(chargeKw, slot) +
    valueAt(dischargeKw, slot)
  );
}
