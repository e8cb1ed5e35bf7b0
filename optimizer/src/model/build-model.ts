import type { HouseholdProblem, Schedule } from "@ohmstead/contract";
import { type BatteryColumns, addBattery } from "./battery.ts";
import { type Powers, followPowers } from "./follow-powers.ts";
import { type GridColumns, addGrid, isTempting } from "./grid.ts";
import { addHeatPump } from "./heat-pump.ts";
import { HUNDREDTHS, at } from "./horizon.ts";
import { type FixedDirections, type MeterPrices, type SlotColumns, openHouseProgram } from "./house-program.ts";
import { addImmersionHeater } from "./immersion.ts";
import type { Definition, LinearProgram } from "./linear-program.ts";
import { addPvArray } from "./pv.ts";
import { addTank } from "./tank.ts";
import { addZone } from "./zone.ts";

export interface ModelOptions {
  /** For the dense engine: one comfort segment, no price on the heat pump's changes. The cost then is not the plan's. */
  readonly lite?: boolean;
  /** The second of two solves: directions found by the first, export at its full price where the meter's is settled. */
  readonly fixed?: FixedDirections | undefined;
  /** How the meter is kept honest where its direction is open. Neither way is always the better. */
  readonly meter?: MeterPrices | undefined;
}

/** The house as a linear programme, and how to read its answer. */
export interface HouseholdModel {
  readonly lp: LinearProgram;
  readonly definitions: readonly Definition[];
  /** Currency: the plan's total cost at the answer, without what only settles ties. Not meaningful for a lite model. */
  objectiveMoney(x: Float64Array): number;
  /** The schedule of the answer: noise removed, states simulated from its powers. */
  schedule(x: Float64Array): Schedule;
  /** Currency per kWh: what one more kWh at the house would cost in each slot. `rowDuals`: cost per unit of right-hand side. */
  marginalPricePerKwh(rowDuals: Float64Array): number[];
  /**
   * The directions to fix for a second solve, with those of this model; undefined when this answer is final:
   * no slot uses both directions of a battery, and no price was moved to keep the meter honest.
   * With a guide its directions are taken wherever it has one: the guide itself then stays possible.
   */
  directionsToFix(x: Float64Array, guide?: Schedule): FixedDirections | undefined;
}

/** Charge and discharge above this at once are a plan to burn energy, not noise. kW. */
const BOTH_KW = 1e-5;

const valuesAt = (columns: SlotColumns, x: Float64Array): number[] => columns.map((column) => at(x, column));

/**
 * Writes the problem (with end values completed) as a programme that always has a solution: wishes are priced, windows hold the present state.
 * Its cost is PlanCost.total in hundredths of the currency, but for ties.
 */
export function buildModel(
  problem: HouseholdProblem,
  { lite = false, fixed, meter = "capExport" }: ModelOptions = {},
): HouseholdModel {
  const house = openHouseProgram(problem, { lite, fixed, meter });
  const pvArrays = problem.pvArrays.map((array) => addPvArray(house, array));
  const batteries = problem.batteries.map((battery) => addBattery(house, battery));
  const heatPumps = problem.heatPumps.map((pump) => addHeatPump(house, pump));
  const immersionHeaters = problem.immersionHeaters.map((heater) => addImmersionHeater(house, heater));
  for (const zone of problem.zones) addZone(house, zone);
  for (const tank of problem.tanks) addTank(house, tank);
  const grid = addGrid(house);
  const { lp, money, moneyConstant, definitions } = house.builder.build();

  const powers = (x: Float64Array): Powers => ({
    pvArrays: pvArrays.map((used) => ({ usedKw: valuesAt(used, x) })),
    batteries: batteries.map(({ charge, discharge }) => ({
      chargeKw: valuesAt(charge, x),
      dischargeKw: valuesAt(discharge, x),
    })),
    heatPumps: heatPumps.map(({ space, water }) => ({
      spaceKw: valuesAt(space, x),
      waterKw: water ? valuesAt(water, x) : problem.slots.map(() => 0),
    })),
    immersionHeaters: immersionHeaters.map((power) => ({ powerKw: valuesAt(power, x) })),
  });

  return {
    lp,
    definitions,
    objectiveMoney: (x) => (money.reduce((sum, cost, j) => sum + cost * at(x, j), 0) + moneyConstant) / HUNDREDTHS,
    schedule: (x) => followPowers(problem, powers(x)),
    marginalPricePerKwh: (rowDuals) =>
      grid.balanceRows.map((row, k) => at(rowDuals, row) / (HUNDREDTHS * (problem.slots[k]?.hours ?? 1))),
    directionsToFix: (x, guide) => directionsToFix(problem, { grid, batteries, fixed }, x, guide),
  };
}

function directionsToFix(
  problem: HouseholdProblem,
  columns: {
    readonly grid: GridColumns;
    readonly batteries: readonly BatteryColumns[];
    readonly fixed: FixedDirections | undefined;
  },
  x: Float64Array,
  guide?: Schedule,
): FixedDirections | undefined {
  const { fixed } = columns;
  const total = (flows: readonly number[]): number => flows.reduce((sum, column) => sum + at(x, column), 0);
  let isNew = false;
  const grid = problem.slots.map((_, k) => {
    const known = fixed?.grid[k];
    if (known || !isTempting(at(problem.importPricePerKwh, k), at(problem.exportPricePerKwh, k))) return known;
    isNew = true;
    const guided = larger(guide?.importKw[k], guide?.exportKw[k]);
    if (guided) return guided > 0 ? "import" : "export";
    // Where neither flows the better price decides: export pays more here than import costs.
    return total(columns.grid.import[k] ?? []) > total(columns.grid.export[k] ?? []) ? "import" : "export";
  });
  const batteries = new Map(
    problem.batteries.map((battery, i) => {
      const known = fixed?.batteries.get(battery.id);
      const mine = columns.batteries[i];
      const directions = problem.slots.map((_, k) => {
        if (known?.[k] || !mine) return known?.[k];
        const chargeKw = at(x, at(mine.charge, k));
        const dischargeKw = at(x, at(mine.discharge, k));
        if (Math.min(chargeKw, dischargeKw) <= BOTH_KW) return undefined;
        isNew = true;
        const followed = guide?.batteries.find((each) => each.id === battery.id);
        const direction = larger(followed?.chargeKw[k], followed?.dischargeKw[k]) || chargeKw - dischargeKw;
        return direction > 0 ? "charge" : "discharge";
      });
      return [battery.id, directions] as const;
    }),
  );
  return isNew ? { grid, batteries } : undefined;
}

/** Which of two flows there is: positive for the first, negative for the second, 0 for neither. */
const larger = (first = 0, second = 0): number => first - second;
