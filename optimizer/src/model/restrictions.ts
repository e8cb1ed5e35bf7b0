import type { GridColumns } from "./grid.ts";
import { at, sum } from "./horizon.ts";
import type { HouseProgram } from "./house-program.ts";
import type { Term } from "./linear-program.ts";
import { mostDrawnKw, mostFedKw } from "./reach.ts";
import type { StorageColumns } from "./storage.ts";
import type { Flow } from "./storage-flow.ts";

/** The most that can come from the grid in a slot, and go into it, kW. */
export const mostImportedKw = (house: HouseProgram, k: number): number =>
  Math.max(
    0,
    mostDrawnKw(house, k) -
      sum(house.problem.pvArrays.filter((array) => !array.curtailable).map((array) => at(array.forecastKw, k))),
  );
export const mostExportedKw = (house: HouseProgram, k: number): number =>
  Math.max(0, mostFedKw(house, k) - at(house.problem.baseLoadKw, k));

/**
 * A restricted storage goes only while the meter does not go against it: meter + meterMax·flow/flowMax ≤ meterMax holds for whatever keeps to that,
 * and is all that can be said without whole numbers. What it lets through is settled by fixing the meter's direction.
 */
export function addRestrictions(house: HouseProgram, grid: GridColumns, storages: readonly StorageColumns[]): void {
  const { builder, problem } = house;
  const exclude = ({ columns, topKw }: Flow, k: number, meter: readonly number[], mostKw: number): void => {
    if (at(topKw, k) === 0 || mostKw === 0) return;
    const share: Term = [at(columns, k), mostKw / at(topKw, k)];
    builder.row(-Infinity, mostKw, [share, ...meter.map((column): Term => [column, 1])]);
  };
  for (const { storage, flows } of storages)
    problem.slots.forEach((_, k) => {
      if (!storage.mayChargeFromGrid) exclude(flows.charge, k, grid.import[k] ?? [], mostImportedKw(house, k));
      if (!storage.mayExport) exclude(flows.discharge, k, grid.export[k] ?? [], mostExportedKw(house, k));
    });
}
