import { MS_PER_HOUR } from "@ohmstead/contract";
import { expect, test } from "vitest";
import type { Stretch } from "../domain/series.ts";
import { createLoadExpectation, outdoorSeries } from "./expected-load.ts";

const DAY_MS = 24 * MS_PER_HOUR;
const NOW_MS = Date.UTC(2024, 0, 15, 12);
const config = { timeZone: "UTC", load: { annualKwh: 3500 } };
const history = (days: number, kw: number): Stretch[] =>
  Array.from({ length: days * 96 }, (_, k) => {
    const startMs = NOW_MS - (days * 96 - k) * (MS_PER_HOUR / 4);
    return { startMs, endMs: startMs + MS_PER_HOUR / 4, value: kw };
  });

test("the usual load is learned once an hour, not with every plan, and at once when there is suddenly a history", () => {
  const expectation = createLoadExpectation(config);
  const atFirst = expectation.at({ history: [], nowMs: NOW_MS });
  expect(atFirst.days).toBe(0);
  const past = history(21, 0.9);
  const learned = expectation.at({ history: past, nowMs: NOW_MS + 60_000 });
  expect(learned.at(NOW_MS + DAY_MS)).toBeCloseTo(0.9, 2);
  expect(expectation.at({ history: past, nowMs: NOW_MS + 59 * 60_000 })).toBe(learned);
  expect(expectation.at({ history: past, nowMs: NOW_MS + MS_PER_HOUR })).not.toBe(learned);
});

const usualNow = (series: Stretch[]) => createLoadExpectation(config).at({ history: series, nowMs: NOW_MS }).at(NOW_MS);
test("the last hour is not learned from: a surprise is not measured against itself", () => {
  const past = history(21, 0.9);
  const surprised = past.map((each) => (each.startMs >= NOW_MS - MS_PER_HOUR ? { ...each, value: 9 } : each));
  expect(usualNow(surprised)).toBe(usualNow(past));
});

const stretch = (hour: number, value: number) => ({
  startMs: hour * MS_PER_HOUR,
  endMs: (hour + 1) * MS_PER_HOUR,
  value,
});
test("outdoors is as measured, and from then on as forecast", () => {
  expect(outdoorSeries([stretch(0, 1), stretch(1, 2)], [stretch(0, 9), stretch(2, 5), stretch(3, 6)])).toEqual([
    stretch(0, 1),
    stretch(1, 2),
    stretch(2, 5),
    stretch(3, 6),
  ]);
  expect(outdoorSeries([], [stretch(2, 5)])).toEqual([stretch(2, 5)]);
});
