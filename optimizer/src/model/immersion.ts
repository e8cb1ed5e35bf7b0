import type { ImmersionHeaterProblem } from "@ohmstead/contract";
import { HEATING_TIE_BREAK } from "./horizon.ts";
import type { HouseProgram, SlotColumns } from "./house-program.ts";

/** Mean electric power of the slot, all of which becomes heat: a switch delivers it as a share of the time. */
export function addImmersionHeater(house: HouseProgram, heater: ImmersionHeaterProblem): SlotColumns {
  return house.problem.slots.map(({ hours }, k) => {
    const power = house.builder.column({ upper: heater.powerKw, tieBreak: HEATING_TIE_BREAK * hours });
    house.heat.get(heater.tankId)?.[k]?.push([power, 1]);
    house.balance[k]?.push([power, -1]);
    return power;
  });
}
