import type { HouseholdProblem, Schedule } from "@ohmstead/contract";
import { sum, valueAt, withId } from "../per-slot.ts";
import { isHeld } from "../wishes.ts";
import type { Complaints } from "./complaints.ts";

const TOLERANCE_KW = 1e-4;

/** What comes in goes out, every power keeps its limits, nothing runs both ways at once. */
export function checkFlows(problem: HouseholdProblem, schedule: Schedule, complaints: Complaints): void {
  problem.slots.forEach((_, k) => {
    const unless = (subject: string, rule: string, amountKw: number) =>
      complaints.unless(subject, rule, k, amountKw, TOLERANCE_KW, "kW");
    const within = (subject: string, power: string, kw: number, maxKw: number) => {
      unless(subject, `${power} is negative`, -kw);
      unless(subject, `${power} exceeds its limit`, kw - maxKw);
    };
    checkBalance(problem, schedule, k, unless);
    const importKw = valueAt(schedule.importKw, k);
    const exportKw = valueAt(schedule.exportKw, k);
    within("site", "importKw", importKw, Number.POSITIVE_INFINITY);
    within("site", "exportKw", exportKw, Number.POSITIVE_INFINITY);
    unless("site", "imports and exports at once", Math.min(importKw, exportKw));
    for (const pv of problem.pvArrays) {
      const usedKw = valueAt(withId(schedule.pvArrays, pv.id).usedKw, k);
      const forecastKw = valueAt(pv.forecastKw, k);
      within(pv.id, "usedKw", usedKw, forecastKw);
      if (!pv.curtailable) unless(pv.id, "is curtailed, which it cannot be,", forecastKw - usedKw);
    }
    for (const battery of problem.batteries) {
      const flow = withId(schedule.batteries, battery.id);
      const chargeKw = valueAt(flow.chargeKw, k);
      const dischargeKw = valueAt(flow.dischargeKw, k);
      within(battery.id, "chargeKw", chargeKw, battery.maxChargeKw);
      within(battery.id, "dischargeKw", dischargeKw, battery.maxDischargeKw);
      unless(battery.id, "charges and discharges at once", Math.min(chargeKw, dischargeKw));
      if (isHeld(problem, battery.id, k))
        unless(battery.id, "moves though it is held", Math.max(chargeKw, dischargeKw));
    }
    for (const pump of problem.heatPumps) {
      const { spaceKw, waterKw } = withId(schedule.heatPumps, pump.id);
      unless(pump.id, "spaceKw is negative", -valueAt(spaceKw, k));
      const waterLimitKw = pump.tankId === undefined ? 0 : Number.POSITIVE_INFINITY;
      within(pump.id, "waterKw", valueAt(waterKw, k), waterLimitKw);
      unless(
        pump.id,
        "spaceKw + waterKw exceed maxPowerKw",
        valueAt(spaceKw, k) + valueAt(waterKw, k) - valueAt(pump.maxPowerKw, k),
      );
    }
    for (const heater of problem.immersionHeaters)
      within(heater.id, "powerKw", valueAt(withId(schedule.immersionHeaters, heater.id).powerKw, k), heater.powerKw);
  });
}

function checkBalance(
  problem: HouseholdProblem,
  schedule: Schedule,
  k: number,
  unless: (subject: string, rule: string, amountKw: number) => void,
): void {
  const inKw =
    valueAt(schedule.importKw, k) +
    sum(schedule.pvArrays.map((pv) => valueAt(pv.usedKw, k))) +
    sum(schedule.batteries.map((battery) => valueAt(battery.dischargeKw, k)));
  const outKw =
    valueAt(schedule.exportKw, k) +
    valueAt(problem.baseLoadKw, k) +
    sum(schedule.batteries.map((battery) => valueAt(battery.chargeKw, k))) +
    sum(schedule.heatPumps.map((pump) => valueAt(pump.spaceKw, k) + valueAt(pump.waterKw, k))) +
    sum(schedule.immersionHeaters.map((heater) => valueAt(heater.powerKw, k)));
  unless("house", "power in and power out differ", Math.abs(inKw - outKw));
}
