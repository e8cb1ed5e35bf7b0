import type { DeviceType, Intent } from "@ohmstead/contract";
import type { IntentResolution } from "../commands/same-order.ts";
import { ConfigError } from "../domain/errors.ts";

/** The kinds of intent that a device of this type may be given; which of them one device can do, its adapter's `capabilities` say. */
export const INTENTS_OF: Readonly<Record<DeviceType, readonly Intent["kind"][]>> = {
  battery: ["selfUse", "hold", "charge", "discharge"],
  ev: ["charge", "stop", "discharge"],
  zone: ["setpoint", "offset", "level"],
  tank: ["heatTo", "idle"],
  boiler: ["on", "off"],
  immersionHeater: ["on", "off"],
  pvArray: ["free", "limit"],
  appliance: ["on", "off"],
};

/** To be thrown by an adapter that is asked for what its device cannot do. */
export const cannot = (deviceId: string, intent: Intent): ConfigError =>
  new ConfigError(`${deviceId} cannot do "${intent.kind}"; choose a control kind that fits the device`);

export const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

/** The nearest multiple of a step, without the tail of digits that binary fractions leave. */
export const toStep = (value: number, step: number): number => Number((Math.round(value / step) * step).toFixed(6));

/** For devices whose quantities have no finer steps of their own. */
export const USUAL_RESOLUTION: IntentResolution = { kw: 0.1, soc: 0.01, tempC: 0.5 };
