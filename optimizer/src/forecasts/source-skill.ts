import { MS_PER_HOUR } from "@ohmstead/contract";
import type { ForecastStretch } from "../domain/forecast.ts";
import { type JudgedHour, LEAD_BORDERS } from "./judged-hours.ts";

/** How a series errs: power of the sun in proportion, from 0 to the peak; temperature by so many degrees. */
export type ErrorKind = { readonly kind: "proportional"; readonly most: number } | { readonly kind: "additive" };

/** What the last weeks say of one source. */
export interface SourceSkill {
  /** Judged hours that say something of its error: of the sun those with light. */
  readonly count: number;
  /** What it says, freed from what it has usually been wrong by at this hour of the UTC day, with P10 and P90: its own, or made from its errors. */
  readonly correct: (stretch: ForecastStretch, issuedAtMs: number) => ForecastStretch;
  /** Mean absolute error after the correction, for such a lead time; undefined where too little was judged. */
  readonly meanError: (lead: number) => number | undefined;
}

const DAY_MS = 24 * MS_PER_HOUR;
const HALF_LIFE_MS = 10 * DAY_MS;
/** So much counts the belief that a source is right, and so much the belief that an hour of the day errs as the whole day does: hours of full power … */
const SUN_BELIEF = { whole: 8, hour: 1.5 } as const;
/** … and hours of any temperature. */
const TEMPERATURE_BELIEF = { whole: 24, hour: 4 } as const;
const LEAST_FACTOR = 0.4;
const MOST_FACTOR = 2.5;
const MOST_SHIFT = 5;
/** Below this share of the peak the ratio of measured and forecast is mostly noise. */
const DIMMEST_SHARE = 0.05;
/** With fewer judged hours of a lead time nothing is said of it. */
const LEAST_HOURS = 24;

const hourOf = (ms: number): number => Math.floor((((ms % DAY_MS) + DAY_MS) % DAY_MS) / MS_PER_HOUR);
const middleOf = ({ startMs, endMs }: { readonly startMs: number; readonly endMs: number }): number =>
  (startMs + endMs) / 2;
const clip = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));

const zero = () => ({ weight: 0, forecast: 0, measured: 0 });

/** Weighted sums of what was forecast and what came, over all hours and for each hour of the UTC day. */
function sumsOf(judged: readonly JudgedHour[], nowMs: number) {
  const all = zero();
  const byHour = Array.from({ length: 24 }, zero);
  for (const { startMs, forecast, measured } of judged) {
    const weight = 2 ** ((startMs - nowMs) / HALF_LIFE_MS);
    for (const sums of [all, byHour[hourOf(startMs)] ?? zero()]) {
      sums.weight += weight;
      sums.forecast += weight * forecast;
      sums.measured += weight * measured;
    }
  }
  return { all, byHour };
}

/**
 * Factor or shift for each hour of the UTC day. Sun: f(h) = (Σ_h m + c·f) / (Σ_h p + c), f = (Σ m + C) / (Σ p + C), 0.4 to 2.5. Temperature: the
 * same with differences, at most 5 K. Sums are over the judged hours with w = 2^(−age / 10 days), p forecast, m measured.
 */
function correctionsOf(judged: readonly JudgedHour[], kind: ErrorKind, nowMs: number): number[] {
  const { all, byHour } = sumsOf(judged, nowMs);
  if (kind.kind === "additive") {
    const whole = (all.measured - all.forecast) / (all.weight + TEMPERATURE_BELIEF.whole);
    return byHour.map(({ weight, forecast, measured }) =>
      clip(
        (measured - forecast + TEMPERATURE_BELIEF.hour * whole) / (weight + TEMPERATURE_BELIEF.hour),
        -MOST_SHIFT,
        MOST_SHIFT,
      ),
    );
  }
  const belief = SUN_BELIEF.whole * kind.most;
  const hourBelief = SUN_BELIEF.hour * kind.most;
  const whole = (all.measured + belief) / (all.forecast + belief);
  return byHour.map(({ forecast, measured }) =>
    clip((measured + hourBelief * whole) / (forecast + hourBelief), LEAST_FACTOR, MOST_FACTOR),
  );
}

/** The value below which a share of them lies, between neighbours in proportion. */
function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)] ?? 0, sorted[Math.ceil(at)] ?? 0];
  return low + (high - low) * (at - Math.floor(at));
}

/** Of a lead time that was not judged the nearest one stands in. */
const nearest = <T>(all: readonly (T | undefined)[], lead: number): T | undefined =>
  all
    .map((each, k) => ({ each, distance: Math.abs(k - lead) }))
    .filter(({ each }) => each !== undefined)
    .toSorted((a, b) => a.distance - b.distance)[0]?.each;

/** How one source has done on the hours that were judged of it. Without any it is believed as it is. */
export function skillOf(judged: readonly JudgedHour[], kind: ErrorKind, nowMs: number): SourceSkill {
  const isProportional = kind.kind === "proportional";
  const most = isProportional ? kind.most : Number.POSITIVE_INFINITY;
  const dimmest = isProportional ? DIMMEST_SHARE * kind.most : Number.NEGATIVE_INFINITY;
  const telling = judged.filter(({ forecast, measured }) => Math.max(forecast, measured) >= dimmest);
  const corrections = correctionsOf(telling, kind, nowMs);
  const corrected = (value: number, ms: number): number => {
    const correction = corrections[hourOf(ms)];
    if (correction === undefined) return value;
    return isProportional ? clip(value * correction, 0, most) : value + correction;
  };
  const byLead = LEAD_BORDERS.map((_, lead) =>
    telling
      .filter((each) => each.lead === lead)
      .map(({ startMs, forecast, measured }) => ({
        expected: corrected(forecast, startMs + MS_PER_HOUR / 2),
        measured,
      })),
  );
  const errors = byLead.map((all) =>
    all.length < LEAST_HOURS
      ? undefined
      : all.reduce((sum, { expected, measured }) => sum + Math.abs(measured - expected), 0) / all.length,
  );
  const spreads = byLead.map((all) => {
    const bright = all.filter(({ expected }) => expected >= dimmest);
    if (bright.length < LEAST_HOURS) return undefined;
    const sorted = bright
      .map(({ expected, measured }) => (isProportional ? measured / expected : measured - expected))
      .toSorted((a, b) => a - b);
    return { low: quantile(sorted, 0.1), high: quantile(sorted, 0.9) };
  });

  return {
    count: telling.length,
    correct: (stretch, issuedAtMs) => {
      const ms = middleOf(stretch);
      const value = corrected(stretch.value, ms);
      const { startMs, endMs } = stretch;
      if (stretch.low !== undefined && stretch.high !== undefined)
        return { startMs, endMs, value, low: corrected(stretch.low, ms), high: corrected(stretch.high, ms) };
      const hours = (ms - issuedAtMs) / MS_PER_HOUR;
      const spread = nearest(
        spreads,
        Math.max(
          0,
          LEAD_BORDERS.findLastIndex((each) => each <= hours),
        ),
      );
      if (!spread) return { startMs, endMs, value };
      const bound = (by: number): number => (isProportional ? clip(value * by, 0, most) : value + by);
      return {
        startMs,
        endMs,
        value,
        low: Math.min(value, bound(spread.low)),
        high: Math.max(value, bound(spread.high)),
      };
    },
    meanError: (lead) => nearest(errors, lead),
  };
}
