import type { PvArrayProblem } from "@ohmstead/contract";
import { TIE_BREAK, at } from "./horizon.ts";
import type { HouseProgram, SlotColumns } from "./house-program.ts";

/**
 * Sun that is used, kW: all of the forecast, or any part of it where the array can be told to give less.
 * A hair's reward keeps a plan from curtailing for nothing.
 */
export function addPvArray(house: HouseProgram, array: PvArrayProblem): SlotColumns {
  return house.problem.slots.map((slot, k) => {
    const forecastKw = at(array.forecastKw, k);
    const used = house.builder.column({
      lower: array.curtailable ? 0 : forecastKw,
      upper: forecastKw,
      tieBreak: -TIE_BREAK * slot.hours,
    });
    house.balance[k]?.push([used, 1]);
    return used;
  });
}
