import { PlanningInput } from "./case-file.ts";
import type { Config } from "./to-household.ts";
import { configPath } from "./config-path.ts";

interface Setting {
  /** As the user wrote it. */
  readonly name: string;
  /** Where the case keeps it, `/`-separated. */
  readonly field: string;
  readonly value: unknown;
}

const GROUPS = ["batteries", "evs", "rooms", "tanks", "appliances"] as const;

/** `battery.minSoc`, `batteries/0/minSoc`, or `{ battery: { minSoc } }`, as fields of the input. Throws where the device is not there. */
export function settingsOf(input: PlanningInput): Setting[] {
  const flat = Object.entries(input.userSettings ?? {}).flatMap(([name, value]): [string, unknown][] =>
    isPlain(value) ? Object.entries(value).map(([key, inner]) => [`${name}.${key}`, inner]) : [[name, value]],
  );
  return flat.map(([name, value]) => ({ name, value, field: fieldOf(input, name) }));
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function fieldOf(input: PlanningInput, name: string): string {
  if (name.includes("/")) return name;
  for (const group of GROUPS)
    for (const [index, device] of (input[group] ?? []).entries()) {
      if (name.startsWith(`${device.id}.`))
        return `${group}/${index}/${name.slice(device.id.length + 1).replaceAll(".", "/")}`;
      if ("heater" in device && device.heater && name.startsWith(`${device.heater.id}.`))
        return `${group}/${index}/heater/${name.slice(device.heater.id.length + 1)}`;
    }
  if (name.startsWith("site.")) return name.replace(".", "/");
  throw new Error(`the user's setting "${name}" names no device of the case`);
}

export interface Settled {
  /** With the settings in force. */
  readonly input: PlanningInput;
  /** Those that no such input could hold: for our configuration to judge. */
  readonly left: readonly Setting[];
}

/** The user's settings in force over the devices' own fields. */
export function withUserSettings(input: PlanningInput): Settled {
  let settled: PlanningInput = input;
  const left: Setting[] = [];
  for (const setting of settingsOf(input)) {
    const copy = structuredClone(settled);
    put(copy, setting.field.split("/"), setting.value);
    const read = PlanningInput.safeParse(copy);
    if (read.success) settled = read.data;
    else left.push(setting);
  }
  return { input: settled, left };
}

export function settleConfig(config: Config, left: readonly Setting[], input: PlanningInput): void {
  for (const { field, value } of left) put(config, configPath(field, input).map(String), value);
}

function put(target: unknown, [head, ...rest]: readonly string[], value: unknown): void {
  if (head === undefined || typeof target !== "object" || target === null) return;
  const holder = target as Record<string, unknown>;
  if (rest.length === 0) holder[head] = value;
  else put((holder[head] ??= {}), rest, value);
}
