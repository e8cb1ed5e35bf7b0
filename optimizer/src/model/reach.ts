import { at, sum } from "./horizon.ts";
import type { HouseProgram } from "./house-program.ts";
import { topOf } from "./storage-limits.ts";

const flowing = ({ storageLimits }: HouseProgram, direction: "charge" | "discharge", k: number): number =>
  sum([...storageLimits.values()].map((limits) => topOf(limits[direction].bands[k] ?? [])));

/** The most that sun and storages can feed the house with in a slot, kW. */
export const mostFedKw = (house: HouseProgram, k: number): number =>
  sum(house.problem.pvArrays.map((array) => at(array.forecastKw, k))) + flowing(house, "discharge", k);

/** The most that the house can draw in a slot, base load and all, kW. */
export const mostDrawnKw = (house: HouseProgram, k: number): number => {
  const { problem } = house;
  return (
    at(problem.baseLoadKw, k) +
    flowing(house, "charge", k) +
    sum(problem.heatPumps.map((pump) => at(pump.maxPowerKw, k))) +
    sum(problem.immersionHeaters.map((heater) => heater.powerKw)) +
    sum(problem.appliances.map((appliance) => appliance.powerKw))
  );
};
