import { MS_PER_HOUR } from "@ohmstead/contract";
import type { Stretch } from "../domain/series.ts";
import type { LoadProfile } from "../forecasts/base-load.ts";
import { CELLS, cellOf, type Samples, samplesOf, timeOf, type WeekTime } from "./cells.ts";
import { type Spread, spreadOf } from "./load-spread.ts";
import { learnWeather } from "./load-weather.ts";
import { weekOf } from "./usual-week.ts";

export interface LoadLearning {
  /** Measured means in kW, sorted; what is later than `untilMs` is not looked at. */
  readonly history: readonly Stretch[];
  readonly untilMs: number;
  /** By the wall; a public holiday has weekday 7. */
  readonly clock: (ms: number) => WeekTime;
  /** The week of somebody like them: kW as a share of its mean, and the mean to begin with. */
  readonly preset: { readonly share: (time: WeekTime) => number; readonly meanKw: number };
  /** Outdoor °C, measured and forecast, sorted; without it the weather plays no part. */
  readonly outdoor?: readonly Stretch[] | undefined;
}

const DAY_MS = 24 * MS_PER_HOUR;

// All of these were chosen on the odd months of three measured houses: docs/learning/load-profile.md.

/** How much of what the last day was above its usual goes on, and how fast both are forgotten. */
const LEVEL_SHARE = 0.3;
const LEVEL_HALF_LIFE_DAYS = 0.5;
const LEVEL_DAYS = 3;
const LEVEL_FADES_DAYS = 2;
/** From this day on the preset has no say; at first it counts like so many days of the house's own. */
const PRESET_DAYS = 14;
const PRESET_COUNTS_DAYS = 0.5;
/** The preset's mean is believed like so many measured hours. */
const PRESET_MEAN_HOURS = 12;
/** Of a house nothing is known of: its P10, P50 and P90 as shares of its mean. */
const PRESET_SPREAD = [0.4, 0.8, 1.8] as const;

/**
 * Learns what a household usually draws by weekday and local quarter-hour. Every quarter-hour has a value from the first day on:
 * what was never measured is the preset's, scaled to what was.
 */
export function learnLoadProfile({ history, untilMs, clock, preset, outdoor }: LoadLearning): LoadProfile {
  const samples = samplesOf(history, untilMs, clock);
  const days = samples.hours.reduce((sum, each) => sum + each, 0) / 24;
  const own = Math.min(1, days / PRESET_DAYS);
  const week = weekOf(samples, samples.kw, {
    preset: scaledPreset(samples, preset),
    presetDays: (1 - own) * PRESET_COUNTS_DAYS,
  });
  const weatherKw = learnWeather(samples, outdoor);
  const usualKw = (ms: number, cell: number): number => (week[cell] ?? 0) + weatherKw(ms, cell);
  const levelKw = levelOf(samples, untilMs, usualKw);
  let spread: Spread | undefined;
  return {
    days,
    at: (ms, what = "meanKw") => {
      const cell = cellOf(clock(ms));
      const lateDays = Math.max(0, ms - untilMs) / DAY_MS;
      const meanKw = usualKw(ms, cell) + levelKw * Math.exp(-lateDays / LEVEL_FADES_DAYS);
      if (what === "meanKw") return Math.max(0, meanKw);
      // Plans need the mean only.
      spread ??= spreadOf(samples);
      const k = what === "lowKw" ? 0 : what === "middleKw" ? 1 : 2;
      const ofWeekKw = week[cell] ?? 0;
      const ofPresetKw = PRESET_SPREAD[k] * ofWeekKw;
      const measuredKw = spread[k][cell] ?? Number.NaN;
      const spreadKw = Number.isNaN(measuredKw) ? ofPresetKw : own * measuredKw + (1 - own) * ofPresetKw;
      return Math.max(0, spreadKw + meanKw - ofWeekKw);
    },
  };
}

/** The preset by cell, kW: as much as was measured, so far as anything was. */
function scaledPreset({ cell, hours, kw }: Samples, { share, meanKw }: LoadLearning["preset"]): Float64Array {
  const shares = Float64Array.from({ length: CELLS }, (_, each) => share(timeOf(each)));
  let measured = PRESET_MEAN_HOURS * meanKw;
  let expected = PRESET_MEAN_HOURS;
  for (const [k, each] of cell.entries()) {
    measured += (hours[k] ?? 0) * (kw[k] ?? 0);
    expected += (hours[k] ?? 0) * (shares[each] ?? 0);
  }
  return shares.map((each) => (each * Math.max(0, measured)) / expected);
}

/** How much the last days were above their usual, kW, as far as that goes on. */
function levelOf(
  { startMs, hours, kw, cell }: Samples,
  untilMs: number,
  usualKw: (ms: number, cell: number) => number,
): number {
  let sum = 0;
  let weights = 0;
  for (let k = cell.length - 1; k >= 0; k -= 1) {
    const ms = startMs[k] ?? 0;
    if (ms < untilMs - LEVEL_DAYS * DAY_MS) break;
    const weight = (hours[k] ?? 0) * 2 ** ((ms - untilMs) / DAY_MS / LEVEL_HALF_LIFE_DAYS);
    sum += weight * ((kw[k] ?? 0) - usualKw(ms, cell[k] ?? 0));
    weights += weight;
  }
  return weights > 0 ? (LEVEL_SHARE * sum) / weights : 0;
}
