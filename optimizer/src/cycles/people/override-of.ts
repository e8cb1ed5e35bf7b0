import {
  HOUSE_WIDE,
  type HomeConfig,
  type Intent,
  type NewOverride,
  type Override,
  type OverrideKind,
} from "@ohmstead/contract";
import { DateTime } from "luxon";
import { InputError } from "../../domain/errors.ts";
import { MS_PER_MINUTE } from "../../domain/slots.ts";
import { devicesIn, type HomeDevice } from "./devices-in.ts";

const DAY_MINUTES = 24 * 60;
/** How long a wish holds when nobody says; quiet lasts until the morning, and a vacation has no usual length. */
const USUAL_MINUTES: Partial<Record<OverrideKind, number>> = {
  boostHeat: 120,
  boostWater: 120,
  batteryHold: 120,
  manual: 120,
  deviceOff: 30 * DAY_MINUTES,
  guests: DAY_MINUTES,
};
const QUIET_UNTIL_HOUR = 7;
const LONGEST_MS = 366 * DAY_MINUTES * MS_PER_MINUTE;
/** Nobody means a warmer room than this. */
const HOTTEST_ROOM_C = 30;

const isBoost = (kind: OverrideKind): boolean => kind === "boostHeat" || kind === "boostWater";

const refuse = (field: string, message: string): never => {
  throw new InputError(`The override cannot be used: ${field} ${message}`, [{ field, message }]);
};

/** The devices a wish of this kind may be about; none for those about the house. */
export function devicesFor(kind: OverrideKind, config: HomeConfig): readonly HomeDevice[] {
  const all = devicesIn(config);
  const ofType = (type: HomeDevice["type"]) => all.filter((each) => each.type === type);
  switch (kind) {
    case "boostHeat":
      return ofType("zone");
    case "boostWater":
      return ofType("tank");
    case "batteryHold":
      return ofType("battery");
    case "quietHours":
      return ofType("heatPump");
    case "manual":
      return all.filter((each) => each.isCommanded);
    case "deviceOff":
      return all;
    case "vacation":
    case "guests":
      return [];
    default:
      return kind satisfies never;
  }
}

/** When a wish ends for which nobody said how long it holds; undefined where that must be said. */
export function usualEndMs(kind: OverrideKind, { timeZone }: HomeConfig, nowMs: number): number | undefined {
  if (kind === "quietHours") {
    const today = DateTime.fromMillis(nowMs, { zone: timeZone }).set({ hour: QUIET_UNTIL_HOUR, minute: 0 });
    const morning = today.startOf("minute");
    return (morning.toMillis() > nowMs ? morning : morning.plus({ days: 1 })).toMillis();
  }
  const minutes = USUAL_MINUTES[kind];
  return minutes === undefined ? undefined : nowMs + minutes * MS_PER_MINUTE;
}

/** A boost's goal when nobody says another. */
export function usualTempC(kind: OverrideKind, deviceId: string | undefined, config: HomeConfig): number | undefined {
  if (kind === "boostHeat") return config.zones.find(({ id }) => id === deviceId)?.comfort.boostTempC;
  if (kind === "boostWater") return config.tanks.find(({ id }) => id === deviceId)?.boostTempC;
  return undefined;
}

function deviceOf({ kind, deviceId }: NewOverride, config: HomeConfig): string | undefined {
  if (HOUSE_WIDE.includes(kind)) {
    if (deviceId !== undefined) refuse("deviceId", `is not for ${kind}, which is about the whole house: leave it away`);
    return undefined;
  }
  const candidates = devicesFor(kind, config);
  const list = candidates.map(({ id }) => id).join(", ") || "nothing";
  if (deviceId === undefined) {
    const [only, second] = candidates;
    return only && !second ? only.id : refuse("deviceId", `is missing: say which for ${kind}; there is: ${list}`);
  }
  if (!candidates.some(({ id }) => id === deviceId))
    refuse("deviceId", `"${deviceId}" cannot be used for ${kind}; there is: ${list}`);
  return deviceId;
}

function endOf({ kind, minutes, untilMs }: NewOverride, config: HomeConfig, nowMs: number): number {
  if (minutes !== undefined && untilMs !== undefined) refuse("untilMs", "and minutes say the same: write one of them");
  const endMs =
    untilMs ??
    (minutes === undefined ? usualEndMs(kind, config, nowMs) : nowMs + Math.round(minutes * MS_PER_MINUTE)) ??
    refuse("untilMs", `is missing: a ${kind} needs its end, as untilMs or minutes`);
  if (endMs <= nowMs) refuse("untilMs", "is over already: write a time to come, in epoch milliseconds");
  if (endMs - nowMs > LONGEST_MS) refuse("untilMs", "is more than a year away");
  return endMs;
}

function tempOf({ kind, tempC }: NewOverride, deviceId: string | undefined, config: HomeConfig): number | undefined {
  if (tempC === undefined) return undefined;
  if (!isBoost(kind)) refuse("tempC", `is not for ${kind}: only boostHeat and boostWater have a goal`);
  const limitC =
    kind === "boostHeat"
      ? HOTTEST_ROOM_C
      : (config.tanks.find(({ id }) => id === deviceId)?.hardMaxTempC ?? Number.POSITIVE_INFINITY);
  if (tempC > limitC) refuse("tempC", `is above what ${deviceId} may ever have: at most ${limitC} °C`);
  return tempC;
}

/** Why a device cannot be told an intent, and what is possible instead; undefined where it can. */
export type Refusal = (deviceId: string, intent: Intent) => string | undefined;

function intentOf({ kind, intent }: NewOverride, deviceId: string | undefined, refusalOf: Refusal): Intent | undefined {
  if (!intent) return undefined;
  if (kind !== "manual" || deviceId === undefined)
    return refuse("intent", `is not for ${kind}: only manual says what one device does meanwhile`);
  const refusal = refusalOf(deviceId, intent);
  if (refusal === undefined) return intent;
  const [, field, why] = /^(\w+): (.*)$/s.exec(refusal) ?? [];
  return field === undefined || why === undefined ? refuse("intent", refusal) : refuse(`intent.${field}`, why);
}

/** What a person's word means in this house. Throws InputError that names the field, and what there is. */
export function overrideOf(
  wish: NewOverride,
  config: HomeConfig,
  nowMs: number,
  refusalOf: Refusal,
): Omit<Override, "id"> {
  const deviceId = deviceOf(wish, config);
  const tempC = tempOf(wish, deviceId, config);
  const intent = intentOf(wish, deviceId, refusalOf);
  return {
    kind: wish.kind,
    ...(deviceId === undefined ? {} : { deviceId }),
    createdAtMs: nowMs,
    untilMs: endOf(wish, config, nowMs),
    ...(tempC === undefined ? {} : { tempC }),
    ...(intent === undefined ? {} : { intent }),
    origin: wish.origin ?? "person",
    by: wish.by ?? "api",
  };
}

/** One of a kind and device: those that a newer one takes the place of. */
export const replacedBy = (
  newer: Pick<Override, "kind" | "deviceId">,
  active: readonly Override[],
): readonly Override[] => active.filter(({ kind, deviceId }) => kind === newer.kind && deviceId === newer.deviceId);
