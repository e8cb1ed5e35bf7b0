import { MS_PER_HOUR, type Slot } from "@ohmstead/contract";
import type { IsHoliday } from "../domain/holidays.ts";
import type { LocalTime } from "../domain/local-time.ts";
import { eachQuarter, expectedOver } from "../domain/quarter-hours.ts";
import type { Stretch } from "../domain/series.ts";

/** What a price will probably be; eight times of ten it lies between low and high. */
export interface PredictedPrice {
  readonly pricePerKwh: number;
  readonly lowPricePerKwh: number;
  readonly highPricePerKwh: number;
}

export interface PriceShape {
  /** Whole days that it was learned from. */
  readonly days: number;
  predict(slot: Slot): PredictedPrice;
}

const DAY_MS = 24 * MS_PER_HOUR;
const QUARTERS = 96;
const LEARN_DAYS = 42;
/** How fast old days stop counting: for the shape of the day, and for how dear the days are. Chosen on measured years (docs/learning/price-shape.md). */
const SHAPE_HALF_LIFE_DAYS = 8;
const LEVEL_HALF_LIFE_DAYS = 1.5;
const LEVEL_DAYS = 7;
/** A day counts for the same weekday, for days of the same sort (working days, weekends), for all others. */
const SAME_WEEKDAY = 2;
const SAME_SORT = 1;
const OTHER_SORT = 0.15;
const FRIDAY = 5;
const SUNDAY = 7;
/** A day of which less is known has no mean of its own. */
const WHOLE_DAY = 0.6 * QUARTERS;
/** The shape knows the days it is judged by: for eight of ten days to come it must hold nearly nine of ten of those. */
const LOW = 0.06;
const HIGH = 0.94;
/** Fewer days than this are all that the shape is made of: by them nobody can say how wrong it is. */
const JUDGING_DAYS = 14;
/** Then the price is expected within so many sizes. */
const UNJUDGED_SIZES = 1.7;
/** The level of the very first days has nothing before it to come from. */
const FIRST_JUDGED_DAY = 3;

interface Weighted {
  readonly value: number;
  readonly weight: number;
}

interface Day {
  readonly middleMs: number;
  readonly weekday: number;
  /** By local quarter-hour, undefined where nothing is known. */
  readonly prices: readonly (number | undefined)[];
  readonly mean: number;
}

/**
 * Learns from past prices (sorted, each for its stretch of time) what the days after them will be like. A day is a level and a shape:
 * price = level + size · shape(weekday, local quarter-hour). Shape: weighted median over the days of (price − level) / size, with level the
 * median of the daily means of the week around it and size the mean distance of prices from them, so that one wild day changes neither.
 * Recent and like days count more; of a few days all count. Level now: what the last days were above the shape. Where there is no whole day
 * yet the mean of what is known is predicted for every hour; undefined where nothing is known. A public holiday on a working day is expected to be
 * like a Sunday, and learned from by its weekday: what it would teach of Sundays helps in some markets and harms in others.
 */
export function learnPriceShape(
  history: readonly Stretch[],
  clock: (ms: number) => LocalTime,
  isHoliday: IsHoliday,
): PriceShape | undefined {
  const untilMs = history.at(-1)?.endMs;
  if (untilMs === undefined) return undefined;
  const recent = history.filter((each) => each.endMs > untilMs - LEARN_DAYS * DAY_MS);
  const days = wholeDays(recent, clock);
  const last = days.at(-1);
  if (!last) return flat(recent);

  const ageDays = (day: Day): number => (last.middleMs - day.middleMs) / DAY_MS;
  const around = days.map((_, i) => weekAround(days, i));
  const levels = around.map((near) =>
    quantile(
      near.map(({ mean }) => ({ value: mean, weight: 1 })),
      0.5,
    ),
  );
  const sizes = around.map((near) => meanDistance(near));
  const sizeNow = sizes.at(-1) ?? 1;

  const shapes = [1, 2, 3, 4, 5, 6, 7].map((weekday) =>
    Array.from({ length: QUARTERS }, (_, quarter) => {
      const seen = days.flatMap((day, i): Weighted[] => {
        const price = day.prices[quarter];
        if (price === undefined) return [];
        const weight = likeness(day.weekday, weekday) * 2 ** (-ageDays(day) / SHAPE_HALF_LIFE_DAYS);
        return [{ value: (price - (levels[i] ?? 0)) / (sizes[i] ?? 1), weight }];
      });
      return quantile(seen, 0.5);
    }),
  );
  const shapeOf = (weekday: number, quarter: number): number => shapes[weekday - 1]?.[quarter] ?? 0;
  /** How much a day was above its shape, in money. */
  const excess = days.map((day, i) => {
    const shape = mean(day.prices.flatMap((price, q) => (price === undefined ? [] : [shapeOf(day.weekday, q)])));
    return day.mean - (sizes[i] ?? 1) * shape;
  });
  const levelAfter = (count: number): number => {
    const at = days[count - 1]?.middleMs ?? 0;
    const latest = days.slice(0, count).flatMap((day, i): Weighted[] => {
      const age = (at - day.middleMs) / DAY_MS;
      return age < LEVEL_DAYS ? [{ value: excess[i] ?? 0, weight: 2 ** (-age / LEVEL_HALF_LIFE_DAYS) }] : [];
    });
    return weightedMean(latest);
  };
  const errors = errorsByHour(days, sizes, (i, quarter) => {
    const day = days[i];
    return day && levelAfter(i) + (sizes[i] ?? 1) * shapeOf(day.weekday, quarter);
  });
  const level = levelAfter(days.length);
  const at = (slot: Slot, more: (hour: number) => number): number =>
    expectedOver((ms) => {
      const { weekday, minuteOfDay, day } = clock(ms);
      const quarter = Math.floor(minuteOfDay / 15);
      const like = weekday <= FRIDAY && isHoliday(day) ? SUNDAY : weekday;
      return level + sizeNow * (shapeOf(like, quarter) + more(Math.floor(quarter / 4)));
    }, slot) ?? level;
  return {
    days: days.length,
    predict: (slot) => ({
      pricePerKwh: at(slot, () => 0),
      lowPricePerKwh: at(slot, (hour) => Math.min(0, errors[hour]?.low ?? 0)),
      highPricePerKwh: at(slot, (hour) => Math.max(0, errors[hour]?.high ?? 0)),
    }),
  };
}

