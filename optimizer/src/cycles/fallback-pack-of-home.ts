import {
  type FallbackPack,
  type HomeConfig,
  type HouseholdProblem,
  type Intent,
  isServiceCall,
  type Plan,
  type PriceSlot,
} from "@ohmstead/contract";
import type { Device } from "../devices/device.ts";
import { type FallbackDeviceParts, fallbackPackOf } from "../plan/fallback-pack.ts";

export interface FallbackPackInputs {
  readonly config: HomeConfig;
  readonly devices: ReadonlyMap<string, Device>;
  readonly current: { readonly plan: Plan; readonly problem: HouseholdProblem };
  readonly cycleMs: number;
  /** Of the last day, and all that is known ahead. */
  readonly prices: readonly PriceSlot[];
}

/** So far outside its band a room or tank is left before plan and price are overruled, K. */
const ROOM_SLACK_K = 1;
const TANK_SLACK_K = 2;
/** A heat pump warms the tank well before an immersion heater has to, K. */
const IMMERSION_SLACK_K = 5;
/** Percentage points below the least state of charge. */
const SOC_SLACK = 2;

/** Between which readings each device is well; sensors count in °C and per cent. */
function guardOf(
  deviceId: string,
  { batteries, zones, tanks, immersionHeaters }: HomeConfig,
): FallbackDeviceParts["guard"] {
  const zone = zones.find(({ id }) => id === deviceId);
  if (zone) {
    const { minTempC, maxTempC, night } = zone.comfort;
    return {
      source: zone.sensors.temp.source,
      low: Math.min(minTempC, night?.minTempC ?? minTempC) - ROOM_SLACK_K,
      high: maxTempC + ROOM_SLACK_K,
    };
  }
  const tank = tanks.find(({ id }) => id === deviceId);
  if (tank)
    return { source: tank.sensors.temp.source, low: tank.minTempC - TANK_SLACK_K, high: tank.maxTempC + TANK_SLACK_K };
  const heater = immersionHeaters.find(({ id }) => id === deviceId);
  const heated = heater && tanks.find(({ id }) => id === heater.tankId);
  if (heated)
    return { source: heated.sensors.temp.source, low: heated.minTempC - IMMERSION_SLACK_K, high: heated.maxTempC };
  const battery = batteries.find(({ id }) => id === deviceId);
  return battery && { source: battery.sensors.soc.source, low: battery.minSoc * 100 - SOC_SLACK, high: 100 };
}

/** What Node-RED needs to keep this home by itself, with every call already translated by the device's adapter. */
export const fallbackPackOfHome = ({ config, devices, current, cycleMs, prices }: FallbackPackInputs): FallbackPack =>
  fallbackPackOf({
    ...current,
    cycleMs,
    prices,
    // What the optimizer carries itself ends with it: a broker or a maker's cloud is out of Node-RED's reach.
    devices: [...devices.values()]
      .filter(({ carrier }) => carrier === "homeAssistant")
      .map((device): FallbackDeviceParts => {
        const { deviceId, name, deviceType, safeIntent } = device;
        const guard = guardOf(deviceId, config);
        const parts = { deviceId, name, deviceType, safeIntent };
        const translate = (intent: Intent) => device.translate(device.normalise(intent)).filter(isServiceCall);
        return guard ? { ...parts, translate, guard } : { ...parts, translate };
      }),
  });
