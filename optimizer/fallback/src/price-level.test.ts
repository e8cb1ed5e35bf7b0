import { MS_PER_HOUR } from "@ohmstead/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import { priceAt, priceLevel } from "./price-level.ts";

const MIDNIGHT_MS = Date.UTC(2024, 0, 5);
const slotsOf = (values: readonly number[], length = 1) =>
  values.map((importPricePerKwh, k) => ({
    startMs: MIDNIGHT_MS + k * length * MS_PER_HOUR,
    hours: length,
    importPricePerKwh,
    exportPricePerKwh: 0,
  }));
const levels = (values: readonly number[]) =>
  values.map((_, hour) => priceLevel(slotsOf(values), MIDNIGHT_MS + hour * MS_PER_HOUR));

test("the cheapest and the dearest quarter of what is known", () => {
  expect(levels([1, 2, 3, 4, 5, 6, 7, 8])).toEqual([
    "cheap",
    "cheap",
    "normal",
    "normal",
    "normal",
    "normal",
    "expensive",
    "expensive",
  ]);
});

test.each([
  { rule: "a flat day is normal", values: [0.2, 0.2, 0.2, 0.2], level: "normal" },
  { rule: "differences of less than a tenth are normal", values: [0.2, 0.205, 0.21, 0.215], level: "normal" },
  { rule: "a tenth is counted of the larger", values: [0.9, 0.9, 0.9, 0.995], level: "normal" },
  { rule: "a single price is normal", values: [0.2], level: "normal" },
])("$rule", ({ values, level }) => {
  expect(new Set(levels(values))).toEqual(new Set([level]));
});

test("a short spike on a flat day is expensive, the rest is not cheap for it", () => {
  expect(levels([0.2, 0.2, 0.2, 0.2, 0.9])).toEqual(["normal", "normal", "normal", "normal", "expensive"]);
});

/** The classes of twelve hours, some of them at a low tariff. */
const tariffLevels = (lowHours: number) =>
  new Set(levels(Array.from({ length: 12 }, (_, hour) => (hour < lowHours ? 0.1 : 0.3))));

test("of two tariffs the shorter stands out", () => {
  expect(tariffLevels(4)).toEqual(new Set(["cheap", "normal"]));
  expect(tariffLevels(6)).toEqual(new Set(["normal", "expensive"]));
  expect(tariffLevels(8)).toEqual(new Set(["normal", "expensive"]));
});

test("negative hours are cheap", () => {
  expect(levels([0.1, -0.2, 0.1, 0.1])[1]).toBe("cheap");
});

test("long slots weigh by their time", () => {
  const slots = [
    ...slotsOf([1], 6),
    ...slotsOf([0, 2, 3], 1).map((slot) => ({ ...slot, startMs: slot.startMs + 6 * MS_PER_HOUR })),
  ];
  expect(priceLevel(slots, MIDNIGHT_MS)).toBe("normal");
  expect(priceLevel(slots, MIDNIGHT_MS + 6 * MS_PER_HOUR)).toBe("cheap");
});

test("other days do not count", () => {
  const days = slotsOf([
    ...Array.from({ length: 24 }, () => 9),
    ...Array.from({ length: 12 }, (_, k) => 0.1 * (k + 1)),
    ...Array.from({ length: 24 }, () => 9),
  ]);
  // Eleven in the evening of the second day: the dear days before and after are more than half a day away.
  const nowMs = MIDNIGHT_MS + 35.5 * MS_PER_HOUR;
  expect(priceLevel(days, nowMs)).toBe("normal");
  expect(priceLevel(days.slice(24, 36), nowMs)).toBe("expensive");
});

test("unknown outside of what is known", () => {
  expect(priceLevel([], 0)).toBeUndefined();
  expect(priceLevel(slotsOf([1, 2]), MIDNIGHT_MS + 2 * MS_PER_HOUR)).toBeUndefined();
  expect(priceAt(slotsOf([1, 2]), MIDNIGHT_MS - 1)).toBeUndefined();
  expect(priceAt(slotsOf([1, 2]), MIDNIGHT_MS + MS_PER_HOUR)?.importPricePerKwh).toBe(2);
});

test("a dearer hour is never in a cheaper class", () => {
  const rank = { cheap: 0, normal: 1, expensive: 2 } as const;
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -50, max: 300 }), { minLength: 1, maxLength: 12 }), (cents) => {
      const rising = cents.toSorted((a, b) => a - b).map((each) => each / 100);
      const ranks = levels(rising).map((level) => rank[level ?? "normal"]);
      expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
    }),
  );
});
