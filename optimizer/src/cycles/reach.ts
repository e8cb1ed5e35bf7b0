import { isLive } from "../commands/life.ts";
import type { LatestReadings } from "../commands/readings.ts";
import type { CommandSettings } from "../commands/settings.ts";
import type { Wanted } from "../commands/wanted.ts";
import type { Device } from "../devices/device.ts";
import type { CommandDesk } from "./command-desk.ts";
import { type DeviceRecord, silenceOf } from "./device-record.ts";

export interface ReachDeps {
  readonly desk: CommandDesk;
  readonly devices: ReadonlyMap<string, Device>;
  readonly settings: CommandSettings;
  readonly wantedNow: (device: Device, nowMs: number) => Wanted | undefined;
  readonly isStillWanted: (device: Device, command: NonNullable<DeviceRecord["newest"]>, nowMs: number) => boolean;
}

export interface Reach {
  /** Going out of reach, and coming back, is said once. `reason`: why it is out of reach now. */
  watch(device: Device, record: DeviceRecord, reason: string | undefined, nowMs: number): void;
  /** Devices that no plan can count on: those out of reach, and those whose breaker is open. */
  unusable(readings: LatestReadings, nowMs: number): Map<string, string>;
}

export function createReach({ desk, devices, settings, wantedNow, isStillWanted }: ReachDeps): Reach {
  const saidAway = new Set<string>();

  /** What is wanted of a device that is out of reach: it is written down that it could not be ordered, once. */
  function failUnreached(device: Device, record: DeviceRecord, reason: string, nowMs: number): void {
    const wanted = wantedNow(device, nowMs);
    const { newest } = record;
    if (!wanted || wanted.untilMs - nowMs < settings.shortestOrderMs) return;
    if (newest && (isLive(newest.state) || newest.failure === "unreachable") && isStillWanted(device, newest, nowMs))
      return;
    if (newest && isLive(newest.state)) desk.advance(newest, { kind: "replace", cause: reason }, nowMs);
    desk.failAtOnce(device, { wanted, origin: { kind: "plan" } }, reason, nowMs);
  }

  function watch(device: Device, record: DeviceRecord, reason: string | undefined, nowMs: number): void {
    const { deviceId } = device;
    if (reason === undefined) {
      if (saidAway.delete(deviceId)) desk.say(deviceId, "info", "is back", nowMs);
      return;
    }
    if (!saidAway.has(deviceId)) {
      saidAway.add(deviceId);
      const commandId = record.newest?.id;
      desk.found({
        deviceId,
        kind: "unreachable",
        atMs: nowMs,
        detail: reason,
        ...(commandId === undefined ? {} : { commandId }),
      });
      desk.say(deviceId, "warning", `cannot be reached: ${reason}`, nowMs);
    }
    failUnreached(device, record, reason, nowMs);
  }

  function unusable(readings: LatestReadings, nowMs: number): Map<string, string> {
    const out = new Map<string, string>();
    for (const device of devices.values()) {
      const silence = silenceOf(device, readings, nowMs, settings);
      const breaker = desk.records.get(device.deviceId)?.breaker(nowMs);
      if (silence?.kind === "unreachable") out.set(device.deviceId, silence.reason);
      else if (breaker?.state === "open") out.set(device.deviceId, `it failed too often: ${breaker.cause}`);
    }
    return out;
  }

  return { watch, unusable };
}
