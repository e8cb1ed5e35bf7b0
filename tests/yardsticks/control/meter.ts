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

const RATED = ["on", "limit"];

/** The one mode of a rated device that has a power and no name of ours, as "heat" of a boiler. */
export const poweredMode = ({ modes, maxKw }: DeviceInput): string | undefined => {
  const others = modes.filter((mode) => !(mode in METERED) && !RATED.includes(mode));
  return maxKw !== undefined && others.length === 1 && !modes.includes("limit") ? others[0] : undefined;
};

/** A device has a power meter that tells its modes apart when it is rated in kW; others show only which mode they do. */
export const hasMeter = (device: DeviceInput): boolean =>
  device.maxKw !== undefined &&
  device.modes.every((mode) => mode in METERED || RATED.includes(mode) || mode === poweredMode(device));

/** What the meter shows while the device does this. */
export function meterKw(device: DeviceInput, { mode, powerKw }: Want): number {
  const maxKw = device.maxKw ?? 0;
  const kw = Math.min(powerKw ?? maxKw, maxKw);
  return METERED[mode]?.(kw, device) ?? kw;
}
