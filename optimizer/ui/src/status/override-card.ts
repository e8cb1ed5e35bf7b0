import type { NewOverride, Override, OverrideChoice } from "@ohmstead/contract";
import { momentText, shortMomentText } from "../time-axis.ts";
import { element } from "./element.ts";
import { type House, nameOf, nowOf, timeZoneOf } from "./house.ts";
import { extraCostText, OVERRIDE_TEXT, WISH_TEXT } from "./words.ts";

export interface Wishes {
  readonly add: (wish: Pick<NewOverride, "kind" | "deviceId">) => void;
  readonly end: (id: string) => void;
}

/** After so long a weekday alone could be two days. */
const WEEKDAY_TELLS_MS = 6 * 24 * 3_600_000;

function momentIn(house: House): (atMs: number) => string {
  const [nowMs = 0, timeZone = "UTC"] = [nowOf(house), timeZoneOf(house)];
  return (atMs) =>
    atMs - nowMs > WEEKDAY_TELLS_MS ? momentText(atMs, timeZone) : shortMomentText(atMs, nowMs, timeZone);
}

/** "Hot water boosted until 17:20, costs about €0.43" */
export function overrideText(house: House, override: Override): string {
  const moment = momentIn(house);
  const { kind, deviceId, untilMs, createdAtMs, origin, extraCost } = override;
  const subject = deviceId === undefined ? "The house" : nameOf(house, deviceId);
  const what =
    origin === "detected"
      ? `${subject} changed by hand at ${moment(createdAtMs)}, respected until ${moment(untilMs)}`
      : `${subject} ${OVERRIDE_TEXT[kind]} until ${moment(untilMs)}`;
  const currency = house.choices?.[0]?.currency;
  return extraCost === undefined || currency === undefined ? what : `${what}, ${extraCostText(extraCost, currency)}`;
}

const isSame = (a: Pick<Override, "kind" | "deviceId">, b: Pick<Override, "kind" | "deviceId">): boolean =>
  a.kind === b.kind && a.deviceId === b.deviceId;

/** What holds, each with its end, and a button for every usual wish that does not hold yet. */
export function overrideRows(house: House, wishes: Wishes): Node[] {
  const overrides = house.overrides ?? [];
  const active = overrides.map((override) => {
    const text = overrideText(house, override);
    const end = element("button", "", "End");
    end.type = "button";
    end.setAttribute("aria-label", `End: ${text}`);
    end.addEventListener("click", () => wishes.end(override.id));
    const row = element("div", "override", element("span", "", text), end);
    row.dataset["origin"] = override.origin;
    return row;
  });
  const buttons = (house.choices ?? []).flatMap((choice) => {
    const wish = WISH_TEXT[choice.kind];
    if (wish === undefined || overrides.some((each) => isSame(each, choice))) return [];
    const { kind, deviceId, deviceName } = choice;
    const button = element("button", "wish", deviceName === undefined ? wish : `${wish} ${deviceName}`);
    button.type = "button";
    button.dataset["override"] = kind;
    button.addEventListener("click", () => wishes.add(deviceId === undefined ? { kind } : { kind, deviceId }));
    return [button];
  });
  return [...active, element("div", "wishes", ...buttons)];
}

const VERBS = { manual: "by hand", deviceOff: "out of service" } as const;

/** Devices that may be left alone, for a choice of one: "Battery: by hand". */
export function aloneOptions(choices: readonly OverrideChoice[]): Node[] {
  return choices.flatMap(({ kind, deviceId, deviceName }) => {
    if ((kind !== "manual" && kind !== "deviceOff") || deviceId === undefined) return [];
    const option = element("option", "", `${deviceName ?? deviceId}: ${VERBS[kind]}`);
    option.value = `${kind} ${deviceId}`;
    return [option];
  });
}

/** The wish behind an option of `aloneOptions`. */
export const aloneWish = (choices: readonly OverrideChoice[], value: string) =>
  choices.find(({ kind, deviceId }) => value === `${kind} ${deviceId}`);
