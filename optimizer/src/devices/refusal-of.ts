import type { Intent } from "@ohmstead/contract";
import type { Device } from "./device.ts";
import { INTENTS_OF } from "./intents-of.ts";

/** What an intent may name, and the step of the device that it is rounded to. */
const STEP_OF = { kw: "kw", untilSoc: "soc", tempC: "tempC", offsetK: "tempC" } as const;
type Quantity = keyof typeof STEP_OF;
const QUANTITIES = Object.keys(STEP_OF) as readonly Quantity[];

/**
 * Why a device cannot be told this, naming the field and what is possible instead; undefined where it can. To be asked before anything from
 * outside becomes a command: what a plan wants is brought to the nearest possible, what a person asks for is rounded to the device's steps and
 * not changed otherwise.
 */
export function refusalOf(device: Device, intent: Intent): string | undefined {
  const { name, deviceType, capabilities, resolution } = device;
  if (!capabilities.intents.includes(intent.kind)) {
    const isUsual = INTENTS_OF[deviceType].includes(intent.kind);
    const why = isUsual ? `with control kind "${device.kind}"` : `as a ${deviceType}`;
    return `kind: ${name} cannot do "${intent.kind}" ${why}; there is: ${capabilities.intents.join(", ")}`;
  }
  const nearest = device.normalise(intent);
  if (nearest.kind !== intent.kind)
    return `${textOf(intent)}: ${name} cannot do this; the nearest it can is ${textOf(nearest)}`;
  const [asked, possible] = [quantitiesOf(intent), quantitiesOf(nearest)];
  const refused = QUANTITIES.flatMap((field) => {
    const [value, other] = [asked.get(field), possible.get(field)];
    if (value === undefined || other === undefined) return [];
    const isRounded = Math.abs(value - other) <= resolution[STEP_OF[field]] + 1e-9;
    return isRounded ? [] : [`${field}: ${name} cannot do ${value}; the nearest it can is ${other}`];
  });
  return refused.length > 0 ? refused.join("; ") : undefined;
}

const quantitiesOf = (intent: Intent): ReadonlyMap<string, number> =>
  new Map(Object.entries(intent).filter((entry): entry is [string, number] => typeof entry[1] === "number"));

const textOf = (intent: Intent): string =>
  [intent.kind, ...[...quantitiesOf(intent)].map(([field, value]) => `${field} ${value}`)].join(" ");
