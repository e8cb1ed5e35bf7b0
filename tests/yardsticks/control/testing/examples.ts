import { type ControlCase, type DeviceInput, readControlCase, readControlInput } from "../case-file.ts";

/** A battery as the tests need it, and what a test changes about it. */
export const aBattery = (parts: Partial<DeviceInput> = {}): DeviceInput => ({
  id: "battery",
  kind: "hybridBattery",
  modes: ["selfUse", "hold", "charge", "discharge"],
  maxKw: 5,
  safeState: { mode: "selfUse" },
  initial: { mode: "selfUse" },
  house: { loadKw: 0.5, pvKw: 0 },
  answersAfterSeconds: 1,
  effectAfterSeconds: 20,
  readingsEverySeconds: 30,
  forgetsOnReboot: false,
  ...parts,
});

export const aSwitchedDevice = (parts: Partial<DeviceInput> = {}): DeviceInput => ({
  id: "pump",
  kind: "switchedLevel",
  modes: ["low", "normal", "high"],
  safeState: { mode: "normal" },
  initial: { mode: "normal" },
  answersAfterSeconds: 1,
  effectAfterSeconds: 20,
  readingsEverySeconds: 30,
  forgetsOnReboot: false,
  ...parts,
});

/** A charger whose modes are made of settings. */
export const aSettingsDevice = (parts: Partial<DeviceInput> = {}): DeviceInput => ({
  id: "charger",
  kind: "evCharger",
  modes: ["off", "charge"],
  maxKw: 11,
  safeState: { mode: "off" },
  initial: { mode: "off" },
  answersAfterSeconds: 1,
  effectAfterSeconds: 20,
  readingsEverySeconds: 30,
  forgetsOnReboot: false,
  settings: { enabled: false, limitKw: 0, paused: false },
  recipes: {
    off: [{ set: "enabled", to: false }],
    charge: [
      { set: "limitKw", to: "$powerKw" },
      { set: "paused", to: false },
      { set: "enabled", to: true },
    ],
  },
  modeOf: "off if paused or not enabled; charge if limitKw > 0; else off",
  ...parts,
});

interface CaseParts {
  readonly id?: string;
  readonly devices?: readonly DeviceInput[];
  readonly rules?: Readonly<Record<string, number>>;
  readonly timeline: readonly unknown[];
  readonly endsAtSeconds?: number;
  readonly variants?: readonly unknown[];
  readonly must: readonly unknown[];
}

export const inputOf = ({
  devices = [aBattery()],
  rules = {},
  timeline,
  endsAtSeconds = 3600,
}: Omit<CaseParts, "must">) => readControlInput({ rules, devices, timeline, endsAtSeconds });

export const caseFile = ({
  id = "tiny",
  devices = [aBattery()],
  rules = {},
  timeline,
  endsAtSeconds = 3600,
  ...rest
}: CaseParts) => ({
  format: "complaint-case/1",
  kind: "control",
  id,
  input: { rules, devices, timeline, endsAtSeconds },
  ...rest,
});

/** The same, read. */
export function aCase(parts: CaseParts): ControlCase {
  const read = readControlCase(caseFile(parts), "the case");
  if (typeof read !== "object") throw new Error("this is no control case");
  return read;
}

export const wants = (atSeconds: number, mode: string, powerKw?: number, validSeconds = 3600, device = "battery") => ({
  atSeconds,
  event: "intent",
  device,
  want: { mode, ...(powerKw === undefined ? {} : { powerKw }) },
  validSeconds,
});
