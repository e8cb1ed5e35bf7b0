import type { HouseholdProblem, Schedule } from "@ohmstead/contract";
import { addAppliance } from "./appliance.ts";
import { addBoiler } from "./boiler.ts";
import { type PowerColumns, powerColumnsOf, powersIn } from "./device-columns.ts";
import { directionsToFix } from "./directions.ts";
import { addExactDirections } from "./exact.ts";
import { followPowers } from "./follow-powers.ts";
import { addGrid } from "./grid.ts";
import { addHeatPump } from "./heat-pump.ts";
import { HUNDREDTHS, at } from "./horizon.ts";
import { type FixedDirections, type MeterPrices, openHouseProgram } from "./house-program.ts";
import { addImmersionHeater } from "./immersion.ts";
import { addInverter } from "./inverter.ts";
import type { Definition, LinearProgram } from "./linear-program.ts";
import { patternOf } from "./pattern-of.ts";
import { addPvArray } from "./pv.ts";
import { addRestrictions } from "./restrictions.ts";
import { addStorage } from "./storage.ts";
import { type ColumnBounds, type Pattern, type Switch, boundsFor } from "./switches.ts";
import { addTank } from "./tank.ts";
import { addZone } from "./zone.ts";

export interface ModelOptions {
  /** For the dense engine: one comfort segment, no price on changes, no switches. The cost then is not the plan's. */
  readonly lite?: boolean;
  /** The second of two solves: directions found by the first, export at its full price where the meter's is settled. */
  readonly fixed?: FixedDirections | undefined;
  /** How the meter is kept honest where its direction is open. Neither way is always the better. */
  readonly meter?: MeterPrices | undefined;
  /** With whole numbers: every answer can be carried out as it is, true prices throughout, slower by orders of magnitude. */
  readonly exact?: boolean;
}

/** The house as a linear programme, and how to read its answer. */
export interface HouseholdModel {
  readonly lp: LinearProgram;
  readonly definitions: readonly Definition[];
  /** All that is on or off; open between 0 and 1 unless the programme is exact. */
  readonly switches: readonly Switch[];
  /** Of every storage, heat pump, boiler, immersion heater and appliance, per slot. */
  readonly powerColumns: readonly PowerColumns[];
  /** The bounds that fix the switches of a pattern, and open those that it does not name: always of all switches. */
  boundsFor(pattern: Pattern): readonly ColumnBounds[];
  /** The pattern of a schedule of this house: legal when the schedule is. */
  patternOf(schedule: Schedule): Pattern;
  /** Currency: the plan's total cost at the answer, without what only settles ties. Not meaningful for a lite model. */
  objectiveMoney(x: Float64Array): number;
  /** The schedule of the answer: noise removed, states simulated from its powers. */
  schedule(x: Float64Array): Schedule;
  /** Currency per kWh: what one more kWh at the house would cost in each slot. `rowDuals`: cost per unit of right-hand side. */
  marginalPricePerKwh(rowDuals: Float64Array): number[];
  /**
   * The directions to fix for a second solve, with those of this model; undefined when this answer is final: no slot uses both directions of
   * a storage, none that may not trade with the grid does, and no price was moved to keep the meter honest.
   * With a guide its directions are taken wherever it has one: the guide itself then stays possible.
   */
  directionsToFix(x: Float64Array, guide?: Schedule): FixedDirections | undefined;
}

/**
 * Writes the problem (with end values completed) as a programme that always has a solution: wishes are priced, windows hold the present state.
 * Its cost is PlanCost.total in hundredths of the currency, but for ties.
 */
export function buildModel(
  problem: HouseholdProblem,
  { lite = false, fixed, meter = "capExport", exact = false }: ModelOptions = {},
): HouseholdModel {
  const house = openHouseProgram(problem, { lite, exact, fixed, meter });
  const { builder, switches } = house;
  const pvArrays = problem.pvArrays.map((array) => addPvArray(house, array));
  const batteries = problem.batteries.map((battery) => addStorage(house, battery));
  const evs = problem.evs.map((ev) => addStorage(house, ev));
  const heatPumps = problem.heatPumps.map((pump) => addHeatPump(house, pump));
  const boilers = problem.boilers.map((boiler) => addBoiler(house, boiler));
  const immersionHeaters = problem.immersionHeaters.map((heater) => addImmersionHeater(house, heater));
  const appliances = problem.appliances.map((appliance) => addAppliance(house, appliance));
  for (const zone of problem.zones) addZone(house, zone);
  for (const tank of problem.tanks) addTank(house, tank);
  for (const inverter of problem.inverters) addInverter(house, inverter, { pvArrays, batteries });
  const grid = addGrid(house);
  const storages = [...batteries, ...evs];
  addRestrictions(house, grid, storages);
  if (exact) addExactDirections(house, grid, storages);
  const { lp, money, moneyConstant, definitions } = builder.build({ exact });

  const columns = { pvArrays, batteries, evs, heatPumps, boilers, immersionHeaters, appliances };

  return {
    lp,
    definitions,
    switches,
    powerColumns: powerColumnsOf(problem, columns),
    boundsFor: (pattern) => boundsFor(switches, pattern),
    patternOf: (schedule) => patternOf(problem, switches, schedule),
    objectiveMoney: (x) => (money.reduce((sum, cost, j) => sum + cost * at(x, j), 0) + moneyConstant) / HUNDREDTHS,
    schedule: (x) => followPowers(problem, powersIn(problem, columns, x)),
    marginalPricePerKwh: (rowDuals) =>
      grid.balanceRows.map((row, k) => at(rowDuals, row) / (HUNDREDTHS * (problem.slots[k]?.hours ?? 1))),
    directionsToFix: (x, guide) => directionsToFix(problem, { grid, pvArrays, storages, fixed, exact }, x, guide),
  };
}
