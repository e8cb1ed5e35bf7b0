import type { BatteryProblem } from "@ohmstead/contract";
import { HUNDREDTHS, SOC_PRICE_PER_KWH_HOUR, TIE_BREAK, endValueOf } from "./horizon.ts";
import type { HouseProgram, SlotColumns } from "./house-program.ts";
import { isHeld } from "./wishes.ts";

export interface BatteryColumns {
  readonly charge: SlotColumns;
  readonly discharge: SlotColumns;
}

/** Hard bounds of the stored share: the wished window, widened to hold the present state. */
export const socWindow = (battery: BatteryProblem): { readonly min: number; readonly max: number } => ({
  min: Math.min(battery.minSoc, battery.soc),
  max: Math.max(battery.maxSoc, battery.soc),
});

/** The share stored after a slot: powers at the house side, losses on the way in and out. */
export const nextSoc = (battery: BatteryProblem, soc: number, hours: number, chargeKw: number, dischargeKw: number) =>
  soc +
  (hours * (battery.chargeEfficiency * chargeKw - dischargeKw / battery.dischargeEfficiency)) / battery.capacityKwh;

/**
 * E' = E + h·(ηc·charge − discharge/ηd) within the window; wear per kWh given out; energy outside the wished window at its price
 * (only where the battery starts outside); what is left at the end is worth its value.
 */
export function addBattery(house: HouseProgram, battery: BatteryProblem): BatteryColumns {
  const { builder, problem } = house;
  const { slots } = problem;
  const { min, max } = socWindow(battery);
  const directions = house.fixed?.batteries.get(battery.id);
  const charge: number[] = [];
  const discharge: number[] = [];
  let before: number | undefined;
  slots.forEach(({ hours }, k) => {
    const held = isHeld(problem, battery.id, k);
    const only = directions?.[k];
    const chargeColumn = builder.column({
      upper: held || only === "discharge" ? 0 : battery.maxChargeKw,
      // Of equal slots the earlier: what is stored cannot be lost to a wrong forecast.
      tieBreak: TIE_BREAK * hours * (1 + k / slots.length),
    });
    const dischargeColumn = builder.column({
      upper: held || only === "charge" ? 0 : battery.maxDischargeKw,
      cost: HUNDREDTHS * hours * battery.wearPricePerKwh,
    });
    const energy = builder.column({ lower: min * battery.capacityKwh, upper: max * battery.capacityKwh });
    builder.define(energy, before === undefined ? battery.soc * battery.capacityKwh : 0, [
      [energy, 1],
      ...(before === undefined ? [] : [[before, -1] as const]),
      [chargeColumn, -hours * battery.chargeEfficiency],
      [dischargeColumn, hours / battery.dischargeEfficiency],
    ]);
    addSoftWindow(house, battery, energy, hours);
    house.balance[k]?.push([chargeColumn, -1], [dischargeColumn, 1]);
    charge.push(chargeColumn);
    discharge.push(dischargeColumn);
    before = energy;
  });
  if (before !== undefined) builder.addCost(before, -HUNDREDTHS * endValueOf(battery));
  return { charge, discharge };
}

function addSoftWindow({ builder }: HouseProgram, battery: BatteryProblem, energy: number, hours: number): void {
  const cost = HUNDREDTHS * hours * SOC_PRICE_PER_KWH_HOUR;
  if (battery.soc < battery.minSoc) {
    const below = builder.column({ cost });
    builder.row(battery.minSoc * battery.capacityKwh, Infinity, [
      [energy, 1],
      [below, 1],
    ]);
  }
  if (battery.soc > battery.maxSoc) {
    const above = builder.column({ cost });
    builder.row(-Infinity, battery.maxSoc * battery.capacityKwh, [
      [energy, 1],
      [above, -1],
    ]);
  }
}
