import { describe, expect, test } from "vitest";
import { evenSlots } from "../domain/slots.ts";
import { presentPvKw } from "./present-pv.ts";
import { repairLoad } from "./repair-load.ts";
import { repairPrices } from "./repair-prices.ts";
import { repairPv } from "./repair-pv.ts";

const NOON_MS = Date.UTC(2026, 4, 4, 12);
const quarters = (count: number) => evenSlots(NOON_MS, 0.25, count);
const hours = (count: number) => evenSlots(NOON_MS, 1, count);

describe("repairPv", () => {
  test("a whole series is left alone, zero at night and clouds too", () => {
    const given = [0, 0, 0.2, 1, 0.04, 1.5, 0.2, 0, 0, 0];
    const { values, assumed, notes } = repairPv(quarters(10), given);
    expect(values).toEqual(given);
    expect(assumed.size).toBe(0);
    expect(notes).toEqual([]);
  });

  test("no sun is counted on where nothing was given, whatever nothing looks like", () => {
    const { values, assumed, notes } = repairPv(quarters(5), [2, undefined, Number.NaN, Number.POSITIVE_INFINITY]);
    expect(values).toEqual([2, 0, 0, 0, 0]);
    expect([...assumed.keys()]).toEqual([1, 2, 3, 4]);
    expect(notes).toEqual([expect.stringContaining("no value for 4 slots (60 minutes)")]);
  });

  test("less than nothing is nothing, and said", () => {
    const { values, assumed, notes } = repairPv(quarters(3), [-0.012, 0, 1]);
    expect(values).toEqual([0, 0, 1]);
    expect([...assumed]).toEqual([[0, 0]]);
    expect(notes.join()).toMatch(/below zero in 1 slot/);
  });

  test("holes of nothing in daylight are bridged in a straight line", () => {
    const { values, assumed, notes } = repairPv(quarters(8), [0.4, 0.5, 0, 0, 0.8, 0.9, 0, 1.1]);
    expect(values.map((kw) => Math.round(kw * 1000) / 1000)).toEqual([0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1]);
    expect([...assumed.keys()]).toEqual([2, 3, 6]);
    expect(notes.join()).toMatch(/holes in daylight, 3 slots/);
  });

  test("more than an hour of nothing is believed, and so is nothing at dawn", () => {
    const long = [1, 0, 0, 0, 0, 0, 1];
    expect(repairPv(quarters(7), long).values).toEqual(long);
    const dawn = [0.01, 0, 0, 0.3, 0.5];
    expect(repairPv(quarters(5), dawn).values).toEqual(dawn);
  });
});

describe("repairLoad", () => {
  test("a short gap is bridged in a straight line", () => {
    const { values, assumed } = repairLoad(quarters(5), [1, undefined, undefined, undefined, 2]);
    expect(values).toEqual([1, 1.25, 1.5, 1.75, 2]);
    expect(assumed.size).toBe(3);
  });

  test("a long gap is taken from another day at the same time", () => {
    const given = Array.from({ length: 48 }, (_, k) => (k >= 24 && k < 30 ? undefined : (k % 24) / 10));
    const { values, notes } = repairLoad(hours(48), given);
    expect(values.slice(24, 30)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5]);
    expect(notes.join()).toMatch(/no usable value for 6 slots \(6 hours\)/);
  });

  test("otherwise the mean of what is known stands in, what is typical, or a guess", () => {
    const known = [0.2, 0.4, ...Array.from({ length: 10 }, () => undefined)];
    expect(repairLoad(hours(12), known).values[11]).toBeCloseTo(0.3, 9);
    expect(repairLoad(hours(3), [], 0.7).values).toEqual([0.7, 0.7, 0.7]);
    expect(repairLoad(hours(1), [Number.NaN]).values[0]).toBeGreaterThan(0);
  });

  test("a house does not draw less than nothing", () => {
    const { values, assumed } = repairLoad(quarters(3), [1, -3, 2]);
    expect(values).toEqual([1, 1.5, 2]);
    expect([...assumed.keys()]).toEqual([1]);
  });
});

