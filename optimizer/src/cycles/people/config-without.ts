import type { HomeConfig } from "@ohmstead/contract";

/**
 * The home without some of its devices, for a plan that must do without them. Heaters lose what they heated, immersion heaters go with their
 * tank, inverters keep their limits. An array's sun shines all the same: it only cannot be limited.
 */
export function configWithout(config: HomeConfig, deviceIds: ReadonlySet<string>): HomeConfig {
  if (deviceIds.size === 0) return config;
  const stays = ({ id }: { readonly id: string }): boolean => !deviceIds.has(id);
  const left = (ids: readonly string[]): readonly string[] => ids.filter((id) => !deviceIds.has(id));
  const tankOf = ({ tankId }: { readonly tankId?: string | undefined }) =>
    tankId !== undefined && deviceIds.has(tankId) ? { tankId: undefined } : {};
  return {
    ...config,
    batteries: config.batteries.filter(stays),
    evs: config.evs.filter(stays),
    pvArrays: config.pvArrays.map((array) => (stays(array) ? array : { ...array, control: undefined })),
    inverters: config.inverters.map((inverter) => ({ ...inverter, batteryIds: left(inverter.batteryIds) })),
    zones: config.zones.filter(stays),
    tanks: config.tanks.filter(stays),
    heatPumps: config.heatPumps
      .filter(stays)
      .map((pump) => ({ ...pump, zoneIds: left(pump.zoneIds), ...tankOf(pump) }))
      .filter(heatsSomething),
    boilers: config.boilers
      .filter(stays)
      .map((boiler) => ({ ...boiler, zoneIds: left(boiler.zoneIds), ...tankOf(boiler) }))
      .filter(heatsSomething),
    immersionHeaters: config.immersionHeaters.filter((heater) => stays(heater) && !deviceIds.has(heater.tankId)),
    appliances: config.appliances.filter(stays),
  };
}

const heatsSomething = (heater: {
  readonly zoneIds: readonly string[];
  readonly tankId?: string | undefined;
}): boolean => heater.zoneIds.length > 0 || heater.tankId !== undefined;
