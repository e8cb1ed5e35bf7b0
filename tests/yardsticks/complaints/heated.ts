import type { HeatedInput, RoomInput, TankInput } from "./case-file.ts";
import { type Draft, stated, worthLeft } from "./draft.ts";
import { ourHeatCapacity, usualHours } from "./euler.ts";
import { startTempC } from "./start-states.ts";

/** No wish at all, as a temperature. */
const NO_MINIMUM_C = -60;
const NO_MAXIMUM_C = 120;
/**
 * The format's limits are limits: missed by no more than physics demands. Ours are wishes with a price, so it gets one that no price of energy
 * comes near.
 */
const LIMIT_PRICE_PER_KELVIN_HOUR = 20;
/** What a room with neither wish nor reading is taken to be. */
const ORDINARY_ROOM_C = 20;

const perSlot = ({ slots }: Draft, value: number | readonly number[] | undefined, absent: number): number[] =>
  typeof value === "object" ? [...value] : slots.map(() => value ?? absent);

const firstOf = (value: number | readonly number[] | undefined): number | undefined =>
  typeof value === "object" ? value[0] : value;

function heatedOf(draft: Draft, device: HeatedInput) {
  const { id, heatCapacityKwhPerK, heatLossKwPerK, minTempC } = device;
  return {
    id: draft.names.ours(id),
    tempC: stated(draft, "tempC", id, startTempC(draft.input, device), firstOf(minTempC) ?? ORDINARY_ROOM_C),
    heatCapacityKwhPerK: ourHeatCapacity(heatCapacityKwhPerK, heatLossKwPerK, usualHours(draft.slots)),
    heatLossKwPerK,
    discomfortPricePerKelvinHour: LIMIT_PRICE_PER_KELVIN_HOUR,
    ...worthLeft(draft),
  };
}

export const zoneConfig = (draft: Draft, room: RoomInput) => ({
  ...heatedOf(draft, room),
  gainsKw: draft.slots.map(() => 0),
  comfortMinTempC: perSlot(draft, room.minTempC, NO_MINIMUM_C),
  comfortMaxTempC: perSlot(draft, room.maxTempC, NO_MAXIMUM_C),
});

export function tankConfig(draft: Draft, tank: TankInput) {
  if (typeof tank.maxTempC === "object") throw new Error(`${tank.id}.maxTempC varies: a tank of ours has one maximum`);
  if ((tank.heater?.lagHours ?? 0) > 0) throw new Error(`${tank.id}.heater.lagHours: heat reaches our tanks at once`);
  return {
    ...heatedOf(draft, tank),
    ambientTempC: tank.ambientTempC,
    drawKw: draft.slots.map(() => 0),
    minTempC: perSlot(draft, tank.minTempC, NO_MINIMUM_C),
    ...(tank.maxTempC === undefined ? {} : { maxTempC: tank.maxTempC }),
    hardMaxTempC: NO_MAXIMUM_C,
  };
}

/** Every heater of the case, electric power in and heat out, is a heat pump of ours; one that is only on or off has no power between. */
export function heaterConfig(draft: Draft, device: HeatedInput, kind: "room" | "tank") {
  const { heater } = device;
  if (!heater) return [];
  const cop = draft.slots.map(() => heater.cop ?? 1);
  const target = draft.names.ours(device.id);
  return [
    {
      id: draft.names.ours(heater.id),
      ...(kind === "room" ? { zoneIds: [target] } : { zoneIds: [], tankId: target }),
      maxPowerKw: draft.slots.map(() => heater.maxKw),
      copSpace: cop,
      copWater: cop,
      ...(heater.onOff === true ? { minPowerKw: heater.maxKw } : {}),
      ...(heater.lagHours === undefined ? {} : { lagHours: heater.lagHours }),
      ...draft.carried?.heaters[heater.id],
    },
  ];
}
