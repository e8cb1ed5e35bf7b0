import type { DeviceInput, Want } from "./case-file.ts";

/** Modes that a power meter can tell, by name. Charging counts positive. */
const METERED: Readonly<Record<string, (kw: number, device: DeviceInput) => number>> = {
  charge: (kw) => kw,
  discharge: (kw) => -kw,
  hold: () => 0,
  off: () => 0,
  stop: () => 0,
  idle: () => 0,
  selfUse: (_, { house }) => (house ? house.pvKw - house.loadKw : 0),
};

/** A device has a power meter when it is rated in kW; one that is not shows only which mode it does. */
export const hasMeter = ({ maxKw }: DeviceInput): boolean => maxKw !== undefined;

/** What the meter shows while the device does this. */
export function meterKw(device: DeviceInput, { mode, powerKw }: Want): number {
  const maxKw = device.maxKw ?? 0;
  const kw = Math.min(powerKw ?? maxKw, maxKw);
  return METERED[mode]?.(kw, device) ?? kw;
}
