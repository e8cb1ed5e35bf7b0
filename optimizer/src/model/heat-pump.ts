import type { HeatPumpProblem } from "@ohmstead/contract";
import { HEATING_TIE_BREAK, HUNDREDTHS, at } from "./horizon.ts";
import type { HouseProgram, SlotColumns } from "./house-program.ts";
import type { Term } from "./linear-program.ts";

export interface HeatPumpColumns {
  readonly space: SlotColumns;
  /** Absent without a tank. */
  readonly water: SlotColumns | undefined;
}

/**
 * Electric power for rooms and water, kW, that together stay below the maximum; heat is power × COP of the slot.
 * Every change of the sum costs: P_k − P_{k−1} = up − down.
 */
export function addHeatPump(house: HouseProgram, pump: HeatPumpProblem): HeatPumpColumns {
  const { builder, problem } = house;
  const space: number[] = [];
  const water: number[] = [];
  let before: readonly Term[] | undefined;
  problem.slots.forEach(({ hours }, k) => {
    const tieBreak = HEATING_TIE_BREAK * hours;
    const maxKw = at(pump.maxPowerKw, k);
    const spaceColumn = builder.column({ upper: pump.tankId === undefined ? maxKw : Infinity, tieBreak });
    space.push(spaceColumn);
    house.heat.get(pump.zoneId)?.[k]?.push([spaceColumn, at(pump.copSpace, k)]);
    const power: Term[] = [[spaceColumn, 1]];
    if (pump.tankId !== undefined) {
      const waterColumn = builder.column({ tieBreak });
      water.push(waterColumn);
      power.push([waterColumn, 1]);
      house.heat.get(pump.tankId)?.[k]?.push([waterColumn, at(pump.copWater, k)]);
      builder.row(-Infinity, maxKw, power);
    }
    house.balance[k]?.push(...power.map(([column]) => [column, -1] as const));
    if (!house.lite && pump.changePricePerKw > 0) {
      const cost = HUNDREDTHS * pump.changePricePerKw;
      const up = builder.column({ cost });
      const down = builder.column({ cost });
      builder.row(before === undefined ? pump.previousKw : 0, before === undefined ? pump.previousKw : 0, [
        ...power,
        ...(before ?? []).map(([column]) => [column, -1] as const),
        [up, -1],
        [down, 1],
      ]);
      before = power;
    }
  });
  return { space, water: pump.tankId === undefined ? undefined : water };
}
