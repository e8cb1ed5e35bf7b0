import {
  type Command,
  type Deviation,
  type Expectation,
  type FallbackReport,
  WATCHDOG_DRIVES,
} from "@ohmstead/contract";
import type { LatestReadings } from "../commands/readings.ts";
import { lookAt } from "../commands/reconcile.ts";
import type { CommandSettings } from "../commands/settings.ts";
import type { Device } from "../devices/device.ts";
import type { CommandDesk } from "./command-desk.ts";
import type { DeviceRecord } from "./device-record.ts";

export interface ReconciliationDeps {
  readonly desk: CommandDesk;
  readonly devices: ReadonlyMap<string, Device>;
  readonly settings: CommandSettings;
  readonly startedAtMs: number;
  /** When Home Assistant came back from a short absence. */
  readonly houseBackMs: () => number | undefined;
  readonly isStillWanted: (device: Device, command: Command, nowMs: number) => boolean;
  /** Somebody has changed the device by hand: to be respected until then. */
  readonly onOverride: (found: {
    readonly deviceId: string;
    readonly untilMs: number;
    readonly detail: string;
  }) => void;
}

export interface Reconciliation {
  /** Intended against actual, for a device whose command was proved; true while nothing may be ordered against what it shows. */
  look(device: Device, record: DeviceRecord, readings: LatestReadings, nowMs: number): boolean;
  /** What Node-RED did while we were away: none of it is taken for a person's hand. */
  onFallback(report: FallbackReport): void;
}

/** What is found about proved commands is written down, said, and made good or respected. */
export function createReconciliation(deps: ReconciliationDeps): Reconciliation {
  const { desk, devices, settings, startedAtMs, isStillWanted } = deps;
  /** What fallback told each device, as it shows. */
  const stoodIn = new Map<string, readonly (readonly Expectation[])[]>();

  /** Since the command was made, and not long ago: Node-RED was away, and Home Assistant has helped itself. */
  function hasWatchdogActed(command: Command, readings: LatestReadings, nowMs: number): boolean {
    const drives = readings.get(WATCHDOG_DRIVES);
    if (!drives || drives.atMs < command.createdAtMs) return false;
    return drives.value === "off" || nowMs - drives.atMs < settings.verifyWithinMs;
  }

  function look(device: Device, record: DeviceRecord, readings: LatestReadings, nowMs: number): boolean {
    const command = record.newest;
    if (command?.state !== "verified") return false;
    // What has had its time, and is not wanted any longer, may be changed by anybody.
    if (nowMs >= command.validUntilMs && !isStillWanted(device, command, nowMs)) return false;
    const lastWriteMs = record.lastWriteMs();
    const safe = device.expects(device.safeIntent);
    const wasAway = command.createdAtMs < startedAtMs && nowMs - startedAtMs < settings.verifyWithinMs;
    const lookedAt = {
      command,
      othersWanted: [
        ...record.othersWanted(nowMs),
        ...(stoodIn.get(device.deviceId) ?? []),
        // While we or Node-RED were away the watchdog may have brought the device into its safe state.
        ...(wasAway || hasWatchdogActed(command, readings, nowMs) ? [safe] : []),
      ],
      safe,
      houseBackMs: deps.houseBackMs(),
      expiresAtMs:
        device.expiresAfterMs === undefined || lastWriteMs === undefined
          ? undefined
          : lastWriteMs + device.expiresAfterMs,
    };
    const { watch, finding } = lookAt(lookedAt, record.watch, readings, nowMs, settings);
    record.watch = watch;
    if (finding.kind === "fine") record.drift = undefined;
    if (!("detail" in finding)) return finding.kind === "suspect";
    const { kind, detail } = finding;
    const { deviceId } = device;
    const deviation: Deviation = { deviceId, kind, atMs: nowMs, detail, commandId: command.id };
    if (kind === "unknown") {
      desk.found(deviation);
      desk.say(deviceId, "warning", detail, nowMs);
    }
    if (kind === "drift" && record.drift === undefined) {
      record.drift = detail;
      desk.found(deviation);
      desk.say(deviceId, "info", `is not as it was told, and is told again: ${detail}`, nowMs);
    }
    if (kind === "override") {
      const untilMs = nowMs + settings.overrideMs;
      desk.found(deviation);
      desk.replace(device, undefined, `taken over by hand: ${detail}`, readings, nowMs);
      desk.say(
        deviceId,
        "info",
        `was changed by hand, and is left alone for ${Math.round(settings.overrideMs / 60_000)} minutes: ${detail}`,
        nowMs,
      );
      // At once, not later: in this very review nothing may be ordered any more.
      deps.onOverride({ deviceId, untilMs, detail });
      return true;
    }
    return false;
  }

  return {
    look,
    onFallback: ({ actions }) => {
      for (const [deviceId, ofDevice] of Map.groupBy(actions, (action) => action.deviceId)) {
        const device = devices.get(deviceId);
        if (device)
          stoodIn.set(
            deviceId,
            ofDevice.map(({ intent }) => device.expects(device.normalise(intent))),
          );
      }
    },
  };
}
