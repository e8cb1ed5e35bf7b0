import type { CommandState, DeviceType, Health, Intent, OverrideKind } from "@ohmstead/contract";

const kw = (value: number): string => `${value.toFixed(1)} kW`;
const percent = (share: number): string => `${Math.round(share * 100)} %`;
const degrees = (tempC: number): string => `${Number(tempC.toFixed(1))} °C`;

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
    case "heatTo":
      return `Heat to ${degrees(intent.tempC)}`;
    case "idle":
      return "Rest";
    case "on":
      return "On";
    case "off":
      return "Off";
    case "free":
      return "Unlimited";
    case "limit":
      return `At most ${kw(intent.kw)}`;
    default:
      return intent satisfies never;
  }
}

/** What a person can ask of a device, beside what the plan does. */
export const OVERRIDE_OF: Partial<Record<DeviceType, { readonly kind: OverrideKind; readonly wish: string }>> = {
  battery: { kind: "batteryHold", wish: "Hold" },
  tank: { kind: "boostWater", wish: "Boost" },
  zone: { kind: "boostHeat", wish: "Boost" },
};

export const OVERRIDE_TEXT: Readonly<Record<OverrideKind, string>> = {
  batteryHold: "held",
  boostWater: "boosted",
  boostHeat: "boosted",
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
};
