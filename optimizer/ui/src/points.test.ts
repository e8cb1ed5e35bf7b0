import fc from "fast-check";
import { expect, test } from "vitest";
import { clip, type Points, spansOf, valueAt } from "./points.ts";

const MINUTE = 60_000;
const every = (minutes: number, values: readonly number[]): Points =>
  values.map((value, i) => [i * minutes * MINUTE, value] as const);
const measured = { step: false, untilMs: 600 * MINUTE, hasGaps: true };

test("a step keeps its value until the next point, the last one until the end", () => {
  const spans = spansOf(every(60, [1, 2]), { step: true, untilMs: 100 * MINUTE, hasGaps: false });
  expect(spans).toEqual([
    { startMs: 0, endMs: 60 * MINUTE, value: 1, endValue: 1 },
    { startMs: 60 * MINUTE, endMs: 100 * MINUTE, value: 2, endValue: 2 },
  ]);
});

test("a line goes from point to point and ends with the last", () => {
  const spans = spansOf(every(5, [20, 21]), measured);
  expect(spans).toEqual([{ startMs: 0, endMs: 5 * MINUTE, value: 20, endValue: 21 }]);
  expect(valueAt(spans, 2.5 * MINUTE)).toBe(20.5);
});

test("a silence of more than half an hour is a gap, not a bridge and not a zero", () => {
  const points: Points = [...every(5, [1, 1, 1]), [120 * MINUTE, 2], [125 * MINUTE, 2]];
  for (const step of [true, false]) {
    const spans = spansOf(points, { ...measured, step });
    expect(valueAt(spans, 8 * MINUTE)).toBe(1);
    expect(valueAt(spans, 60 * MINUTE)).toBeUndefined();
    expect(valueAt(spans, 122 * MINUTE)).toBe(2);
  }
});

test("hourly values have no gap between them, but one where an hour is missing", () => {
  const spans = spansOf(
    [
      [0, 1],
      [60 * MINUTE, 2],
      [120 * MINUTE, 3],
      [240 * MINUTE, 4],
      [300 * MINUTE, 5],
    ],
    { step: true, untilMs: 330 * MINUTE, hasGaps: true },
  );
  expect([30, 90, 150, 200, 260, 320].map((minute) => valueAt(spans, minute * MINUTE))).toEqual([
    1,
    2,
    3,
    undefined,
    4,
    5,
  ]);
});

test("the last measured step does not pretend to hold for ever", () => {
  const spans = spansOf(every(15, [1, 1]), { step: true, untilMs: 600 * MINUTE, hasGaps: true });
  expect(valueAt(spans, 29 * MINUTE)).toBe(1);
  expect(valueAt(spans, 31 * MINUTE)).toBeUndefined();
});

test("nothing is known before the first point", () => {
  const spans = spansOf([[10 * MINUTE, 1]], { step: true, untilMs: 20 * MINUTE, hasGaps: false });
  expect(valueAt(spans, 9 * MINUTE)).toBeUndefined();
  expect(valueAt([], 0)).toBeUndefined();
});

test("clipping moves the ends of a line along the line", () => {
  expect(clip([{ startMs: 0, endMs: 100, value: 0, endValue: 10 }], 20, 50)).toEqual([
    { startMs: 20, endMs: 50, value: 2, endValue: 5 },
  ]);
});

const anyPoints = fc
  .uniqueArray(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 30 })
  .chain((minutes) =>
    fc
      .array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: minutes.length, maxLength: minutes.length })
      .map((values): Points => minutes.toSorted((a, b) => a - b).map((at, i) => [at * MINUTE, values[i] ?? 0])),
  );

test("spans never overlap, and every point stands where it was given", () =>
  fc.assert(
    fc.property(anyPoints, fc.boolean(), fc.boolean(), (points, step, hasGaps) => {
      const spans = spansOf(points, { step, untilMs: 2000 * MINUTE, hasGaps });
      spans.forEach((span, i) => {
        expect(span.endMs).toBeGreaterThan(span.startMs);
        expect(span.startMs).toBeGreaterThanOrEqual(spans[i - 1]?.endMs ?? 0);
        expect(points).toContainEqual([span.startMs, span.value]);
      });
      if (step) for (const [at, value] of points) expect(valueAt(spans, at)).toBeCloseTo(value, 9);
    }),
  ));

test("clipping changes no value inside the window and leaves none outside", () =>
  fc.assert(
    fc.property(
      anyPoints,
      fc.integer({ min: 0, max: 1000 }),
      fc.integer({ min: 1, max: 500 }),
      (points, from, length) => {
        const spans = spansOf(points, { step: false, untilMs: 0, hasGaps: false });
        const [fromMs, untilMs] = [from * MINUTE, (from + length) * MINUTE];
        const inside = clip(spans, fromMs, untilMs);
        for (const atMs of [fromMs + MINUTE / 3, (fromMs + untilMs) / 2]) {
          const [whole, cut] = [valueAt(spans, atMs), valueAt(inside, atMs)];
          if (whole === undefined) expect(cut).toBeUndefined();
          else expect(cut).toBeCloseTo(whole, 6);
        }
        expect(valueAt(inside, fromMs - 1)).toBeUndefined();
        expect(valueAt(inside, untilMs + 1)).toBeUndefined();
      },
    ),
  ));
