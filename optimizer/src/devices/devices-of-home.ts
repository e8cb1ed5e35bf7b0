import type { AdapterConfig, BatteryConfig, DeviceType, EvConfig, HomeConfig } from "@ohmstead/contract";
import type { Device, DeviceDeps, DeviceSignals } from "./device.ts";
import { createDevice } from "./registry.ts";

interface Controlled {
  readonly id: string;
  readonly name?: string | undefined;
  readonly control?: AdapterConfig | undefined;
}

const powerOf = ({ id }: { readonly id: string }): string => `${id}.powerKw`;

/** Every device of the home that has a `control`, by id. Throws ConfigError. */
export function devicesOfHome(config: HomeConfig): ReadonlyMap<string, Device> {
  const devices = new Map<string, Device>();
  const add = (
    deviceType: DeviceType,
    each: Controlled,
    limits: DeviceDeps["limits"],
    signals: DeviceDeps["signals"],
  ) => {
    if (!each.control) return;
    const deps = { deviceId: each.id, name: each.name ?? each.id, deviceType, limits, signals };
    devices.set(each.id, createDevice(each.control.kind, each.control, deps));
  };
  const limitsOf = ({ maxChargeKw, maxDischargeKw, minSoc, maxSoc }: BatteryConfig | EvConfig) => ({
    maxChargeKw,
    maxDischargeKw,
    minSoc,
    maxSoc,
    exportLimitKw: config.site.exportLimitKw,
  });
  for (const each of config.batteries) {
    const sunPowers = config.inverters
      .filter(({ batteryIds }) => batteryIds.includes(each.id))
      .flatMap(({ pvArrayIds }) => pvArrayIds.map((id) => powerOf({ id })));
    add("battery", each, limitsOf(each), { power: powerOf(each), soc: `${each.id}.soc`, sunPowers });
  }
  for (const each of config.evs) {
    const connected = each.sensors.connected ? `${each.id}.connected` : undefined;
    add("ev", each, limitsOf(each), { power: powerOf(each), soc: `${each.id}.soc`, connected });
  }
  for (const each of config.pvArrays) add("pvArray", each, { peakKw: each.peakKw }, { power: powerOf(each) });
  for (const each of config.zones)
    add(
      "zone",
      each,
      { comfortMaxTempC: each.comfort.maxTempC, heatingLimitTempC: heatingLimitTempC(config, each.id) },
      heatSignals(config, each.id),
    );
  for (const each of config.tanks)
    add("tank", each, { maxTempC: each.hardMaxTempC }, { ...heatSignals(config, each.id), outdoorTemp: undefined });
  for (const each of config.boilers) add("boiler", each, {}, {});
  for (const each of config.appliances) add("appliance", each, {}, { power: powerOf(each) });
  for (const each of config.immersionHeaters)
    add("immersionHeater", each, {}, { power: each.sensors && powerOf(each), temp: `${each.tankId}.tempC` });
  return devices;
}

const heatersOf = ({ heatPumps, boilers }: HomeConfig, roomOrTankId: string) => {
  const heats = (each: { readonly zoneIds: readonly string[]; readonly tankId?: string | undefined }): boolean =>
    each.tankId === roomOrTankId || each.zoneIds.includes(roomOrTankId);
  return { pumps: heatPumps.filter(heats), boilers: boilers.filter(heats) };
};

/** The lowest of those that heat a room: above it nobody can say whether it should be heated. */
function heatingLimitTempC(config: HomeConfig, zoneId: string): number | undefined {
  const limits = heatersOf(config, zoneId).pumps.flatMap((pump) => pump.heatingLimitTempC ?? []);
  return limits.length > 0 ? Math.min(...limits) : undefined;
}

/**
 * What shows that a room or tank is heated. Nothing does for sure where a boiler may do it unmeasured, or where a heat pump may
 * have to rest for longer than a command waits for its proof.
 */
function heatSignals(config: HomeConfig, roomOrTankId: string): DeviceSignals {
  const { pumps, boilers } = heatersOf(config, roomOrTankId);
  const isMeasured = boilers.length === 0;
  const answersInTime = pumps.every(({ minPauseHours }) => minPauseHours * 3600 < config.commands.verifyWithinS);
  return {
    temp: `${roomOrTankId}.tempC`,
    outdoorTemp: config.meters.outdoorTemp && "outdoor.tempC",
    heatPowers: isMeasured && answersInTime ? pumps.map(powerOf) : undefined,
  };
}
