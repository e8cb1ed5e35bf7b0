import type { BatteryConfig, DeviceType, EvConfig, HomeConfig, SensorConfig } from "@ohmstead/contract";
import { MS_PER_MINUTE } from "../domain/slots.ts";

/** power in kW, energy in kWh, temperature in °C, share 0..1, onOff 1 or 0, flow of water in l/min */
export type Quantity = "power" | "energy" | "temperature" | "share" | "onOff" | "flow";

/** A measured value that the config names: where it comes from, and what it can be. */
export interface Signal {
  /** Device or meter and value, for example `battery.soc`. */
  readonly id: string;
  readonly source: string;
  readonly quantity: Quantity;
  /** True when the source counts the other direction positive. */
  readonly invert: boolean;
  readonly staleAfterMs: number;
  /** What is physically possible, in the quantity's unit, after inversion. */
  readonly min: number;
  readonly max: number;
  readonly deviceId?: string;
  readonly deviceType?: DeviceType | "heatPump";
}

/** Less than this is what a device takes while it rests. */
const RESTING_KW = 0.05;
const DAY_MS = 24 * 60 * MS_PER_MINUTE;

/**
 * For how long a value stands without another. Many sources send changes only: of a device that rests there is nothing new to hear, and a plug
 * is pulled and put in by hand. Both hold for a day.
 */
export function holdsMs({ quantity, deviceId, staleAfterMs }: Signal, value: number): number {
  const rests = quantity === "power" && deviceId !== undefined && Math.abs(value) <= RESTING_KW;
  return rests || quantity === "onOff" ? Math.max(DAY_MS, staleAfterMs) : staleAfterMs;
}

const METER_KW = 200;
const METER_KWH = 10_000_000;
/** Power meters overshoot a rating a little, and ratings are often typed in rounded. */
const ratedKw = (kw: number): number => 1.5 * kw + 0.5;

/**
 * All signals of a config: `grid.powerKw` (import positive), `grid.importKwh`, `grid.exportKwh`, `grid.connected` (1 while it is there), `outdoor.tempC`,
 * `<battery|car>.soc`, `<battery|car>.powerKw` (charging positive), `<car>.connected` (1 while plugged in), `<pv>.powerKw`, `<zone>.tempC`,
 * `<tank>.tempC`, `<heatpump>.powerKw`, `<heatpump>.flowTempC`, `<heatpump>.returnTempC`, `<heatpump>.litresPerMinute`, `<immersion>.powerKw`,
 * `<appliance>.powerKw`. What is derived from them (cycles/derived-readings.ts) has no source of its own and is not listed.
 */
export function signalTable(config: HomeConfig): Signal[] {
  const { meters } = config;
  const signals: Signal[] = [];
  const add = (sensor: SensorConfig | undefined, signal: Omit<Signal, "source" | "invert" | "staleAfterMs">): void => {
    if (!sensor) return;
    const { source, invert, staleAfterMinutes } = sensor;
    signals.push({ ...signal, source, invert, staleAfterMs: staleAfterMinutes * MS_PER_MINUTE });
  };
  add(meters.gridPower, { id: "grid.powerKw", quantity: "power", min: -METER_KW, max: METER_KW });
  add(meters.gridImportEnergy, { id: "grid.importKwh", quantity: "energy", min: 0, max: METER_KWH });
  add(meters.gridExportEnergy, { id: "grid.exportKwh", quantity: "energy", min: 0, max: METER_KWH });
  add(meters.outdoorTemp, { id: "outdoor.tempC", quantity: "temperature", min: -60, max: 60 });
  add(meters.gridConnected, { id: "grid.connected", quantity: "onOff", min: 0, max: 1 });
  const addStorage = (deviceType: "battery" | "ev", storage: BatteryConfig | EvConfig): void => {
    const { id, sensors, maxChargeKw, maxDischargeKw } = storage;
    const device = { deviceId: id, deviceType };
    add(sensors.soc, { id: `${id}.soc`, quantity: "share", min: 0, max: 1, ...device });
    const range = { min: -ratedKw(maxDischargeKw), max: ratedKw(maxChargeKw) };
    add(sensors.power, { id: `${id}.powerKw`, quantity: "power", ...range, ...device });
  };
  for (const battery of config.batteries) addStorage("battery", battery);
  for (const ev of config.evs) {
    addStorage("ev", ev);
    const plug = { quantity: "onOff", min: 0, max: 1, deviceId: ev.id, deviceType: "ev" } as const;
    add(ev.sensors.connected, { id: `${ev.id}.connected`, ...plug });
  }
  for (const { id, sensors, peakKw } of config.pvArrays) {
    const range = { min: -0.5, max: ratedKw(peakKw) };
    add(sensors.power, { id: `${id}.powerKw`, quantity: "power", ...range, deviceId: id, deviceType: "pvArray" });
  }
  for (const { id, sensors } of config.zones)
    add(sensors.temp, {
      id: `${id}.tempC`,
      quantity: "temperature",
      min: -30,
      max: 60,
      deviceId: id,
      deviceType: "zone",
    });
  for (const { id, sensors } of config.tanks)
    add(sensors.temp, {
      id: `${id}.tempC`,
      quantity: "temperature",
      min: -10,
      max: 120,
      deviceId: id,
      deviceType: "tank",
    });
  for (const { id, sensors, maxPowerKw } of config.heatPumps) {
    const range = { min: -0.5, max: ratedKw(maxPowerKw) };
    const device = { deviceId: id, deviceType: "heatPump" } as const;
    add(sensors.power, { id: `${id}.powerKw`, quantity: "power", ...range, ...device });
    const water = { quantity: "temperature", min: -20, max: 100, ...device } as const;
    add(sensors.flowTemp, { id: `${id}.flowTempC`, ...water });
    add(sensors.returnTemp, { id: `${id}.returnTempC`, ...water });
    add(sensors.flowRate, { id: `${id}.litresPerMinute`, quantity: "flow", min: 0, max: 300, ...device });
  }
  for (const { id, sensors, powerKw } of config.immersionHeaters) {
    const range = { min: -0.5, max: ratedKw(powerKw) };
    add(sensors?.power, {
      id: `${id}.powerKw`,
      quantity: "power",
      ...range,
      deviceId: id,
      deviceType: "immersionHeater",
    });
  }
  for (const { id, sensors, powerKw } of config.appliances) {
    const range = { min: -0.5, max: ratedKw(powerKw) };
    add(sensors.power, { id: `${id}.powerKw`, quantity: "power", ...range, deviceId: id, deviceType: "appliance" });
  }
  return signals;
}
