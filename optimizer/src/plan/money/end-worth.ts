import type { HouseholdProblem, Schedule } from "@ohmstead/contract";
import { sum, valueAt, withId } from "../per-slot.ts";
import { type StorageProblem, storageFlowsOf, storagesOf } from "../storage.ts";

/** Heat above comfortMin is worth something at the end, but by default no more than this many kelvin of it: nobody hoards heat in a living room. */
const VALUED_ROOM_KELVIN = 1;

function worthOf(id: string, endValuePerKwh: number | undefined): number {
  if (endValuePerKwh === undefined)
    throw new RangeError(`${id} has no endValuePerKwh: complete the problem's end values first`);
  return endValuePerKwh;
}

/** Worth of a content: every kWh the same, or step by step from the first. */
export function contentWorth(storage: StorageProblem, kwh: number): number {
  if (!storage.endValueSteps) return worthOf(storage.id, storage.endValuePerKwh) * kwh;
  let leftKwh = kwh;
  return sum(
    storage.endValueSteps.map((step) => {
      const takenKwh = Math.min(Math.max(0, leftKwh), step.kwh);
      leftKwh -= takenKwh;
      return takenKwh * step.pricePerKwh;
    }),
  );
}

/**
 * Worth of what storages, rooms and tanks hold at the end; measured from the wishes without any boost, which will be
 * over by then.
 */
export function endWorth(problem: HouseholdProblem, schedule: Schedule): number {
  const last = problem.slots.length - 1;
  const storages = storagesOf(problem).map((storage) => {
    const soc = valueAt(withId(storageFlowsOf(schedule), storage.id).soc, last + 1);
    return contentWorth(storage, storage.capacityKwh * soc);
  });
  const zones = problem.zones.map((zone) => {
    const { tempC, massTempC } = withId(schedule.zones, zone.id);
    const minC = valueAt(zone.comfortMinTempC, last);
    const massKwhPerK = zone.mass?.heatCapacityKwhPerK ?? 0;
    const kwhPerK = zone.heatCapacityKwhPerK + massKwhPerK;
    const stored =
      zone.heatCapacityKwhPerK * valueAt(tempC, last + 1) +
      (massTempC ? massKwhPerK * valueAt(massTempC, last + 1) : 0);
    const kelvin = Math.min(stored / kwhPerK, zone.endReferenceTempC ?? minC + VALUED_ROOM_KELVIN) - minC;
    return worthOf(zone.id, zone.endValuePerKwh) * kwhPerK * kelvin;
  });
  const tanks = problem.tanks.map((tank) => {
    const endC = valueAt(withId(schedule.tanks, tank.id).tempC, last + 1);
    const kelvin = Math.min(endC, tank.endReferenceTempC ?? tank.maxTempC) - valueAt(tank.minTempC, last);
    return worthOf(tank.id, tank.endValuePerKwh) * tank.heatCapacityKwhPerK * kelvin;
  });
  return sum([...storages, ...zones, ...tanks]);
}
