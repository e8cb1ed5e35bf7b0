import type { HouseholdProblem, Schedule } from "@ohmstead/contract";
import { sum, valueAt, withId } from "../per-slot.ts";
import type { Complaints } from "./complaints.ts";

/** Heat of boilers, powers of immersion heaters. */
export function checkHeaters(problem: HouseholdProblem, schedule: Schedule, complaints: Complaints): void {
  for (const boiler of problem.boilers) {
    const { waterKw, zones } = withId(schedule.boilers, boiler.id);
    problem.slots.forEach((_, k) => {
      const unless = (rule: string, amountKw: number) => complaints.unlessKw(boiler.id, rule, k, amountKw);
      unless("waterKw is negative", -valueAt(waterKw, k));
      for (const { id, heatKw } of zones) unless(`heat for ${id} is negative`, -valueAt(heatKw, k));
      if (boiler.tankId === undefined) unless("waterKw exceeds its limit", valueAt(waterKw, k));
      const heatKw = valueAt(waterKw, k) + sum(zones.map((zone) => valueAt(zone.heatKw, k)));
      unless("heat exceeds maxHeatKw", heatKw - valueAt(boiler.maxHeatKw, k));
    });
  }
  for (const heater of problem.immersionHeaters) {
    const { powerKw } = withId(schedule.immersionHeaters, heater.id);
    problem.slots.forEach((_, k) => {
      const kw = valueAt(powerKw, k);
      complaints.unlessKw(heater.id, "powerKw is negative", k, -kw);
      complaints.unlessKw(heater.id, "powerKw exceeds its limit", k, kw - heater.powerKw);
      if (heater.onOff) complaints.unlessKw(heater.id, "is neither on nor off", k, Math.min(kw, heater.powerKw - kw));
    });
  }
}
