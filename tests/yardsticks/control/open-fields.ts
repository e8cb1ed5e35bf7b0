import { entityNames } from "./adapter.ts";
import { type DeviceInput, type EventOf, notAmong, type Settings, type SettingValue } from "./case-file.ts";

// The format names these events and leaves their fields open: they are read by what they hold, and what cannot be read fails the case.

type OpenEvent = EventOf<"reboot" | "readings" | "entity" | "oldReading" | "link" | "person">;

/** What the fields of an event hold, whatever they are called. */
export interface OpenFields {
  /** How long it lasts: an end on the case's clock, or a length. */
  readonly untilSeconds?: number;
  readonly lastsSeconds?: number;
  /** When a reading was taken: its age, or a time on the case's clock. */
  readonly ageSeconds?: number;
  readonly takenAtSeconds?: number;
  /** A state: what a device returns with, what a reading says. */
  readonly state?: Settings;
  /** An entity, a connection. */
  readonly name?: string;
  /** What an entity shows. */
  readonly shown?: SettingValue;
}

const KNOWN = ["atSeconds", "event", "device", "note", "by", "does", "are"];
const SHOWN = ["is", "shows", "value", "state"];
const NAMES = ["which", "entity", "setting", "name", "sensor", "connection", "between", "link", "topic"];

function meaningOf(event: OpenEvent, key: string, value: unknown, { modes = [] }: Partial<DeviceInput>): OpenFields {
  if (typeof value === "number" && !(event.event === "entity" && SHOWN.includes(key))) {
    if (/^until/i.test(key)) return { untilSeconds: value };
    if (/age|old/i.test(key)) return { ageSeconds: value };
    if (/at(Seconds)?$/i.test(key)) return { takenAtSeconds: value };
    return { lastsSeconds: value };
  }
  if (typeof value === "object" && value !== null) return { state: value as Settings };
  if (NAMES.includes(key) && typeof value === "string") return { name: value };
  if (event.event === "entity" && SHOWN.includes(key)) return { shown: value as SettingValue };
  if (typeof value === "string" && modes.includes(value)) return { state: { mode: value } };
  if (key === "is" || typeof value === "boolean") return {};
  throw new Error(
    `event "${event.event}": nobody here knows what ${key} ${JSON.stringify(value)} means; write a length in seconds, a state { mode, … } or a name`,
  );
}

/** Reads the fields beyond those that every event of its kind has. */
export function openFields(event: OpenEvent, device: DeviceInput | undefined): OpenFields {
  const fields = Object.entries(event).filter(([key, value]) => !KNOWN.includes(key) && value !== undefined);
  return Object.assign({}, ...fields.map(([key, value]) => meaningOf(event, key, value, device ?? {}))) as OpenFields;
}

/** The entity of a device that a name means: its own, or by the word in it. */
export function entityMeant(device: DeviceInput, name: string): string {
  const known = entityNames(device);
  const own = name.startsWith(`${device.id}.`) ? name.slice(device.id.length + 1) : name;
  const found =
    known.find((each) => each.toLowerCase() === own.toLowerCase()) ??
    known.find((each) => own.toLowerCase().includes(each.toLowerCase())) ??
    (/grid/i.test(own) ? known.find((each) => each === "gridKw") : undefined) ??
    (/power|meter|watt/i.test(own) ? known.find((each) => each === "meterKw") : undefined) ??
    (/mode|state|level/i.test(own) ? known.find((each) => each === "mode" || each === "does") : undefined);
  if (found === undefined) throw new Error(notAmong(`entity of ${device.id}`, own, known));
  return found;
}

export type Wire = "house" | "service" | "none";

/** The connections there are, and the words that mean each. */
const WIRES: readonly (readonly [Wire, string, RegExp])[] = [
  ["none", "internet", /internet|cloud|wan\b|price|weather/i],
  ["service", "optimizer", /optimi[sz]er|service|controller|node.?red|flow/i],
  ["house", "homeAssistant", /assistant|platform|house|home|network|\blan\b|broker|mqtt|wifi|bus/i],
];

/** A device's own wire, or one of the appliance. Without a name: that to the platform. */
export function wireMeant(
  name: string | undefined,
  deviceIds: readonly string[],
): Wire | { readonly deviceId: string } {
  if (name === undefined) return "house";
  if (deviceIds.includes(name)) return { deviceId: name };
  const found = WIRES.find(([, , pattern]) => pattern.test(name));
  if (!found) throw new Error(notAmong("connection", name, [...WIRES.map(([, each]) => each), ...deviceIds]));
  return found[0];
}
