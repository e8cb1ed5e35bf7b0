import { ConfigError } from "../domain/errors.ts";
import { batteryModeSelect } from "./battery-mode-select.ts";
import { climateSetpoint } from "./climate-setpoint.ts";
import type { Device, DeviceDeps, DeviceKind } from "./device.ts";
import { evCharger } from "./ev-charger.ts";
import { foxessModbus } from "./foxess-modbus.ts";
import { heatingCurveOffset } from "./heating-curve-offset.ts";
import { immersionSwitch } from "./immersion-switch.ts";
import { mqttRelay } from "./mqtt-relay.ts";
import { pvLimitNumber } from "./pv-limit-number.ts";
import { sgReady } from "./sg-ready.ts";
import { onOffSwitch } from "./switch.ts";
import { viessmannCloud } from "./viessmann-cloud.ts";
import { waterHeater } from "./water-heater.ts";

export const deviceKinds: readonly DeviceKind[] = [
  batteryModeSelect,
  foxessModbus,
  climateSetpoint,
  heatingCurveOffset,
  sgReady,
  waterHeater,
  immersionSwitch,
  evCharger,
  onOffSwitch,
  pvLimitNumber,
  mqttRelay,
  viessmannCloud,
];
const byName = new Map(deviceKinds.map((each) => [each.kind, each]));

/** Throws ConfigError that names the kinds there are, or what is wrong with the settings. */
export function createDevice(kind: string, raw: unknown, deps: DeviceDeps): Device {
  const known = byName.get(kind);
  if (!known)
    throw new ConfigError(
      `control of ${deps.deviceId}: there is no kind "${kind}"; there are: ${[...byName.keys()].join(", ")}`,
    );
  const device = known.create(raw, deps);
  if (!device.accepts(deps.deviceType)) {
    const others = deviceKinds.filter((each) => each !== known).map((each) => each.kind);
    throw new ConfigError(
      `control of ${deps.deviceId}: kind "${kind}" does not drive a ${deps.deviceType}; use another of: ${others.join(", ")}`,
    );
  }
  return device;
}
