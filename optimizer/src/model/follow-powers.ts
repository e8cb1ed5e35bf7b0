import type { HouseholdProblem, Schedule } from "@ohmstead/contract";
import { followAppliance } from "./follow-appliance.ts";
import { followHeat } from "./follow-heat.ts";
import { followStorages } from "./follow-storages.ts";
import { at } from "./horizon.ts";
import type { Powers } from "./powers.ts";

/**
 * The schedule of a house that follows the wanted powers as far as its limits let it: never outside a hard bound, never two directions
 * at once, states exactly those of the dynamics, grid flows exactly those of the balance. Where nothing stands in the way it does what is asked.
 */
export function followPowers(problem: HouseholdProblem, powers: Powers): Schedule {
  const heat = followHeat(problem, powers);
  const appliances = problem.appliances.map((appliance, i) => ({
    id: appliance.id,
    powerKw: followAppliance(problem, appliance, powers.appliances[i]),
  }));
  const drawing = [
    problem.baseLoadKw,
    ...heat.heatPumps.flatMap((pump) => [pump.spaceKw, pump.waterKw]),
    ...heat.immersionHeaters.map((heater) => heater.powerKw),
    ...appliances.map((appliance) => appliance.powerKw),
  ];
  const drawnKw = problem.slots.map((_, k) => sumAt(drawing, k));
  // Last: what storages may do hangs on what the house needs and the sun gives in the same slot.
  const flows = followStorages(problem, powers, drawnKw);
  const storages = [...flows.batteries, ...flows.evs];
  const net = drawnKw.map(
    (kw, k) =>
      kw +
      sumAt(
        storages.map((each) => each.chargeKw),
        k,
      ) -
      sumAt(
        storages.map((each) => each.dischargeKw),
        k,
      ) -
      sumAt(
        flows.pvArrays.map((array) => array.usedKw),
        k,
      ),
  );
  return {
    importKw: net.map((kw) => Math.max(kw, 0)),
    exportKw: net.map((kw) => Math.max(-kw, 0)),
    ...flows,
    ...heat,
    appliances,
  };
}

const sumAt = (series: readonly (readonly number[])[], k: number): number =>
  series.reduce((sum, each) => sum + at(each, k), 0);
