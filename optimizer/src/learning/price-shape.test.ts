import { MS_PER_HOUR } from "@ohmstead/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { IsHoliday } from "../domain/holidays.ts";
import { localClock } from "../domain/local-time.ts";
import type { Stretch } from "../domain/series.ts";
import { learnPriceShape, type PriceShape } from "./price-shape.ts";

const DAY_MS = 24 * MS_PER_HOUR;
/** Midnight of a Monday in Helsinki. */
const MONDAY_MS = Date.UTC(2024, 0, 7, 22);
const clock = localClock("Europe/Helsinki");
const learn = (history: readonly Stretch[], isHoliday: IsHoliday = () => false) =>
  learnPriceShape(history, clock, isHoliday);

/** Hourly prices from Monday on, by day and hour of the local day (no clock changes in these weeks). */
const hourly = (days: number, price: (day: number, hour: number) => number, fromDay = 0): Stretch[] =>
  Array.from({ length: days * 24 }, (_, k) => {
    const startMs = MONDAY_MS + fromDay * DAY_MS + k * MS_PER_HOUR;
    return { startMs, endMs: startMs + MS_PER_HOUR, value: price(fromDay + Math.floor(k / 24), k % 24) };
  });
const at = (shape: PriceShape | undefined, day: number, hour: number, hours = 1) => {
  if (!shape) throw new Error("nothing was learned");
  return shape.predict({ startMs: MONDAY_MS + day * DAY_MS + hour * MS_PER_HOUR, hours });
};
const isWeekend = (day: number): boolean => day % 7 >= 5;
const usual = (day: number, hour: number): number =>
  isWeekend(day) ? 0.1 + (hour >= 12 && hour < 16 ? -0.05 : 0.01) : 0.2 + (hour >= 17 && hour < 21 ? 0.15 : -0.03);

const rising = (day: number, hour: number): number => usual(0, hour) + (day >= 24 ? 0.3 : 0);
const spiked = (day: number, hour: number): number => (day === 23 && hour === 9 ? 2.5 : usual(0, hour));

test("evenings of working days are dear, noons of weekends cheap: each day is predicted as its like", () => {
  const shape = learn(hourly(28, usual));
  expect(shape?.days).toBe(28);
  for (const day of [28, 32, 33, 34])
    for (const hour of [3, 13, 18]) expect(at(shape, day, hour).pricePerKwh).toBeCloseTo(usual(day, hour), 2);
});

test("a holiday on a working day is expected as the Sundays were, and the days like it, its own weekday too, as they were", () => {
  const holidays = [10, 29];
  const isHoliday = (day: number): boolean =>
    holidays.some((each) => day === Math.floor(MONDAY_MS / DAY_MS) + 1 + each);
  // What a holiday was is no measure for a Wednesday.
  const history = hourly(28, (day, hour) => usual(holidays.includes(day) ? 6 : day, hour));
  const shape = learn(history, isHoliday);
  for (const hour of [3, 13, 18]) {
    expect(at(shape, 29, hour).pricePerKwh).toBeCloseTo(usual(6, hour), 2);
    for (const day of [28, 30, 31, 34]) expect(at(shape, day, hour).pricePerKwh).toBeCloseTo(usual(day, hour), 2);
    expect(at(learn(history), 29, hour).pricePerKwh).toBeCloseTo(usual(29, hour), 2);
  }
});

test("the level is that of the last days, the shape that of all", () => {
  const price = at(learn(hourly(28, rising)), 28, 18).pricePerKwh;
  expect(price).toBeGreaterThan(0.35 + 0.22);
  expect(price).toBeLessThan(0.35 + 0.31);
});

test("one wild hour changes nothing that is expected of it", () => {
  const calm = at(learn(hourly(28, (_, hour) => usual(0, hour))), 28, 9).pricePerKwh;
  expect(at(learn(hourly(28, spiked)), 28, 9).pricePerKwh).toBeLessThan(calm + 0.05);
});

test("a slot over several hours gets their mean", () => {
  const shape = learn(hourly(28, usual));
  const parts = [16, 17].map((hour) => at(shape, 28, hour).pricePerKwh);
  expect(at(shape, 28, 16, 2).pricePerKwh).toBeCloseTo(((parts[0] ?? 0) + (parts[1] ?? 0)) / 2, 9);
});

test("the first days are taken as they come: one day is like the next, hours of less than a day have only a mean", () => {
  expect(learn([])).toBeUndefined();
  const hours = hourly(1, usual).slice(0, 6);
  expect(at(learn(hours), 1, 18)).toEqual({
    pricePerKwh: expect.closeTo(usual(0, 0), 9),
    lowPricePerKwh: usual(0, 0),
    highPricePerKwh: usual(0, 0),
  });
  const oneDay = learn(hourly(1, usual));
  expect(oneDay?.days).toBe(1);
  expect(at(oneDay, 1, 18).pricePerKwh).toBeCloseTo(usual(0, 18), 9);
  // A Saturday after one Friday: there is nothing else to go by.
  expect(at(learn(hourly(1, usual, 4)), 5, 18).pricePerKwh).toBeCloseTo(usual(4, 18), 9);
});

test("flat prices are flat, and surely so", () => {
  const shape = learn(hourly(20, () => 0.3));
  expect(at(shape, 21, 5)).toEqual({
    pricePerKwh: expect.closeTo(0.3, 9),
    lowPricePerKwh: expect.closeTo(0.3, 9),
    highPricePerKwh: expect.closeTo(0.3, 9),
  });
});

test("on the night when the clocks change every hour has a price", () => {
  const autumn = Date.UTC(2024, 9, 6, 21);
  const history = Array.from({ length: 24 * 20 }, (_, k) => ({
    startMs: autumn + k * MS_PER_HOUR,
    endMs: autumn + (k + 1) * MS_PER_HOUR,
    value: clock(autumn + k * MS_PER_HOUR).minuteOfDay >= 17 * 60 ? 0.4 : 0.1,
  }));
  const shape = learn(history);
  const changed = Array.from({ length: 25 }, (_, k) => autumn + 20 * DAY_MS + k * MS_PER_HOUR);
  for (const startMs of changed)
    expect(shape?.predict({ startMs, hours: 1 }).pricePerKwh).toBeCloseTo(
      clock(startMs).minuteOfDay >= 17 * 60 ? 0.4 : 0.1,
      2,
    );
});

test("it is as dear as its history: prices doubled are predicted doubled, prices raised are predicted raised", () => {
  const anyPrices = fc.array(fc.double({ min: -0.5, max: 2, noNaN: true }), { minLength: 24 * 8, maxLength: 24 * 8 });
  fc.assert(
    fc.property(anyPrices, fc.integer({ min: 0, max: 23 }), (prices, hour) => {
      const of = (price: (value: number) => number) =>
        at(learn(hourly(8, (day, k) => price(prices[day * 24 + k] ?? 0))), 8, hour);
      const plain = of((value) => value);
      expect(of((value) => 2 * value).pricePerKwh).toBeCloseTo(2 * plain.pricePerKwh, 6);
      expect(of((value) => value + 0.1).pricePerKwh).toBeCloseTo(plain.pricePerKwh + 0.1, 6);
      expect(plain.lowPricePerKwh).toBeLessThanOrEqual(plain.pricePerKwh);
      expect(plain.highPricePerKwh).toBeGreaterThanOrEqual(plain.pricePerKwh);
    }),
    { numRuns: 20 },
  );
});
