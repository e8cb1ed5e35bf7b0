import fc from "fast-check";
import { expect, test } from "vitest";
import { pinball, scoreOf } from "./score.ts";

test("an error that goes both ways is no bias", () => {
  expect(
    scoreOf([
      { forecast: 2, measured: 1 },
      { forecast: 2, measured: 3 },
    ]),
  ).toEqual({ count: 2, mae: 1, bias: 0 });
});

test("a P90 that is too low costs nine times as much as one too high", () => {
  expect(pinball(0.9, 1, 2)).toBeCloseTo(0.9, 9);
  expect(pinball(0.9, 2, 1)).toBeCloseTo(0.1, 9);
});

test("of all constants the true quantile loses least", () =>
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 9, noNaN: true }), { minLength: 30, maxLength: 60 }), (values) => {
      const lossOf = (forecast: number) => values.reduce((sum, each) => sum + pinball(0.1, forecast, each), 0);
      const least = Math.min(...values.map(lossOf));
      const sorted = values.toSorted((a, b) => a - b);
      expect(lossOf(sorted[Math.ceil(0.1 * sorted.length) - 1] ?? 0)).toBeCloseTo(least, 6);
    }),
  ));

test("a band is judged only where every forecast has one", () => {
  const banded = { forecast: 2, low: 1, high: 3, measured: 2.5 };
  expect(scoreOf([banded])).toMatchObject({ within: 1, pinball: expect.closeTo((0.15 + 0.05) / 2, 9) });
  expect(scoreOf([banded, { forecast: 2, measured: 2 }])).not.toHaveProperty("pinball");
  expect(scoreOf([])).toBeUndefined();
});
