import { MS_PER_HOUR } from "@ohmstead/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { JudgedHour } from "./judged-hours.ts";
import { skillOf } from "./source-skill.ts";

const DAY_MS = 24 * MS_PER_HOUR;
const NOW_MS = Date.UTC(2024, 5, 20);
const PEAK_KW = 5;
const SUN = { kind: "proportional", most: PEAK_KW } as const;
const TEMPERATURE = { kind: "additive" } as const;

/** Days of hours that were forecast by one function and came by another. */
const days = (
  count: number,
  forecast: (hour: number, day: number) => number,
  measured: (hour: number, day: number) => number,
): JudgedHour[] =>
  Array.from({ length: count * 24 }, (_, k) => {
    const [day, hour] = [Math.floor(k / 24), k % 24];
    return {
      startMs: NOW_MS - count * DAY_MS + k * MS_PER_HOUR,
      lead: hour < 6 ? 0 : 2,
      forecast: forecast(hour, day),
      measured: measured(hour, day),
    };
  });
const clearDay = (hour: number) => Math.max(0, 4 * Math.sin(((hour - 6) / 12) * Math.PI));
/** From 0 to 1, evenly. */
const noise = (hour: number, day: number) => ((hour * 7 + day * 13) % 20) / 20;
const at = (hour: number, value: number, more: object = {}) => ({
  startMs: NOW_MS + hour * MS_PER_HOUR,
  endMs: NOW_MS + (hour + 1) * MS_PER_HOUR,
  value,
  ...more,
});

test("without a past a source is believed as it is, with its own band", () => {
  const skill = skillOf([], SUN, NOW_MS);
  expect(skill.correct(at(12, 3, { low: 1, high: 4 }), NOW_MS)).toEqual(at(12, 3, { low: 1, high: 4 }));
  expect([skill.count, skill.meanError(0)]).toEqual([0, undefined]);
});

test("an array in the shade of the afternoon is corrected in the afternoon, not in the morning", () => {
  const shaded = (hour: number) => clearDay(hour) * (hour >= 14 ? 0.5 : 1);
  const skill = skillOf(days(14, clearDay, shaded), SUN, NOW_MS);
  expect(skill.correct(at(15, 3), NOW_MS).value).toBeGreaterThan(1.4);
  expect(skill.correct(at(15, 3), NOW_MS).value).toBeLessThan(1.9);
  expect(skill.correct(at(9, 3), NOW_MS).value).toBeGreaterThan(2.8);
});

test("two bright days after months of nothing move a forecast by a bounded factor, and never above the peak", () => {
  const skill = skillOf(
    days(14, clearDay, (hour) => 30 * clearDay(hour)),
    SUN,
    NOW_MS,
  );
  expect(skill.correct(at(12, 1), NOW_MS).value).toBeCloseTo(2.5, 6);
  expect(skill.correct(at(12, 4), NOW_MS).value).toBe(PEAK_KW);
  expect(skill.correct(at(2, 0), NOW_MS).value).toBe(0);
});

test("one strange day is not believed for more than a part", () => {
  const skill = skillOf(
    days(1, clearDay, (hour) => clearDay(hour) / 2),
    SUN,
    NOW_MS,
  );
  expect(skill.correct(at(12, 4), NOW_MS).value).toBeGreaterThan(2.3);
});

test("a thermometer in the sun of the morning is a shift of the morning, of degrees", () => {
  const skill = skillOf(
    days(
      14,
      () => 10,
      (hour) => (hour === 8 ? 14 : 10),
    ),
    TEMPERATURE,
    NOW_MS,
  );
  expect(skill.correct(at(8, 0), NOW_MS).value).toBeGreaterThan(2.2);
  expect(Math.abs(skill.correct(at(20, 0), NOW_MS).value)).toBeLessThan(0.3);
});

test("a band is made from past errors where a source gives none: about eight in ten lie within", () => {
  const judged = days(21, clearDay, (hour, day) => clearDay(hour) * (0.5 + noise(hour, day)));
  const skill = skillOf(judged, SUN, NOW_MS);
  const bright = judged.filter(({ forecast }) => forecast > 0.5);
  const within = bright.filter(({ startMs, forecast, measured }) => {
    const { low = Number.NaN, high = Number.NaN } = skill.correct(
      { startMs, endMs: startMs + MS_PER_HOUR, value: forecast },
      startMs - 13 * MS_PER_HOUR,
    );
    return low <= measured && measured <= high;
  });
  expect(within.length / bright.length).toBeGreaterThan(0.7);
  expect(within.length / bright.length).toBeLessThan(0.9);
});

test("the error counts what is left after the correction, by lead time, the nearest one where none was judged", () => {
  const skill = skillOf(
    days(
      21,
      () => 10,
      (_, day) => 12 + (day % 2),
    ),
    TEMPERATURE,
    NOW_MS,
  );
  expect(skill.meanError(0)).toBeGreaterThan(0.4);
  expect(skill.meanError(0)).toBeLessThan(0.8);
  expect(skill.meanError(4)).toBe(skill.meanError(2));
});

test("power stays between nothing and the peak, and a band around its middle, whatever came", () => {
  const kw = fc.double({ min: 0, max: 8, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(kw, kw), { minLength: 1, maxLength: 300 }), kw, (pairs, value) => {
      const judged = pairs.map(([forecast, measured], k) => ({
        startMs: NOW_MS - (k + 1) * MS_PER_HOUR,
        lead: k % 5,
        forecast,
        measured,
      }));
      const said = skillOf(judged, SUN, NOW_MS).correct(at(12, value), NOW_MS);
      expect(said.value).toBeGreaterThanOrEqual(0);
      expect(said.value).toBeLessThanOrEqual(PEAK_KW);
      if (said.low !== undefined) expect(said.low).toBeLessThanOrEqual(said.value);
      if (said.high !== undefined) expect(said.high).toBeGreaterThanOrEqual(said.value);
    }),
  );
});
