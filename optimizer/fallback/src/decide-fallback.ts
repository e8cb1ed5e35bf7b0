import type {
  FallbackAction,
  FallbackDevice,
  FallbackPack,
  FallbackReport,
  Intent,
  ServiceCall,
} from "@ohmstead/contract";
import { type PriceLevel, priceLevel } from "./price-level.ts";

export type FallbackRung = FallbackReport["rung"];

/** What a device is to do now, with the calls that make it do so. */
export interface DecidedAction {
  readonly deviceId: string;
  readonly intent: Intent;
  readonly calls: readonly ServiceCall[];
  readonly reason: string;
  /** What decided: a reading beyond its guard, the last plan, the price, or nothing better than the safe state. */
  readonly by: "guard" | FallbackRung;
}

export interface FallbackDecision {
  readonly rung: FallbackRung;
  /** One for every device of the pack, in its order. */
  readonly actions: readonly DecidedAction[];
}

/**
 * Latest values by source. A source that is unavailable or stale is left out, or says so in words: neither is a number.
 */
export type FallbackReadings = ReadonlyMap<string, number | string>;

const LEVEL_TEXTS: Readonly<Record<PriceLevel, string>> = {
  cheap: "power is among the cheapest of the day",
  normal: "the price is neither high nor low",
  expensive: "power is among the dearest of the day",
};

/**
 * What the house does while the service is silent. The last plan goes on while it is valid; then simple rules by the
 * price of the moment, while prices are known; then every device's safe state. A device that the present rung has
 * nothing for takes the next one. A reading beyond a device's guard overrules at once. A guarded device whose reading
 * is not known follows the plan, but no rules: it is made safe.
 */
export function decideFallback(pack: FallbackPack, readings: FallbackReadings, nowMs: number): FallbackDecision {
  const level = priceLevel(pack.prices, nowMs);
  const isPlanned = nowMs < pack.planValidUntilMs;
  return {
    rung: isPlanned ? "plan" : level ? "rules" : "safe",
    actions: pack.devices.map((device) => {
      const { action, reason, by } =
        guarded(device, readings) ?? (isPlanned ? planned(device, nowMs) : undefined) ?? ruled(device, readings, level);
      return { deviceId: device.deviceId, intent: action.intent, calls: action.calls, reason, by };
    }),
  };
}

interface Choice {
  readonly action: FallbackAction;
  readonly reason: string;
  readonly by: DecidedAction["by"];
}

function guarded({ guard, name }: FallbackDevice, readings: FallbackReadings): Choice | undefined {
  const value = guard && numberFrom(readings.get(guard.source));
  if (!guard || value === undefined) return undefined;
  const by = "guard";
  if (value < guard.low) return { by, action: guard.whenLow, reason: `${name}: ${value} is below ${guard.low}.` };
  if (value > guard.high) return { by, action: guard.whenHigh, reason: `${name}: ${value} is above ${guard.high}.` };
  return undefined;
}

function planned({ segments }: FallbackDevice, nowMs: number): Choice | undefined {
  const segment = segments.find((each) => each.startMs <= nowMs && nowMs < each.endMs);
  return segment && { by: "plan", action: segment, reason: "The last plan says so." };
}

function ruled(device: FallbackDevice, readings: FallbackReadings, level: PriceLevel | undefined): Choice {
  if (!level) return { by: "safe", action: device.safe, reason: "No plan and no prices: the safe state." };
  if (device.guard && numberFrom(readings.get(device.guard.source)) === undefined)
    return { by: "safe", action: device.safe, reason: `${device.guard.source} is not known: the safe state.` };
  return { by: "rules", action: device.rules[level], reason: `By the price: ${LEVEL_TEXTS[level]}.` };
}

/** Home Assistant gives numbers as text; "unavailable" is none, nor is an empty text. */
function numberFrom(value: number | string | undefined): number | undefined {
  const number = typeof value === "string" && value.trim() === "" ? Number.NaN : Number(value ?? Number.NaN);
  return Number.isFinite(number) ? number : undefined;
}
