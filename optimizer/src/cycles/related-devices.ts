import type { HomeConfig } from "@ohmstead/contract";

/** By device: others whose wishes it may be told to fulfil. An immersion heater and a boiler work for their tank, a boiler for its rooms too. */
export function relatedDevices({ immersionHeaters, boilers }: HomeConfig): ReadonlyMap<string, readonly string[]> {
  return new Map([
    ...immersionHeaters.map(({ id, tankId }) => [id, [tankId]] as const),
    ...boilers.map(({ id, tankId, zoneIds }) => [id, [...zoneIds, ...(tankId === undefined ? [] : [tankId])]] as const),
  ]);
}
