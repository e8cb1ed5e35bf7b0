import type { Command, CommandEvent } from "@ohmstead/contract";
import type { DeviceInput, EventOf, Settings, Want } from "./case-file.ts";

// What happened in a case, as it really was: the judge believes nothing else.

/** What a device is and does from a moment on. */
export interface Truth {
  readonly atMs: number;
  readonly mode: string;
  readonly powerKw: number | undefined;
  readonly meterKw: number;
  readonly stored: Settings;
}

export type WriterName = "optimizer" | "fallback" | "watchdog";

/** One write that reached a device, whatever the device made of it. */
export interface Write {
  readonly atMs: number;
  readonly deviceId: string;
  readonly settings: Settings;
  readonly by: WriterName;
  /** The wish it serves: its index in the timeline. */
  readonly wish?: number;
}

/** The first write of an attempt. */
export interface Send {
  readonly atMs: number;
  readonly deviceId: string;
  readonly commandId: string;
  readonly attempt: number;
  readonly wish?: number;
}

/** What the planning side wanted of a device, and how long. */
export interface Wish {
  /** In the timeline. */
  readonly index: number;
  readonly deviceId: string;
  readonly want: Want;
  readonly fromMs: number;
  readonly untilMs: number;
}

export type AlarmLevel = "info" | "warning" | "error";

export interface Alarm {
  readonly atMs: number;
  readonly level: AlarmLevel;
  /** A device's id, "optimizer", or what else the appliance calls it. */
  readonly about: string;
  readonly message: string;
}

export interface SeenDeviation {
  readonly atMs: number;
  readonly deviceId: string;
  readonly kind: string;
}

/** A command and all that its log says, oldest first. */
export interface CommandLog {
  readonly command: Command;
  readonly events: readonly CommandEvent[];
}

export interface OverrideSpan {
  readonly deviceId: string;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly isDetected: boolean;
}

/** The running program was given a reading of the device, or wrote to it. */
export interface Access {
  readonly atMs: number;
  readonly deviceId: string;
  readonly kind: "read" | "write";
}

export interface CaseRecord {
  readonly startMs: number;
  readonly endMs: number;
  readonly devices: readonly DeviceInput[];
  readonly truths: ReadonlyMap<string, readonly Truth[]>;
  readonly writes: readonly Write[];
  readonly sends: readonly Send[];
  readonly accesses: readonly Access[];
  readonly wishes: readonly Wish[];
  readonly commands: readonly CommandLog[];
  readonly alarms: readonly Alarm[];
  readonly deviations: readonly SeenDeviation[];
  readonly overrides: readonly OverrideSpan[];
  /** Topics to which something was published for later delivery. */
  readonly retained: readonly string[];
  readonly disturbances: readonly { readonly atMs: number; readonly event: EventOf<"foreignWrite" | "reboot"> }[];
}
