import type { DeviceIntents } from "@ohmstead/contract";

/** What people and circumstances make of a solved plan's orders. */
export interface Told {
  /** Devices that nobody is to command. */
  readonly leftAlone: readonly string[];
  /** What people have devices told themselves. */
  readonly driven: readonly DeviceIntents[];
}

/** The orders of a plan as they are given: none to devices that are left alone, and what people say of those they drive. */
export const toldDevices = (
  solved: readonly DeviceIntents[],
  { leftAlone, driven }: Told,
): readonly DeviceIntents[] => [...solved.filter(({ deviceId }) => !leftAlone.includes(deviceId)), ...driven];
