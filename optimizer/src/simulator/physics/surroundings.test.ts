import { expect, test } from "vitest";
import { seededRandom } from "./random.ts";
import { interpolated, stepped, temperatureDeviation } from "./surroundings.ts";

const HOUR_MS = 3_600_000;
const samples = Array.from({ length: 24 }, (_, hour) => ({ startMs: hour * HOUR_MS, value: hour }));

test("a stepped series holds its value, an interpolated one goes straight to the next", () => {
  expect(stepped(samples)(5.9 * HOUR_MS)).toBe(5);
  expect(interpolated(samples)(5.9 * HOUR_MS)).toBeCloseTo(5.9, 9);
  const walk = stepped(samples);
  expect([9, 3, 20].map((hour) => walk(hour * HOUR_MS))).toEqual([9, 3, 20]); // any order
});

test("beyond its end a series repeats its last day, before its beginning it shows the first value", () => {
  expect(stepped(samples)(29.5 * HOUR_MS)).toBe(5);
  expect(interpolated(samples)(53.5 * HOUR_MS)).toBeCloseTo(5.5, 9);
  expect(stepped(samples)(-HOUR_MS)).toBe(0);
  expect(stepped([])(0)).toBe(0);
  expect(interpolated([])(0)).toBe(0);
});

test("the deviation has its size and its memory, and does not depend on the steps in which it is read", () => {
  const setup = { deviationK: 0.5, deviationHours: 3 };
  const at = temperatureDeviation(0, setup, seededRandom(2));
  const values = Array.from({ length: 5000 }, (_, hour) => at(hour * HOUR_MS));
  const variance = values.reduce((sum, each) => sum + each * each, 0) / values.length;
  expect(Math.sqrt(variance)).toBeCloseTo(0.5, 1);
  const lagged = values.slice(1).reduce((sum, each, k) => sum + each * (values[k] ?? 0), 0) / values.length;
  expect(lagged / variance).toBeCloseTo(Math.exp(-1 / 3), 1);
  const again = temperatureDeviation(0, setup, seededRandom(2));
  expect(again(4000 * HOUR_MS)).toBe(values[4000]);
});
