import { describe, expect, test } from "vitest";
import { batteryPace, batteryTrend, believableState, type RawState, withUnknownContent } from "./believable-state.ts";

const NOW_MS = Date.UTC(2026, 4, 4, 12);
/** Minutes ago and value, oldest first. */
const readings = (...pairs: readonly (readonly [number, number | undefined])[]): RawState[] =>
  pairs.map(([minutesAgo, value]) => ({ atMs: NOW_MS - minutesAgo * 60_000, value }));
const battery = { capacityKwh: 10, maxChargeKw: 5, maxDischargeKw: 5, chargeEfficiency: 0.9, dischargeEfficiency: 0.9 };

const soc = (pairs: RawState[], trendPerHour?: number) =>
  believableState({
    readings: pairs,
    nowMs: NOW_MS,
    min: 0,
    max: 1,
    pace: batteryPace(battery),
    slack: 0.03,
    trendPerHour,
  });

describe("a state of charge", () => {
  test("is believed where it follows from its history", () => {
    expect(soc(readings([10, 0.68], [5, 0.7], [0, 0.72]))).toEqual({ value: 0.72 });
    expect(soc(readings([0, 0.4]))).toEqual({ value: 0.4 });
  });

  test("of zero is believed where the battery was nearly empty", () => {
    expect(soc(readings([10, 0.02], [5, 0.01], [0, 0]))).toEqual({ value: 0 });
  });

  test("E14 of zero is not believed while it is all that was ever said: sources say so before they know", () => {
    const found = soc(readings([5, 0], [0, 0]));
    expect(found).toEqual({ doubt: expect.stringContaining("says 0, as sources do before they know") });
    expect(soc(readings([31, 0], [15, 0], [0, 0]))).toEqual({ value: 0 });
  });

  test("of zero minutes after 70 % is not: the last value goes on, with the measured power", () => {
    const found = soc(readings([10, 0.68], [5, 0.7], [0, 0]), batteryTrend(battery, 2));
    expect(found?.value).toBeCloseTo(0.7 + (2 * 0.9 * 5) / 60 / 10, 9);
    expect(found?.doubt).toMatch(/says 0, .* the 0.7 of 5 minutes ago/);
  });

  test("that is missing is taken from its history", () => {
    const found = soc(readings([10, 0.68], [5, 0.7], [0, undefined]));
    expect(found?.value).toBe(0.7);
    expect(found?.doubt).toMatch(/gives no value/);
    expect(soc(readings([5, 0.7], [0, Number.NaN]))?.value).toBe(0.7);
  });

  test("that nobody ever read is unknown", () => {
    expect(soc([])).toBeUndefined();
    expect(soc(readings([0, undefined]))).toBeUndefined();
    expect(soc(readings([0, 71]))).toBeUndefined();
  });

  test("is right again after the zeros of a start", () => {
    expect(soc(readings([6, 0], [5, 0], [4, 0.71], [0, 0.72]))).toEqual({ value: 0.72 });
    expect(soc(readings([5, 0], [0, 0.71]))).toEqual({ value: 0.71 });
  });

  test("flickering to zero is not believed at zero", () => {
    expect(soc(readings([20, 0.71], [15, 0], [10, 0.71], [5, 0], [0, 0]))?.value).toBe(0.71);
  });

  test("that has stayed on a new level for half an hour is true", () => {
    expect(soc(readings([90, 0.2], [35, 0.2], [34, 0.9], [20, 0.9], [0, 0.9]))).toEqual({ value: 0.9 });
  });

  test("after hours of silence may be anything", () => {
    expect(soc(readings([240, 0.9], [0, 0.05]))).toEqual({ value: 0.05 });
  });

  test("is carried on for an hour at most, and not beyond its range", () => {
    expect(soc(readings([200, 0.5], [0, undefined]), 0.1)?.value).toBeCloseTo(0.6, 9);
    expect(soc(readings([60, 0.98], [0, undefined]), 0.1)?.value).toBe(1);
  });
});

test("power out of a battery takes more than it gives", () => {
  expect(batteryTrend(battery, -0.9)).toBeCloseTo(-0.1, 9);
  expect(batteryTrend(battery, 1)).toBeCloseTo(0.09, 9);
});

test("of unknown content nothing is bought, sold or counted on", () => {
  expect(withUnknownContent({ id: "b", minSoc: 0.1 })).toEqual({
    id: "b",
    minSoc: 0.1,
    soc: 0.1,
    mayChargeFromGrid: false,
    mayExport: false,
  });
});