describe("repairPrices", () => {
  const slots = hours(4);
  const given = { slots, exportPricePerKwh: [0.05, 0.04, 0.06, 0.05] };

  test("a published zero is a price", () => {
    const repaired = repairPrices({ ...given, importPricePerKwh: [0.2, 0, -0.1, 0] });
    expect(repaired?.importPricePerKwh).toEqual([0.2, 0, -0.1, 0]);
    expect(repaired?.notes).toEqual([]);
  });

  test("before publication neither a gap nor a zero is one: both give the same", () => {
    const typicalImportPrice = (ms: number) => (ms - NOON_MS) / 36_000_000;
    const options = { ...given, publishedUntilMs: NOON_MS + 2 * 3_600_000, typicalImportPrice };
    const gap = repairPrices({ ...options, importPricePerKwh: [0.2, 0, undefined, Number.NaN] });
    const zeros = repairPrices({ ...options, importPricePerKwh: [0.2, 0, 0, 0] });
    expect(gap).toEqual(zeros);
    expect([...(gap?.assumedImport.keys() ?? [])]).toEqual([2, 3]);
    expect(gap?.importPricePerKwh.slice(0, 2)).toEqual([0.2, 0]);
    expect(gap?.importPricePerKwh[2]).toBeCloseTo(0.2375, 9);
    expect(gap?.assumedExport.size).toBe(0);
  });

  test("a source's own forecast after publication is believed", () => {
    const repaired = repairPrices({ ...given, importPricePerKwh: [0.2, 0.3, 0.4, 0.5], publishedUntilMs: NOON_MS });
    expect(repaired?.assumedImport.size).toBe(0);
  });

  test("without a usual price the mean of the known stands in; to sell, the lowest, never above the price to buy", () => {
    const repaired = repairPrices({
      slots,
      importPricePerKwh: [0.2, 0.3, undefined, undefined],
      exportPricePerKwh: [0.4, 0.3, 0.1, undefined],
    });
    expect(repaired?.importPricePerKwh[3]).toBeCloseTo(0.25, 9);
    expect(repaired?.exportPricePerKwh).toEqual([0.4, 0.3, 0.1, 0.1]);
    const dear = repairPrices({ slots, importPricePerKwh: [0.1, 0.1, 0.1], exportPricePerKwh: [0.4, 0.4, 0.4] });
    expect(dear?.exportPricePerKwh[3]).toBeCloseTo(0.1, 9);
  });

  test("zeros on both sides before publication are both placeholders", () => {
    const repaired = repairPrices({
      slots,
      importPricePerKwh: [0.2, 0.2, 0, 0],
      exportPricePerKwh: [0.05, 0.05, 0, 0],
      publishedUntilMs: NOON_MS + 2 * 3_600_000,
    });
    expect(repaired?.exportPricePerKwh).toEqual([0.05, 0.05, 0.05, 0.05]);
  });

  test("without any price nothing can be planned", () => {
    expect(repairPrices({ ...given, importPricePerKwh: [] })).toBeUndefined();
  });
});

describe("presentPvKw", () => {
  test.each([
    ["the forecast holds without a limit", { forecastKw: 4, measuredKw: 3.5 }, 4],
    ["the measured power stands in for a missing forecast", { forecastKw: undefined, measuredKw: 3.5 }, 3.5],
    ["at our own limit the forecast knows more", { forecastKw: 4, measuredKw: 2, limitedToKw: 2 }, 4],
    ["but the sun gives at least what is measured", { forecastKw: 1, measuredKw: 2, limitedToKw: 2 }, 2],
    ["below the limit it does not bind", { forecastKw: undefined, measuredKw: 1, limitedToKw: 2 }, 1],
    [
      "a forecast made from the limited power is an echo",
      { forecastKw: 2, nextForecastKw: 4.1, measuredKw: 2, limitedToKw: 2 },
      4.1,
    ],
    [
      "without a forecast the last power without a limit counts",
      { forecastKw: undefined, measuredKw: 2, limitedToKw: 2, lastFreeKw: 3.8 },
      3.8,
    ],
    ["nothing is known", { forecastKw: undefined, measuredKw: undefined }, undefined],
  ])("%s", (_, inputs, kw) => expect(presentPvKw(inputs)).toBe(kw));
});