const likeness = (one: number, other: number): number => {
  if (one === other) return SAME_WEEKDAY;
  return one > FRIDAY === other > FRIDAY ? SAME_SORT : OTHER_SORT;
};

/** Seven days in a row with this one in their middle, or as near as there are days: each weekday once. */
function weekAround(days: readonly Day[], i: number): readonly Day[] {
  const from = Math.max(0, Math.min(i - 3, days.length - 7));
  return days.slice(from, from + 7);
}

/** Local days of which most is known, oldest first. */
function wholeDays(history: readonly Stretch[], clock: (ms: number) => LocalTime): Day[] {
  const byMiddle = new Map<number, { weekday: number; prices: (number | undefined)[] }>();
  for (const { startMs, endMs, value } of history)
    eachQuarter(startMs, endMs, (ms) => {
      const { minuteOfDay, weekday } = clock(ms);
      // Where the clocks change, midnight plus twelve hours is still the same day.
      const middleMs = Math.round((ms - minuteOfDay * 60_000) / DAY_MS) * DAY_MS + DAY_MS / 2;
      const day = byMiddle.get(middleMs) ?? { weekday, prices: Array.from({ length: QUARTERS }, () => undefined) };
      byMiddle.set(middleMs, day);
      day.prices[Math.floor(minuteOfDay / 15)] = value;
    });
  return [...byMiddle]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([middleMs, { weekday, prices }]) => {
      const known = prices.filter((each) => each !== undefined);
      return known.length >= WHOLE_DAY ? [{ middleMs, weekday, prices, mean: mean(known) }] : [];
    });
}

/** Mean distance of the prices from their day's mean; 1 where all are alike, so that nothing is divided by 0. */
function meanDistance(days: readonly Day[]): number {
  const distances = days.flatMap((day) =>
    day.prices.flatMap((price) => (price === undefined ? [] : [Math.abs(price - day.mean)])),
  );
  const distance = mean(distances);
  return distance > 1e-9 ? distance : 1;
}

/** What the shape, with the level of the days before, would have missed: low and high by local hour, in sizes. */
function errorsByHour(
  days: readonly Day[],
  sizes: readonly number[],
  expected: (day: number, quarter: number) => number | undefined,
): { readonly low: number; readonly high: number }[] {
  const byHour: Weighted[][] = Array.from({ length: 24 }, () => []);
  days.forEach((day, i) => {
    if (i < FIRST_JUDGED_DAY) return;
    day.prices.forEach((price, quarter) => {
      const usual = expected(i, quarter);
      if (price === undefined || usual === undefined) return;
      byHour[Math.floor(quarter / 4)]?.push({ value: (price - usual) / (sizes[i] ?? 1), weight: 1 });
    });
  });
  return byHour.map((errors) =>
    errors.length > 0 && days.length >= JUDGING_DAYS
      ? { low: quantile(errors, LOW), high: quantile(errors, HIGH) }
      : { low: -UNJUDGED_SIZES, high: UNJUDGED_SIZES },
  );
}

/** Every hour alike: the mean of what is known, between its extremes. */
function flat(history: readonly Stretch[]): PriceShape {
  const values = history.map(({ value }) => value);
  const predicted = {
    pricePerKwh: weightedMean(history.map(({ startMs, endMs, value }) => ({ value, weight: endMs - startMs }))),
    lowPricePerKwh: Math.min(...values),
    highPricePerKwh: Math.max(...values),
  };
  return { days: 0, predict: () => predicted };
}

const mean = (values: readonly number[]): number =>
  values.length > 0 ? values.reduce((sum, each) => sum + each, 0) / values.length : 0;

function weightedMean(values: readonly Weighted[]): number {
  const weight = values.reduce((sum, each) => sum + each.weight, 0);
  return weight > 0 ? values.reduce((sum, each) => sum + each.weight * each.value, 0) / weight : 0;
}

/** The value that a share of the weight does not exceed; 0 of nothing. Of an even split the middle of the two neighbours. */
function quantile(values: readonly Weighted[], share: number): number {
  const rising = values.toSorted((a, b) => a.value - b.value);
  const wanted = share * rising.reduce((sum, each) => sum + each.weight, 0);
  let passed = 0;
  const k = rising.findIndex((each) => (passed += each.weight) >= wanted - 1e-12);
  const found = rising[k];
  if (!found) return 0;
  const next = rising[k + 1];
  return next && Math.abs(passed - wanted) < 1e-12 ? (found.value + next.value) / 2 : found.value;
}
