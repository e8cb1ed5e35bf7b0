import { expect, test } from "vitest";
import { asLastWeek, asYesterday } from "./naive.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** The value of an hour is the number of its day. */
const dayNumber = (startMs: number) => Math.floor(startMs / DAY_MS);
const noonOf = (day: number) => ({ startMs: day * DAY_MS + 12 * HOUR_MS, endMs: day * DAY_MS + 13 * HOUR_MS });

test("yesterday is the last day whose hour was over when the forecast was made", () => {
  expect(asYesterday(dayNumber, noonOf(20), 20 * DAY_MS)).toMatchObject({ forecast: 19, low: 19, high: 19 });
  expect(asYesterday(dayNumber, noonOf(21), 20 * DAY_MS)).toMatchObject({ forecast: 19 });
  expect(asYesterday(dayNumber, noonOf(21), 20 * DAY_MS + 13 * HOUR_MS)).toMatchObject({ forecast: 20 });
  expect(asYesterday(() => undefined, noonOf(20), 20 * DAY_MS)).toBeUndefined();
});

test("last week is the mean of seven days, its band their lowest and highest but one", () => {
  expect(asLastWeek(dayNumber, noonOf(20), 20 * DAY_MS)).toEqual({ forecast: 16, low: 14, high: 18 });
  expect(asLastWeek((ms) => (ms < 17 * DAY_MS ? undefined : 1), noonOf(20), 20 * DAY_MS)).toBeUndefined();
});
