import type { Call, CarrierKind, DeviceType, Expectation, Intent } from "@ohmstead/contract";
import type { z } from "zod";
import type { IntentResolution } from "../commands/same-order.ts";
import { parseConfig } from "../domain/parse-config.ts";

/** What an adapter must know of its device beyond its own settings. Powers in kW, states of charge as shares. */
export interface DeviceDeps {
  readonly deviceId: string;
  readonly name: string;
  readonly deviceType: DeviceType;
  readonly limits: {
    readonly maxChargeKw?: number;
    readonly maxDischargeKw?: number;
    readonly minSoc?: number;
    readonly maxSoc?: number;
    readonly peakKw?: number | undefined;
    /** Never hotter. */
    readonly maxTempC?: number;
    /** Of a room: warmer is not wished for. */
    readonly comfortMaxTempC?: number;
    /** What may be fed in at the meter. */
    readonly exportLimitKw?: number | undefined;
    /** No room is heated while it is warmer outdoors. */
    readonly heatingLimitTempC?: number | undefined;
  };
  readonly signals: DeviceSignals;
}

/** Signals that measure the device or explain what it does, for example { power: "battery.powerKw" }; in the house's units. */
export interface DeviceSignals {
  readonly power?: string | undefined;
  readonly soc?: string | undefined;
  /** Of the room or tank that is heated. */
  readonly temp?: string | undefined;
  readonly outdoorTemp?: string | undefined;
  /** Electric power of all that heats the room or tank; absent where something heats it that nobody measures. */
  readonly heatPowers?: readonly string[] | undefined;
  /** Power of the arrays that share an inverter with the battery. */
  readonly sunPowers?: readonly string[] | undefined;
  /** Of a car: 1 while plugged in. */
  readonly connected?: string | undefined;
}

/** What the device can be told, so that no plan asks for more. Powers in kW; what is absent is as the home's config says. */
export interface Capabilities {
  readonly intents: readonly Intent["kind"][];
  readonly minChargeKw?: number;
  readonly maxChargeKw?: number;
  readonly minDischargeKw?: number;
  readonly maxDischargeKw?: number;
}

/** How often the device may be written to; what is absent is as `commands` in the config says. */
export interface WriteLimits {
  readonly perDay?: number;
  readonly perHour?: number;
  readonly perMinute?: number;
}

/** Pure translation between intents and one kind of device. */
export interface Adapter {
  accepts(deviceType: DeviceType): boolean;
  readonly capabilities: Capabilities;
  readonly carrier: CarrierKind;
  readonly writes?: WriteLimits;
  /** The device returns to its safe state by itself so long after the last write. */
  readonly expiresAfterMs?: number;
  /** The wire carries out the safe intent by itself when the optimizer has been away from it for so long. */
  readonly safeWhenAwayAfterMs?: number;
  /** It says what it is only when that changes or when it is told something: it is ordered although nothing was read of it yet. */
  readonly speaksWhenTold?: boolean;
  /** The nearest intent that the device can do: within its limits, on its steps. All other functions expect such a one. */
  normalise(intent: Intent): Intent;
  readonly resolution: IntentResolution;
  /** Ordered so that the device is in a safe state after every prefix. Throws ConfigError on an intent of another type of device. */
  translate(intent: Intent): readonly Call[];
  /** What readings show when the device has obeyed. */
  expects(intent: Intent): readonly Expectation[];
  /** What the device does when nobody decides. */
  readonly safeIntent: Intent;
  /** The entities (or entity#attribute) that must be read back; signals are read anyway. */
  readonly sources: readonly string[];
}

export type Device = Adapter & Pick<DeviceDeps, "deviceId" | "name" | "deviceType"> & { readonly kind: string };

export interface DeviceKind {
  readonly kind: string;
  create(raw: unknown, deps: DeviceDeps): Device;
}

/** Throws ConfigError for settings the kind does not know, and for a device of the wrong type. */
export function defineDevice<S extends z.ZodType>(
  kind: string,
  config: S,
  build: (config: z.output<S>, deps: DeviceDeps) => Adapter,
): DeviceKind {
  return {
    kind,
    create: (raw, deps) => {
      const where = `control of ${deps.deviceId} (kind "${kind}")`;
      const { deviceId, name, deviceType } = deps;
      return { ...build(parseConfig(config, raw, where), deps), kind, deviceId, name, deviceType };
    },
  };
}
