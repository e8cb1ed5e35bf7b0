import type { Alternative, CommandState, Health, Intent, OverrideKind, PlanChange, RestsOn } from "@ohmstead/contract";
import { placeText } from "../rests.ts";
import { isWorthWords, moneyText } from "../value-text.ts";

const kw = (value: number): string => `${value.toFixed(1)} kW`;
const percent = (share: number): string => `${Math.round(share * 100)} %`;
const degrees = (tempC: number): string => `${Number(tempC.toFixed(1))} °C`;

const LEVEL_TEXT = { min: "Heating blocked", low: "Heat as usual", mid: "Heat more", max: "Heat all it can" } as const;

/** An intent as a person would say it. */
export function intentText(intent: Intent): string {
  switch (intent.kind) {
    case "selfUse":
      return "Serve the house";
    case "hold":
      return "Hold";
    case "charge":
      return `Charge with ${kw(intent.kw)} up to ${percent(intent.untilSoc)}`;
    case "discharge":
      return `Give ${kw(intent.kw)} down to ${percent(intent.untilSoc)}`;
    case "setpoint":
      return `Keep ${degrees(intent.tempC)}`;
    case "offset":
      return `Heating curve ${intent.offsetK > 0 ? "+" : ""}${intent.offsetK.toFixed(1)} K`;
    case "level":
      return LEVEL_TEXT[intent.level];
    case "heatTo":
      return `Heat to ${degrees(intent.tempC)}`;
    case "idle":
      return "Rest";
    case "on":
      return "On";
    case "off":
      return "Off";
    case "stop":
      return "No charging";
    case "free":
      return "Unlimited";
    case "limit":
      return `At most ${kw(intent.kw)}`;
    default:
      return intent satisfies never;
  }
}

/** The same within a sentence: "hold", "charge with 3.0 kW up to 80 %". */
export const intentWords = (intent: Intent): string => {
  const text = intentText(intent);
  return text.charAt(0).toLowerCase() + text.slice(1);
};

/** "Instead: hold, +0.14 €": what else could be done, and what it would cost more. */
export function alternativeText({ intent, extraCost }: Alternative, currency: string): string {
  const money = moneyText(extraCost, currency);
  return `Instead: ${intentWords(intent)}, ${extraCost < 0 ? money : `+${money}`}`;
}

/** What the new plan does otherwise now, and what that saves; undefined where all goes on as planned before. */
export function changeText(
  { gain, actions }: PlanChange,
  currency: string,
  name: (deviceId: string) => string,
): string | undefined {
  if (actions.length === 0) return undefined;
  const changes = actions.map(
    ({ deviceId, before, after }) => `${name(deviceId)}: ${intentWords(after)}, before: ${intentWords(before)}`,
  );
  const saves = gain > 0 && isWorthWords(gain, currency) ? ` This saves ${moneyText(gain, currency)}.` : "";
  return `Changed with this plan. ${changes.join(". ")}.${saves}`;
}

/**
 * "The plan rests on these. Prices: octopus-agile until Sun 23:00, then days like these." Series by series; undefined where nobody says.
 * `moment` puts a time into words, `nameOf` a device.
 */
export function restsOnText(
  restsOn: readonly RestsOn[],
  moment: (atMs: number) => string,
  nameOf: (deviceId: string) => string,
): string | undefined {
  const series = [...new Set(restsOn.map((each) => each.series))];
  const sentences = series.map((name) => {
    const stretches = restsOn.filter((each) => each.series === name);
    const told = stretches.slice(0, stretches.length > MOST_STRETCHES ? MOST_STRETCHES - 1 : MOST_STRETCHES);
    const parts = told.map((each, k) => {
      const isLast = k === stretches.length - 1;
      return `${placeText(each)}${isLast ? "" : ` until ${moment(each.untilMs)}`}`;
    });
    const more = told.length < stretches.length ? ["and so on"] : [];
    return `${SERIES_TEXT[name] ?? `sun on ${nameOf(name.replace("pv/", ""))}`}: ${[...parts, ...more].join(", then ")}`;
  });
  return sentences.length === 0 ? undefined : `The plan rests on these. ${sentences.join("; ")}.`;
}

const MOST_STRETCHES = 4;
const SERIES_TEXT: Readonly<Record<string, string>> = {
  prices: "Prices",
  outdoorTempC: "outdoor temperature",
  baseLoadKw: "load of the house",
};

/** What is asked for with one press; the rest has forms of its own. */
export const WISH_TEXT: Partial<Record<OverrideKind, string>> = {
  boostHeat: "Boost",
  boostWater: "Boost",
  batteryHold: "Hold",
  quietHours: "Quieten",
  guests: "Guests",
};

/** "costs about €0.43", "saves about €3.10": over the horizon of the plan in force. */
export function extraCostText(extraCost: number, currency: string): string {
  if (!isWorthWords(extraCost, currency)) return "costs nothing";
  return `${extraCost > 0 ? "costs" : "saves"} about ${moneyText(Math.abs(extraCost), currency)}`;
}

export const OVERRIDE_TEXT: Readonly<Record<OverrideKind, string>> = {
  batteryHold: "held",
  boostWater: "boosted",
  boostHeat: "boosted",
  manual: "driven by hand",
  deviceOff: "out of service",
  vacation: "on vacation",
  guests: "with guests",
  quietHours: "quiet",
};

export type Mood = "good" | "busy" | "bad" | "quiet";

export const HEALTH_MOOD: Readonly<Record<Health["status"], Mood>> = { ok: "good", warning: "busy", failing: "bad" };
export const HEALTH_TEXT: Readonly<Record<Health["status"], string>> = {
  ok: "all well",
  warning: "has a warning",
  failing: "needs help",
};

export const MOOD_OF: Readonly<Record<CommandState, Mood>> = {
  pending: "busy",
  sent: "busy",
  acknowledged: "busy",
  verified: "good",
  completed: "good",
  retrying: "busy",
  superseded: "quiet",
  expired: "quiet",
  failed: "bad",
  deadLettered: "bad",
};
