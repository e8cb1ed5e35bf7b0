import type { BatteryConfig, EvConfig, ZoneConfig } from "@ohmstead/contract";
import type { Capabilities } from "../../devices/device.ts";
import type { Draft } from "./draft.ts";

/** What a device's adapter declares; undefined where nobody drives it: then it is planned as the config describes it. */
const capabilitiesOf = ({ devices }: Pick<Draft, "devices">, id: string): Capabilities | undefined =>
  devices?.get(id)?.capabilities;

type Powers = Pick<
  BatteryConfig | EvConfig,
  | "maxChargeKw"
  | "maxDischargeKw"
  | "minChargeKw"
  | "minDischargeKw"
  | "minGridChargeKw"
  | "mayChargeFromGrid"
  | "mayExport"
  | "taper"
>;

/**
 * A battery or car as far as its control can follow: powers within both, nothing bought for it that it cannot be told to take, nothing sold from it
 * that it cannot be told to give. A least power holds for what is forced; the sun may give less.
 */
export function withinReach<S extends Powers & { readonly id: string }>(draft: Pick<Draft, "devices">, storage: S): S {
  const can = capabilitiesOf(draft, storage.id);
  if (!can) return storage;
  const maxChargeKw = Math.min(storage.maxChargeKw, can.maxChargeKw ?? Number.POSITIVE_INFINITY);
  const maxDischargeKw = Math.min(storage.maxDischargeKw, can.maxDischargeKw ?? Number.POSITIVE_INFINITY);
  const { taper } = storage;
  return {
    ...storage,
    maxChargeKw,
    maxDischargeKw,
    minChargeKw: Math.min(maxChargeKw, Math.max(storage.minChargeKw, can.minChargeKw ?? 0)),
    minDischargeKw: Math.min(maxDischargeKw, Math.max(storage.minDischargeKw, can.minDischargeKw ?? 0)),
    minGridChargeKw: Math.min(maxChargeKw, storage.minGridChargeKw),
    mayChargeFromGrid: storage.mayChargeFromGrid && can.intents.includes("charge"),
    mayExport: storage.mayExport && can.intents.includes("discharge"),
    ...(taper ? { taper: { ...taper, endKw: Math.min(taper.endKw, maxChargeKw) } } : {}),
  };
}

/** A car gives nothing back where its charger cannot be told to. */
export function carWithinReach(draft: Pick<Draft, "devices">, ev: EvConfig): EvConfig {
  const can = capabilitiesOf(draft, ev.id);
  return withinReach(draft, can && !can.intents.includes("discharge") ? { ...ev, maxDischargeKw: 0 } : ev);
}

const WORDS = ["setpoint", "offset", "level"] as const;

/** In which of the words for a room its control is told. */
export const toldAs = (draft: Pick<Draft, "devices">, { id }: Pick<ZoneConfig, "id">): (typeof WORDS)[number] =>
  WORDS.find((word) => capabilitiesOf(draft, id)?.intents.includes(word)) ?? "setpoint";

/** Whether an array can be held back; one that nobody drives cannot. */
export const canBeLimited = (draft: Pick<Draft, "devices" | "config">, id: string): boolean =>
  capabilitiesOf(draft, id)?.intents.includes("limit") ??
  draft.config.pvArrays.some((each) => each.id === id && each.control !== undefined);
