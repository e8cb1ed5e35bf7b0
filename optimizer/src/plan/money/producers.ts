import type { HouseholdProblem, Schedule } from "@ohmstead/contract";
import { pumpPowerKw, startsOf } from "../heat-pump-runs.ts";
import { sum, valueAt, withId } from "../per-slot.ts";

export const fuelCost = (problem: HouseholdProblem, schedule: Schedule): number =>
  sum(
    problem.boilers.flatMap((boiler) => {
      const { waterKw, zones } = withId(schedule.boilers, boiler.id);
      return problem.slots.map(({ hours }, k) => {
        const heatKw = valueAt(waterKw, k) + sum(zones.map((zone) => valueAt(zone.heatKw, k)));
        return (hours * heatKw * valueAt(boiler.fuelPricePerKwh, k)) / boiler.efficiency;
      });
    }),
  );

export const startCost = (problem: HouseholdProblem, schedule: Schedule): number =>
  sum(
    problem.heatPumps.map((pump) => {
      if (pump.startPrice === 0) return 0;
      return pump.startPrice * startsOf(pump, pumpPowerKw(withId(schedule.heatPumps, pump.id)));
    }),
  );

export const changeCost = (problem: HouseholdProblem, schedule: Schedule): number =>
  sum(
    problem.heatPumps.map((pump) => {
      const powerKw = [pump.previousKw, ...pumpPowerKw(withId(schedule.heatPumps, pump.id))];
      const changes = powerKw.slice(1).map((power, k) => Math.abs(power - valueAt(powerKw, k)));
      return pump.changePricePerKw * sum(changes);
    }),
  );
