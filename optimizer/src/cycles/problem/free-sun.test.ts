import { expect, test } from "vitest";
import { freeSun, limitAt } from "./free-sun.ts";

const DAY_MS = 24 * 3_600_000;
const NOON_MS = 12 * 3_600_000;
/** A quarter-hour so many days and quarters after a noon. */
const quarter = (day: number, k: number, value: number) => {
  const startMs = NOON_MS + day * DAY_MS + k * 900_000;
  return { startMs, endMs: startMs + 900_000, value };
};
const limit = (day: number, fromQuarter: number, untilQuarter: number, kw: number) => ({
  fromMs: NOON_MS + day * DAY_MS + fromQuarter * 900_000,
  untilMs: NOON_MS + day * DAY_MS + untilQuarter * 900_000,
  kw,
});

test("what our own limit held back is left out; below the limit the sun is what it is", () => {
  const history = [quarter(0, 0, 3), quarter(0, 1, 3), quarter(1, 0, 1), quarter(1, 1, 0.4)];
  expect(freeSun(history, [limit(1, 0, 2, 1)])).toEqual([quarter(0, 0, 3), quarter(0, 1, 3), quarter(1, 1, 0.4)]);
  expect(freeSun(history, [])).toBe(history);
});

test("a quarter-hour that was free for a part only is left out, too", () => {
  const history = [quarter(0, 0, 3), quarter(1, 0, 2)];
  expect(freeSun(history, [limit(1, 0.7, 4, 1)])).toEqual([quarter(0, 0, 3)]);
});

test("a time of day at which it never was free keeps what was limited: that is better than night", () => {
  const history = [quarter(0, 0, 1), quarter(0, 1, 1), quarter(1, 0, 1), quarter(1, 1, 3)];
  expect(freeSun(history, [limit(0, 0, 2, 1), limit(1, 0, 1, 1)])).toEqual([
    quarter(0, 0, 1),
    quarter(1, 0, 1),
    quarter(1, 1, 3),
  ]);
});

test("the limit of a moment is the last one that is in force", () => {
  const limits = [limit(0, 0, 4, 2), limit(0, 3, 8, 1)];
  expect([-1, 0, 3, 8].map((k) => limitAt(limits, NOON_MS + k * 900_000))).toEqual([undefined, 2, 1, undefined]);
});
