import type { HouseholdProblem, Schedule } from "@ohmstead/contract";
import { sum, valueAt, withId } from "../per-slot.ts";
import { storageFlowsOf } from "../storage.ts";
import type { Complaints } from "./complaints.ts";

/** What comes in goes out, the meter turns one way at a time, and the sun gives what it has through what it has to pass. */
export function checkPowerFlows(problem: HouseholdProblem, schedule: Schedule, complaints: Complaints): void {
  const unless = (subject: string, rule: string, k: number, amountKw: number) =>
    complaints.unlessKw(subject, rule, k, amountKw);
  problem.slots.forEach((_, k) => {
    checkBalance(problem, schedule, k, complaints);
    const importKw = valueAt(schedule.importKw, k);
    const exportKw = valueAt(schedule.exportKw, k);
    unless("site", "importKw is negative", k, -importKw);
    unless("site", "exportKw is negative", k, -exportKw);
    unless("site", "imports and exports at once", k, Math.min(importKw, exportKw));
    for (const pv of problem.pvArrays) {
      const usedKw = valueAt(withId(schedule.pvArrays, pv.id).usedKw, k);
      const forecastKw = valueAt(pv.forecastKw, k);
      unless(pv.id, "usedKw is negative", k, -usedKw);
      unless(pv.id, "usedKw exceeds its limit", k, usedKw - forecastKw);
      if (!pv.curtailable) unless(pv.id, "is curtailed, which it cannot be,", k, forecastKw - usedKw);
    }
    for (const inverter of problem.inverters) {
      const toHouseKw =
        sum(inverter.pvArrayIds.map((id) => valueAt(withId(schedule.pvArrays, id).usedKw, k))) +
        sum(
          inverter.batteryIds.map((id) => {
            const { chargeKw, dischargeKw } = withId(schedule.batteries, id);
            return valueAt(dischargeKw, k) - valueAt(chargeKw, k);
          }),
        );
      unless(inverter.id, "gives more than maxToHouseKw", k, toHouseKw - inverter.maxToHouseKw);
      unless(inverter.id, "takes more than maxFromHouseKw", k, -toHouseKw - inverter.maxFromHouseKw);
    }
  });
}

function checkBalance(problem: HouseholdProblem, schedule: Schedule, k: number, complaints: Complaints): void {
  const storages = storageFlowsOf(schedule);
  const inKw =
    valueAt(schedule.importKw, k) +
    sum(schedule.pvArrays.map((pv) => valueAt(pv.usedKw, k))) +
    sum(storages.map((storage) => valueAt(storage.dischargeKw, k)));
  const outKw =
    valueAt(schedule.exportKw, k) +
    valueAt(problem.baseLoadKw, k) +
    sum(storages.map((storage) => valueAt(storage.chargeKw, k))) +
    sum(schedule.heatPumps.map((pump) => valueAt(pump.spaceKw, k) + valueAt(pump.waterKw, k))) +
    sum(schedule.immersionHeaters.map((heater) => valueAt(heater.powerKw, k))) +
    sum(schedule.appliances.map((appliance) => valueAt(appliance.powerKw, k)));
  complaints.unlessKw("house", "power in and power out differ", k, Math.abs(inKw - outKw));
}
