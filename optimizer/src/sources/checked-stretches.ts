import { MS_PER_HOUR } from "@ohmstead/contract";
import { SourceError } from "../domain/errors.ts";
import type { ForecastStretch } from "../domain/forecast.ts";

/** One forecast value as it was sent, converted, and where it stood. */
export interface SentStretch extends ForecastStretch {
  /** For example forecasts[3].pv_estimate, for messages. */
  readonly field: string;
  /** Of the bounds, where they stood elsewhere than the value. */
  readonly lowField?: string;
  readonly highField?: string;
  /** For example forecasts[3].period_end. */
  readonly timeField: string;
}

export interface StretchBorder {
  /** The source's name, for messages. */
  readonly source: string;
  readonly nowMs: number;
  readonly min: number;
  readonly max: number;
  /** What is likely wrong with a value outside. */
  readonly hint: string;
}

const FAR_MS = 20 * 24 * MS_PER_HOUR;
const LONGEST_MS = 24 * MS_PER_HOUR;

/** Bounds of the power of an array, kW. A forecast may be for more modules than the inverter lets through. */
export const powerBounds = (peakKw: number) => ({
  min: 0,
  max: 1.5 * peakKw + 0.5,
  hint: `an array of ${peakKw} kW peak gives no such power: is the forecast for this array, and its unit right?`,
});

/** Bounds of an outdoor temperature, °C. */
export const OUTDOOR_BOUNDS = { min: -60, max: 60, hint: "is no outdoor temperature in °C" } as const;

/**
 * The only way from a forecaster's values into the house: ascending, none twice, none overlapping, of these weeks, within what can be. Throws
 * SourceError that names the field of the first that is not so; nothing is left out. A P10 above the middle, or a P90 below it, is what rounding
 * makes of a value near zero: the middle is taken for it.
 */
export function checkedStretches(sent: readonly SentStretch[], border: StretchBorder): ForecastStretch[] {
  const { source, nowMs } = border;
  const refuse = (field: string, complaint: string): never => {
    throw new SourceError(source, `gave an answer that cannot be used: ${field} ${complaint}`);
  };
  return sent.map(({ startMs, endMs, value, low, high, field, lowField = field, highField = field, timeField }, k) => {
    // Also refuses what is no number, and seconds for milliseconds.
    if (!(Math.abs(startMs - nowMs) <= FAR_MS)) refuse(timeField, `(${spoken(startMs)}) is not of these weeks`);
    if (!(endMs > startMs && endMs - startMs <= LONGEST_MS))
      refuse(timeField, `makes a value that lasts from ${spoken(startMs)} to ${spoken(endMs)}`);
    const before = sent[k - 1];
    if (before && startMs < before.endMs)
      refuse(timeField, `(${spoken(startMs)}) overlaps the value before, which ends at ${spoken(before.endMs)}`);
    for (const [each, where] of [
      [value, field],
      [low, lowField],
      [high, highField],
    ] as const)
      if (each !== undefined && !(each >= border.min && each <= border.max))
        refuse(where, `is ${each}: ${border.hint}`);
    return {
      startMs,
      endMs,
      value,
      ...(low === undefined ? {} : { low: Math.min(low, value) }),
      ...(high === undefined ? {} : { high: Math.max(high, value) }),
    };
  });
}

/**
 * When each value ends where an answer says only when it begins: with the next, but no later than the usual distance; the last one lasts as long as
 * the others do, a single one an hour.
 */
export function withEnds(sent: readonly Omit<SentStretch, "endMs">[]): SentStretch[] {
  const distances = sent.slice(1).map(({ startMs }, k) => startMs - (sent[k]?.startMs ?? 0));
  const usualMs = Math.min(...distances.filter((ms) => ms > 0), MS_PER_HOUR);
  return sent.map((each, k) => ({
    ...each,
    endMs: each.startMs + Math.min(usualMs, Math.max(0, distances[k] ?? usualMs) || usualMs),
  }));
}

const spoken = (ms: number): string =>
  Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString().replace(":00.000Z", "Z") : String(ms);
