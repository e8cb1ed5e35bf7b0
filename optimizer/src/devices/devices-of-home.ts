import type { AdapterConfig, BatteryConfig, DeviceType, EvConfig, HomeConfig } from "@ohmstead/contract";
import type { Device, DeviceDeps } from "./device.ts";
import { createDevice } from "./registry.ts";

interface Controlled {
  readonly id: string;
  readonly name?: string | undefined;
  readonly control?: AdapterConfig | undefined;
}

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
  const addStorage = (deviceType: "battery" | "ev", each: BatteryConfig | EvConfig) => {
    const { id, maxChargeKw, maxDischargeKw, minSoc, maxSoc } = each;
    add(
      deviceType,
      each,
      { maxChargeKw, maxDischargeKw, minSoc, maxSoc },
      { power: `${id}.powerKw`, soc: `${id}.soc` },
    );
  };
  for (const each of config.batteries) addStorage("battery", each);
  for (const each of config.evs) addStorage("ev", each);
  for (const each of config.pvArrays) add("pvArray", each, { peakKw: each.peakKw }, { power: `${each.id}.powerKw` });
  for (const each of config.zones) add("zone", each, {}, {});
  for (const each of config.tanks) add("tank", each, { maxTempC: each.hardMaxTempC }, {});
  for (const each of config.boilers) add("boiler", each, {}, {});
  for (const each of config.appliances) add("appliance", each, {}, { power: `${each.id}.powerKw` });
  for (const each of config.immersionHeaters)
    add("immersionHeater", each, {}, each.sensors ? { power: `${each.id}.powerKw` } : {});
  return devices;
}
