import { MS_PER_HOUR } from "@ohmstead/contract";
import type { IssuedForecast } from "../domain/forecast.ts";
import type { Stretch } from "../domain/series.ts";

/** Borders of the lead times that are told apart, hours from the issue; the last one has no end. */
export const LEAD_BORDERS = [0, 6, 12, 24, 48] as const;

/** An hour of which something was forecast and then measured. */
export interface JudgedHour {
  readonly startMs: number;
  /** Which of the lead times: index of its beginning in LEAD_BORDERS. */
  readonly lead: number;
  readonly forecast: number;
  readonly measured: number;
}

export const leadOf = (hours: number): number =>
  Math.max(
    0,
    LEAD_BORDERS.findLastIndex((each) => each <= hours),
  );

/** Means of whole UTC hours of which at least half is covered, by their beginning. */
export function hourlyMeans(stretches: readonly Stretch[]): ReadonlyMap<number, number> {
  const sums = new Map<number, { sum: number; ms: number }>();
  for (const { startMs, endMs, value } of stretches)
    for (let hour = Math.floor(startMs / MS_PER_HOUR) * MS_PER_HOUR; hour < endMs; hour += MS_PER_HOUR) {
      const ms = Math.min(endMs, hour + MS_PER_HOUR) - Math.max(startMs, hour);
      const known = sums.get(hour) ?? { sum: 0, ms: 0 };
      sums.set(hour, { sum: known.sum + value * ms, ms: known.ms + ms });
    }
  return new Map(
    [...sums].flatMap(([hour, { sum, ms }]) => (2 * ms >= MS_PER_HOUR ? [[hour, sum / ms] as const] : [])),
  );
}

/**
 * What one source had said of each measured hour, for each lead time by its newest word within it. `issued` is oldest first; an hour that began
 * before the issue is not a forecast, and says nothing.
 */
export function judgedHours(
  issued: readonly IssuedForecast[],
  measured: ReadonlyMap<number, number>,
  fromMs: number,
): JudgedHour[] {
  const newest = new Map<string, JudgedHour>();
  for (const { issuedAtMs, stretches } of issued)
    for (const [startMs, forecast] of hourlyMeans(stretches)) {
      const came = measured.get(startMs);
      if (came === undefined || startMs < issuedAtMs || startMs < fromMs) continue;
      const lead = leadOf((startMs - issuedAtMs) / MS_PER_HOUR);
      newest.set(`${startMs} ${lead}`, { startMs, lead, forecast, measured: came });
    }
  return [...newest.values()];
}
