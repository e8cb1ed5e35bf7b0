import type { Intent } from "@ohmstead/contract";

const kw = (value: number): string => `${value.toFixed(1)} kW`;
const percent = (share: number): string => `${Math.round(share * 100)} %`;
const degrees = (tempC: number): string => `${Number(tempC.toFixed(1))} °C`;

/** An order in a few words, in the middle of a line. */
export function intentText(intent: Intent): string {
  switch (intent.kind) {
    case "selfUse":
      return "serve the house";
    case "charge":
      return `charge with ${kw(intent.kw)} up to ${percent(intent.untilSoc)}`;
    case "discharge":
      return `give ${kw(intent.kw)} down to ${percent(intent.untilSoc)}`;
    case "setpoint":
      return `keep ${degrees(intent.tempC)}`;
    case "offset":
      return `heating curve ${intent.offsetK > 0 ? "+" : ""}${intent.offsetK.toFixed(1)} K`;
    case "level":
      return `heat pump level ${intent.level}`;
    case "heatTo":
      return `heat to ${degrees(intent.tempC)}`;
    case "idle":
      return "no heating";
    case "free":
      return "all the sun gives";
    case "limit":
      return `at most ${kw(intent.kw)}`;
    case "hold":
    case "on":
    case "off":
    case "stop":
      return intent.kind;
    default:
      return intent satisfies never;
  }
}
