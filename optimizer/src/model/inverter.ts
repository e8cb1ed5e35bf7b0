import type { InverterProblem } from "@ohmstead/contract";
import { at, sum } from "./horizon.ts";
import type { HouseProgram, SlotColumns } from "./house-program.ts";
import type { Term } from "./linear-program.ts";
import type { StorageColumns } from "./storage.ts";

/**
 * What its arrays and batteries give and take together passes through it: −maxFromHouse ≤ Σ used + Σ (discharge − charge) ≤ maxToHouse.
 * No row where they cannot reach either limit.
 */
export function addInverter(
  house: HouseProgram,
  inverter: InverterProblem,
  columns: { readonly pvArrays: readonly SlotColumns[]; readonly batteries: readonly StorageColumns[] },
): void {
  const { builder, problem } = house;
  const used = columns.pvArrays.filter((_, i) => inverter.pvArrayIds.includes(problem.pvArrays[i]?.id ?? ""));
  const batteries = columns.batteries.filter((_, i) => inverter.batteryIds.includes(problem.batteries[i]?.id ?? ""));
  const arrays = problem.pvArrays.filter(({ id }) => inverter.pvArrayIds.includes(id));
  problem.slots.forEach((_, k) => {
    const given: Term[] = [...used, ...batteries.map((each) => each.discharge)].map((series) => [at(series, k), 1]);
    const taken: Term[] = batteries.map((each) => [at(each.charge, k), -1]);
    const mostGiven = sum([
      ...arrays.map((array) => at(array.forecastKw, k)),
      ...batteries.map(({ flows }) => at(flows.discharge.topKw, k)),
    ]);
    const mostTaken = sum(batteries.map(({ flows }) => at(flows.charge.topKw, k)));
    if (mostGiven > inverter.maxToHouseKw || mostTaken > inverter.maxFromHouseKw)
      builder.row(-inverter.maxFromHouseKw, inverter.maxToHouseKw, [...given, ...taken]);
  });
}
