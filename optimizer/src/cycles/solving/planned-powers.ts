import type { Schedule } from "@ohmstead/contract";
import type { Powers } from "../../model/powers.ts";

/** A device, or what is planned for it, in any list of them. */
export const findById = <T extends { readonly id: string }>(list: readonly T[], id: string): T | undefined =>
  list.find((each) => each.id === id);

const sumAt = (series: readonly (readonly number[])[], k: number): number =>
  series.reduce((sum, each) => sum + (each[k] ?? 0), 0);

/** Net power of a device as a schedule has it, kW: what a storage takes is positive; of a boiler heat. Undefined for a device that it does not know. */
export function plannedKw(schedule: Schedule, deviceId: string, k: number): number | undefined {
  const storage = findById([...schedule.batteries, ...schedule.evs], deviceId);
  if (storage) return (storage.chargeKw[k] ?? 0) - (storage.dischargeKw[k] ?? 0);
  const pump = findById(schedule.heatPumps, deviceId);
  if (pump) return (pump.spaceKw[k] ?? 0) + (pump.waterKw[k] ?? 0);
  const boiler = findById(schedule.boilers, deviceId);
  if (boiler) return sumAt([boiler.waterKw, ...boiler.zones.map(({ heatKw }) => heatKw)], k);
  return findById([...schedule.immersionHeaters, ...schedule.appliances], deviceId)?.powerKw[k];
}

/** What the schedule asks of every device: a house that follows this lives the schedule. */
export const powersIn = (schedule: Schedule): Powers => ({
  pvArrays: schedule.pvArrays,
  batteries: schedule.batteries,
  evs: schedule.evs,
  heatPumps: schedule.heatPumps,
  boilers: schedule.boilers,
  immersionHeaters: schedule.immersionHeaters,
  appliances: schedule.appliances,
});
