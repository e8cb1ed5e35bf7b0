import { expect, test } from "vitest";
import { localTimeOf } from "./local-time.ts";
import { seededRandom } from "./random.ts";
import { drawsOfDay, MEDIUM_PATTERN, tapsOf } from "./taps.ts";

const HOUR_MS = 3_600_000;

test("the pattern is profile M: 5.845 kWh", () => {
  expect(MEDIUM_PATTERN.reduce((sum, { kwh }) => sum + kwh, 0)).toBeCloseTo(5.845, 6);
});

test("no two days are alike, and a hundred of them take the standard's heat on average", () => {
  const random = seededRandom(3);
  const days = Array.from({ length: 100 }, () => drawsOfDay(0, random));
  const kwh = days.map((draws) =>
    draws.reduce((sum, { startMs, endMs, kw }) => sum + (kw * (endMs - startMs)) / HOUR_MS, 0),
  );
  expect(new Set(kwh).size).toBe(100);
  expect(kwh.reduce((sum, each) => sum + each, 0) / 100).toBeCloseTo(5.845, 0);
});

test("taps open by the kitchen clock: little at night, a shower around seven, in Helsinki as in the data's UTC + 2", () => {
  const fromMs = Date.UTC(2024, 0, 4, 22);
  const drawn = tapsOf(fromMs, localTimeOf("Europe/Helsinki"), seededRandom(1));
  const hourly = Array.from({ length: 24 }, (_, hour) => drawn(fromMs + hour * HOUR_MS, fromMs + (hour + 1) * HOUR_MS));
  expect(hourly.slice(0, 6).reduce((sum, kw) => sum + kw, 0)).toBe(0);
  expect((hourly[6] ?? 0) + (hourly[7] ?? 0)).toBeGreaterThan(1.2);
  expect(hourly.reduce((sum, kw) => sum + kw, 0)).toBeGreaterThan(5);
});

test("steps of a minute and of an hour take the same heat, through the night when the clocks change too", () => {
  const fromMs = Date.UTC(2024, 2, 29, 22);
  const taps = () => tapsOf(fromMs, localTimeOf("Europe/Helsinki"), seededRandom(1));
  const total = (stepMs: number): number => {
    const drawn = taps();
    let kwh = 0;
    for (let atMs = fromMs; atMs < fromMs + 96 * HOUR_MS; atMs += stepMs)
      kwh += (drawn(atMs, atMs + stepMs) * stepMs) / HOUR_MS;
    return kwh;
  };
  expect(total(60_000)).toBeCloseTo(total(HOUR_MS), 6);
  expect(total(HOUR_MS)).toBeGreaterThan(4 * 5);
  expect(total(HOUR_MS)).toBeLessThan(4 * 6.8);
});
