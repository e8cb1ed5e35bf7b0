import type { HouseholdProblem, Schedule } from "@ohmstead/contract";
import { sum, valueAt, withId } from "../per-slot.ts";
import { highestChargeKw, type StorageProblem, storageFlowsOf, storagesOf } from "../storage.ts";
import { goalSlot } from "../wishes.ts";
import { goalPrice, socOutsidePrice } from "./penalty-prices.ts";

const flowOf = (schedule: Schedule, { id }: StorageProblem) => withId(storageFlowsOf(schedule), id);

/** Ageing by what is given out, and by what is taken. */
export const wearCost = (problem: HouseholdProblem, schedule: Schedule): number =>
  sum(
    storagesOf(problem).flatMap((storage) => {
      const { chargeKw, dischargeKw } = flowOf(schedule, storage);
      return problem.slots.map(
        ({ hours }, k) =>
          hours *
          (storage.wearPricePerKwh * valueAt(dischargeKw, k) + storage.chargeWearPricePerKwh * valueAt(chargeKw, k)),
      );
    }),
  );

/** Kilowatts of charge that were asked for in a slot, could be had, and are missing. */
export const demandShortfallKw = (
  problem: HouseholdProblem,
  storage: StorageProblem,
  chargeKw: readonly number[],
  slot: number,
): number =>
  storage.demandKw
    ? Math.max(
        0,
        Math.min(valueAt(storage.demandKw, slot), highestChargeKw(problem, storage, slot)) - valueAt(chargeKw, slot),
      )
    : 0;

/** Content outside its limits and below the reserve, goals and demands that are missed. */
export const storageDiscomfort = (problem: HouseholdProblem, schedule: Schedule): number =>
  sum(
    storagesOf(problem).flatMap((storage) => {
      const { soc, chargeKw } = flowOf(schedule, storage);
      const { capacityKwh, minSoc, maxSoc, reserveSoc = 0, reservePricePerKwhHour, overfullPricePerKwhHour } = storage;
      const missedPrice = goalPrice(problem, storage);
      const outsidePrice = socOutsidePrice(problem);
      const perSlot = problem.slots.map(({ hours }, k) => {
        const end = valueAt(soc, k + 1);
        const belowKwh = capacityKwh * Math.max(0, minSoc - end);
        const aboveKwh = capacityKwh * Math.max(0, end - maxSoc);
        const belowReserveKwh = capacityKwh * Math.max(0, reserveSoc - end);
        const undeliveredKw = demandShortfallKw(problem, storage, chargeKw, k);
        return (
          hours *
          (outsidePrice * belowKwh +
            overfullPricePerKwhHour * aboveKwh +
            reservePricePerKwhHour * belowReserveKwh +
            missedPrice * undeliveredKw)
        );
      });
      const goals = storage.goals.map(({ soc: wished, atMs }) => {
        const k = goalSlot(problem, atMs);
        return k === undefined ? 0 : missedPrice * capacityKwh * Math.max(0, wished - valueAt(soc, k + 1));
      });
      return [...perSlot, ...goals];
    }),
  );
