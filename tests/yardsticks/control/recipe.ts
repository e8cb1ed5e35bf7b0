import type { DeviceInput, Settings, SettingValue, Want } from "./case-file.ts";

const POWER = "$powerKw";

/** The settings a device keeps: those it names, or just its mode and power. */
export const settingNames = ({ settings }: DeviceInput): readonly string[] =>
  settings ? Object.keys(settings) : ["mode", "powerKw"];

/** One step per write: each setting of the recipe in its order, or mode and power at once where a device has no recipes. */
export function stepsFor(device: DeviceInput, want: Want): readonly Settings[] {
  const recipe = device.recipes?.[want.mode];
  if (!recipe) return [{ mode: want.mode, ...(want.powerKw === undefined ? {} : { powerKw: want.powerKw }) }];
  return recipe.map(({ set, to }) => ({ [set]: to === POWER ? (want.powerKw ?? 0) : to }));
}

/** Everything that must be stored for a wish. */
export const settingsFor = (device: DeviceInput, want: Want): Settings => Object.assign({}, ...stepsFor(device, want));

/** The setting that holds the power of a mode, if it has one. */
export const powerSettingOf = ({ recipes }: DeviceInput, mode: string): string | undefined =>
  recipes ? recipes[mode]?.find(({ to }) => to === POWER)?.set : "powerKw";

export const isNear = (a: number, b: number, tolerance: number): boolean => Math.abs(a - b) <= tolerance + 1e-9;

/** Two settings that do the same; numbers may have been rounded on their way. */
export const isSameSetting = (a: SettingValue | undefined, b: SettingValue | undefined): boolean =>
  typeof a === "number" && typeof b === "number" ? isNear(a, b, 0.01) : (a ?? null) === (b ?? null);
