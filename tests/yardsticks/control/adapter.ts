import type { DeviceType, Expectation, Intent } from "@ohmstead/contract";
import type { Device } from "../../../optimizer/src/devices/device.ts";
import type { DeviceInput, SettingValue, Want } from "./case-file.ts";
import { hasMeter, meterKw, poweredMode } from "./meter.ts";
import { settingNames, settingsFor, stepsFor } from "./recipe.ts";

// Translates names between a case's device and the appliance, and knows nothing else of the case.

/** How near the meter must be to what was asked: a battery regulates, and rounds. */
const METER_TOLERANCE_KW = 0.15;
/** Wishes nearer to each other than three quarters of this are one order. */
const RESOLUTION = { kw: 0.2, soc: 0.01, tempC: 0.5 };

/** What a device that nobody may drive does: what it wants. It takes no call and shows nothing. */
const LEFT_ALONE: Intent = { kind: "free" };
const LEVELS = ["min", "low", "mid", "max"] as const;
/** Modes without a power that have the same name as an intent. */
const PLAIN = ["selfUse", "hold", "on", "idle"] as const;

/** The modes that are not an intent's by name: steps of a device with levels, in the order in which the case lists them. */
const levelModes = ({ modes }: DeviceInput): readonly string[] =>
  modes.filter((mode) => ![...PLAIN, "charge", "discharge", "off", "stop", "limit"].includes(mode));

/** The intent that means this wish. Throws where our intents have no word for it. */
export function intentOf(device: DeviceInput, { mode, powerKw }: Want): Intent {
  const kw = Math.min(powerKw ?? device.maxKw ?? 0, device.maxKw ?? Number.POSITIVE_INFINITY);
  if (mode === "charge") return { kind: "charge", kw, untilSoc: 1 };
  if (mode === "discharge") return { kind: "discharge", kw, untilSoc: 0 };
  if (mode === "limit" || mode === poweredMode(device)) return { kind: "limit", kw };
  if (mode === "off" || mode === "stop") return { kind: device.modes.includes("charge") ? "stop" : "off" };
  const plain = PLAIN.find((each) => each === mode);
  if (plain !== undefined) return { kind: plain };
  const modes = levelModes(device);
  const index = modes.indexOf(mode);
  if (powerKw !== undefined)
    throw new Error(`${device.id}: no intent has a mode "${mode}" with a power; there are: charge, discharge, limit`);
  // Up to four are levels from the lowest; a longer ladder is one of offsets.
  const level = LEVELS[modes.length === LEVELS.length ? index : index + 1];
  return modes.length <= LEVELS.length && level ? { kind: "level", level } : { kind: "offset", offsetK: index };
}

/** The other way round; undefined where the device is left alone. */
export function wantOf(device: DeviceInput, intent: Intent): Want | undefined {
  if (intent.kind === LEFT_ALONE.kind) return undefined;
  const mode = device.modes.find((each) => isSameKind(intentOf(device, { mode: each }), intent));
  if (mode === undefined) throw new Error(`${device.id} has no mode for ${JSON.stringify(intent)}`);
  return { mode, ...("kw" in intent ? { powerKw: intent.kw } : {}) };
}

const isSameKind = (a: Intent, b: Intent): boolean =>
  a.kind === b.kind &&
  (a.kind !== "level" || b.kind !== "level" || a.level === b.level) &&
  (a.kind !== "offset" || b.kind !== "offset" || a.offsetK === b.offsetK);

export const safeIntentOf = (device: DeviceInput): Intent =>
  device.safeState ? intentOf(device, device.safeState) : LEFT_ALONE;

/** `inverter.mode`: where a register, or what a meter shows, is read. */
export const entityOf = (deviceId: string, name: string): string => `${deviceId}.${name}`;

/** The entities of a device: what it stores, and what can be seen of what it does. */
export const entityNames = (device: DeviceInput): readonly string[] => [
  ...settingNames(device),
  ...(hasMeter(device) ? ["meterKw", ...(device.house ? ["gridKw"] : [])] : ["does"]),
];

const shows = (source: string, value: SettingValue): Expectation =>
  typeof value === "number"
    ? { test: "near", source, value, tolerance: 0.01 }
    : { test: "equals", source, value: String(value) };

/** What proves a wish: every setting of it read back, and the effect where something measures it. */
function expectationsOf(device: DeviceInput, want: Want): Expectation[] {
  const stored = Object.entries(settingsFor(device, want)).map(([name, value]) =>
    shows(entityOf(device.id, name), value),
  );
  const effect = (name: string, value: number): Expectation => ({
    test: "near",
    source: entityOf(device.id, name),
    value,
    tolerance: METER_TOLERANCE_KW,
    fresh: true,
  });
  if (!hasMeter(device))
    return [...stored, { test: "equals", source: entityOf(device.id, "does"), value: want.mode, fresh: true }];
  // A battery that serves the house takes what the sun leaves: the house's own meter tells, whatever the sun does.
  if (want.mode === "selfUse") return device.house ? [...stored, effect("gridKw", 0)] : stored;
  return [...stored, effect("meterKw", meterKw(device, want))];
}

const TYPES: readonly (readonly [RegExp, DeviceType])[] = [
  [/batter|inverter/i, "battery"],
  [/^ev|charger|wallbox/i, "ev"],
  [/tank|water/i, "tank"],
  [/immersion|heater|rod/i, "immersionHeater"],
  [/pv|solar/i, "pvArray"],
  [/heatPump|zone|climate|level/i, "zone"],
];

/** The device as the appliance's own cycles take it. */
export function adapterOf(device: DeviceInput): Device {
  const { id, maxKw, expiresAfterSeconds } = device;
  const calls = (want: Want) =>
    stepsFor(device, want).map((settings) => ({
      action: "yardstick.set",
      target: { entity_id: id },
      data: Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, value ?? "null"])),
    }));
  return {
    kind: "yardstick",
    deviceId: id,
    name: id,
    deviceType: TYPES.find(([pattern]) => pattern.test(device.kind))?.[1] ?? "appliance",
    accepts: () => true,
    capabilities: { intents: device.modes.map((mode) => intentOf(device, { mode }).kind) },
    carrier: "homeAssistant",
    ...(typeof expiresAfterSeconds === "number" ? { expiresAfterMs: expiresAfterSeconds * 1000 } : {}),
    normalise: (intent) =>
      "kw" in intent && maxKw !== undefined ? { ...intent, kw: Math.min(intent.kw, maxKw) } : intent,
    resolution: RESOLUTION,
    translate: (intent) => {
      const want = wantOf(device, intent);
      return want ? calls(want) : [];
    },
    expects: (intent) => {
      const want = wantOf(device, intent);
      return want ? expectationsOf(device, want) : [];
    },
    safeIntent: safeIntentOf(device),
    sources: settingNames(device)
      .map((name) => entityOf(id, name))
      .concat(hasMeter(device) ? [] : [entityOf(id, "does")]),
  };
}
