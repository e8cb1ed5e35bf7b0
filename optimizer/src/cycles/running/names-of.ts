import type { HomeConfig } from "@ohmstead/contract";

/** What each device is called, by its id. */
export const namesOf = (config: HomeConfig): ReadonlyMap<string, string> => {
  const { batteries, evs, pvArrays, inverters, zones, tanks, heatPumps, boilers, immersionHeaters, appliances } =
    config;
  const heating = [...zones, ...tanks, ...heatPumps, ...boilers, ...immersionHeaters];
  const all = [...batteries, ...evs, ...pvArrays, ...inverters, ...heating, ...appliances];
  return new Map(all.map(({ id, name }) => [id, name ?? id]));
};
