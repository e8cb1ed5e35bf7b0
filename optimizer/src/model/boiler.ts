import type { BoilerProblem } from "@ohmstead/contract";
import { HEATING_TIE_BREAK, HUNDREDTHS, at } from "./horizon.ts";
import type { HouseProgram, SlotColumns } from "./house-program.ts";
import type { Term } from "./linear-program.ts";

export interface BoilerColumns {
  /** Heat, kW, by zone. */
  readonly zones: ReadonlyMap<string, SlotColumns>;
  /** Heat, kW; absent without a tank. */
  readonly water?: SlotColumns;
}

/** Heat for rooms and water, kW, that together stays below the maximum, at the price of its fuel. */
export function addBoiler(house: HouseProgram, boiler: BoilerProblem): BoilerColumns {
  const { builder, problem } = house;
  const zones = new Map<string, number[]>(boiler.zoneIds.map((id) => [id, []]));
  const water: number[] = [];
  problem.slots.forEach(({ hours }, k) => {
    const maxKw = at(boiler.maxHeatKw, k);
    const cost = (HUNDREDTHS * hours * at(boiler.fuelPricePerKwh, k)) / boiler.efficiency;
    const heat: Term[] = [];
    const giveTo = (id: string): number => {
      const column = builder.column({ upper: maxKw, cost, tieBreak: HEATING_TIE_BREAK * hours });
      heat.push([column, 1]);
      house.heat.get(id)?.[k]?.push([column, 1]);
      return column;
    };
    for (const [id, columns] of zones) columns.push(giveTo(id));
    if (boiler.tankId !== undefined) water.push(giveTo(boiler.tankId));
    if (heat.length > 1) builder.row(-Infinity, maxKw, heat);
  });
  return { zones, ...(boiler.tankId === undefined ? {} : { water }) };
}
