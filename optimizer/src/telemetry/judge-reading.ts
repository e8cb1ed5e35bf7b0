import type { TelemetryReading } from "@ohmstead/contract";
import type { Quantity, Signal } from "./signals.ts";

/** The value in the signal's own unit, or why it cannot be used. */
export type Judgement =
  | { readonly ok: true; readonly value: number }
  /** `isMissing`: the source says itself that it has no value. */
  | { readonly ok: false; readonly reason: string; readonly isMissing?: true };

type Convert = (value: number) => number;
const times =
  (factor: number): Convert =>
  (value) =>
    value * factor;
const same: Convert = (value) => value;

const CONVERSIONS: Readonly<Record<Quantity, ReadonlyMap<string, Convert>>> = {
  power: new Map([
    ["W", times(0.001)],
    ["kW", same],
    ["MW", times(1000)],
  ]),
  energy: new Map([
    ["Wh", times(0.001)],
    ["kWh", same],
    ["MWh", times(1000)],
  ]),
  temperature: new Map([
    ["°C", same],
    ["C", same],
    ["°F", (fahrenheit) => ((fahrenheit - 32) * 5) / 9],
    ["F", (fahrenheit) => ((fahrenheit - 32) * 5) / 9],
    ["K", (kelvin) => kelvin - 273.15],
  ]),
  share: new Map([["%", times(0.01)]]),
  onOff: new Map(),
  flow: new Map([
    ["l/min", same],
    ["L/min", same],
    ["l/h", times(1 / 60)],
    ["L/h", times(1 / 60)],
    ["m³/h", times(1000 / 60)],
  ]),
};
const OWN_UNIT: Readonly<Record<Quantity, string>> = {
  power: "kW",
  energy: "kWh",
  temperature: "°C",
  share: "",
  onOff: "",
  flow: "l/min",
};
/** What plugs say of themselves. */
const ON_OFF = new Map([
  ["on", 1],
  ["true", 1],
  ["1", 1],
  ["off", 0],
  ["false", 0],
  ["0", 0],
]);

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** States of Home Assistant that stand for "no value". */
const NO_VALUE = new Set(["unavailable", "unknown", "none", "null", ""]);
/** How far a clock may be ahead of ours. */
export const LATEST_AHEAD_MS = 5 * 60_000;
/** So far back readings are kept; what is older is most often an epoch in the wrong unit. */
const OLDEST_DAYS = 90;
const DAY_MS = 86_400_000;
/** Rounding of the source: a battery at 100.4 % is full. */
const SHARE_SLACK = 0.01;

/** Converts and judges one reading for one signal. A reading without unit is taken to be in the signal's own unit. */
export function judgeReading(reading: TelemetryReading, signal: Signal, nowMs: number): Judgement {
  if (reading.atMs > nowMs + LATEST_AHEAD_MS) {
    const minutes = Math.round((reading.atMs - nowMs) / 60_000);
    return refuse(`its time is ${minutes} minutes ahead of ours: check the clock of the source`);
  }
  const ageDays = (nowMs - reading.atMs) / DAY_MS;
  if (ageDays > OLDEST_DAYS)
    return refuse(`it is ${Math.round(ageDays)} days old, and ${OLDEST_DAYS} are kept: check the clock of the source`);
  const missing = missingWord(reading.value);
  if (missing !== undefined) return { ok: false, reason: missing, isMissing: true };
  if (reading.quality === "bad") return refuse("the source itself says that it is bad");
  if (signal.quantity === "onOff") return judgeOnOff(reading.value, signal);
  const number = numberOf(reading.value);
  if (typeof number === "string") return refuse(number);
  const unit = reading.unit?.trim() ?? "";
  const convert = unit === "" ? same : CONVERSIONS[signal.quantity].get(unit);
  if (!convert) return refuse(`unit ${unit}, but ${expected(signal.quantity)} is expected`);
  const converted = convert(number) * (signal.invert ? -1 : 1);
  const value = signal.quantity === "share" ? withinSlack(converted) : converted;
  if (value < signal.min || value > signal.max) return refuse(outside(value, unit, signal));
  // No minus zero: it would be shown as -0.
  return { ok: true, value: value + 0 };
}

const refuse = (reason: string): Judgement => ({ ok: false, reason });

function judgeOnOff(value: TelemetryReading["value"], { invert }: Signal): Judgement {
  const text = String(value ?? "")
    .trim()
    .toLowerCase();
  const isOn = ON_OFF.get(text);
  if (isOn !== undefined) return { ok: true, value: invert ? 1 - isOn : isOn };
  return refuse(`${text.slice(0, 40)} is neither on nor off`);
}

/** "unavailable" or "unknown" where the value stands for none. */
function missingWord(value: TelemetryReading["value"]): string | undefined {
  const text = String(value ?? "")
    .trim()
    .toLowerCase();
  return NO_VALUE.has(text) ? (text === "unknown" ? "unknown" : "unavailable") : undefined;
}

function numberOf(value: TelemetryReading["value"]): number | string {
  if (typeof value === "boolean") return `${value} is not a number`;
  const text = String(value).trim();
  if (NUMBER.test(text) && Number.isFinite(Number(text))) return Number(text);
  return `${text.slice(0, 40)} is not a number`;
}

const expected = (quantity: Quantity): string =>
  [...CONVERSIONS[quantity].keys()].filter((each) => !/^[CF]$|^L/.test(each)).join(", ");

const withinSlack = (share: number): number =>
  share < 0 && share >= -SHARE_SLACK ? 0 : share > 1 && share <= 1 + SHARE_SLACK ? 1 : share;

function outside(value: number, unit: string, signal: Signal): string {
  const { quantity, min, max } = signal;
  const own = OWN_UNIT[quantity] === "" ? "" : ` ${OWN_UNIT[quantity]}`;
  const hint =
    unit === ""
      ? `: the source gives no unit, so ${own.trim() || "a share of 1"} was assumed`
      : quantity === "power"
        ? likelyMistake(value, unit, signal)
        : "";
  return `${Number(value.toPrecision(6))}${own} is outside ${round(min)}..${round(max)}${hint}`.replaceAll("-", "−");
}

/** A smaller number is not likely to be meant as watts. */
const LEAST_WATTS = 20;

/** What is usually the matter with a power that cannot be. */
function likelyMistake(value: number, unit: string, { min, max, invert }: Signal): string {
  const fits = (other: number): boolean => other >= min && other <= max;
  if (fits(-value)) return `; the other way round it could be: write invert: ${!invert} beside its source`;
  if (unit === "kW" && Math.abs(value) >= LEAST_WATTS && fits(value / 1000))
    return "; a thousandth could be: is it W that the source calls kW?";
  return "";
}

const round = (value: number): number => Number(value.toPrecision(4));
