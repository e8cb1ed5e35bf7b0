import type { ImmersionHeaterProblem } from "@ohmstead/contract";
import { HEATING_TIE_BREAK, at } from "./horizon.ts";
import type { HouseProgram, SlotColumns } from "./house-program.ts";

/**
 * Mean electric power of the slot, kW, all of which becomes heat. A switch delivers it as a share of the time; one that must be on or off
 * for the whole slot is one of the house's switches: power = powerKw·element.
 */
export function addImmersionHeater(house: HouseProgram, heater: ImmersionHeaterProblem): SlotColumns {
  const { builder, problem, switches, lite } = house;
  const hasSwitch = heater.onOff && heater.powerKw > 0 && !lite;
  const element: number[] = [];
  const powers = problem.slots.map(({ hours }, k) => {
    const power = builder.column({ upper: heater.powerKw, tieBreak: HEATING_TIE_BREAK * hours });
    house.heat.get(heater.tankId)?.[k]?.push([power, 1]);
    house.balance[k]?.push([power, -1]);
    if (hasSwitch) {
      const column = builder.column({ upper: 1, integer: true });
      builder.define(power, 0, [
        [power, 1],
        [column, -heater.powerKw],
      ]);
      element.push(column);
    }
    return power;
  });
  if (hasSwitch)
    switches.push({
      kind: "series",
      id: `${heater.id}.element`,
      columns: element,
      minOnHours: 0,
      minOffHours: 0,
      before: { isOn: false, hours: 0 },
      use: (x, k) => at(x, at(powers, k)) / heater.powerKw,
    });
  return powers;
}
