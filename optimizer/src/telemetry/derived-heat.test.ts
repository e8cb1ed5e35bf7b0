import fc from "fast-check";
import { expect, test } from "vitest";
import { copOf, derivedHeat, type Point, waterHeatKw } from "./derived-heat.ts";

const S = 1000;
const WINDOW_MS = 60 * S;
const derive = (flowTempC: readonly Point[], returnTempC: readonly Point[], litresPerMinute: readonly Point[]) =>
  derivedHeat({ flowTempC, returnTempC, litresPerMinute }, WINDOW_MS);

test("a litre of water a second that is 1 K warmer carries 4.18 kW", () => {
  expect(waterHeatKw(60, 1)).toBeCloseTo(4.18, 9);
  expect(waterHeatKw(20, -3)).toBeCloseTo(-4.18, 9);
  expect(waterHeatKw(0, 10)).toBe(0);
});

test("what comes at different times is joined with what is nearest, within the window", () => {
  const flow: Point[] = [
    [0, 35],
    [30 * S, 36],
    [300 * S, 37],
  ];
  const { spreadK, heatKw } = derive(flow, [[20 * S, 30]], [[80 * S, 12]]);
  expect(spreadK).toEqual([
    [0, 5],
    [30 * S, 6],
  ]);
  // The rate is 80 s from the first, 50 s from the second.
  expect(heatKw).toEqual([[30 * S, waterHeatKw(12, 6)]]);
});

test("a value without its partner gives nothing; the partner may come late", () => {
  const flow: Point[] = [[0, 35]];
  expect(derive(flow, [], [[0, 10]])).toEqual({ spreadK: [], heatKw: [] });
  expect(derive(flow, [[WINDOW_MS + 1, 30]], [[0, 10]]).spreadK).toEqual([]);
  expect(derive(flow, [[-WINDOW_MS, 30]], [[0, 10]]).heatKw).toEqual([[0, waterHeatKw(10, 5)]]);
});

test("COP is heat over electricity, and nothing at all of a few watts", () => {
  expect(copOf(6, 1.5, 0.3)).toBe(4);
  expect(copOf(0.5, 0.02, 0.3)).toBeUndefined();
  expect(copOf(0, 0, 0)).toBeUndefined();
});

const anyPoints = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: -20, max: 60 })), { selector: ([s]) => s })
  .map((all) => all.toSorted((a, b) => a[0] - b[0]).map(([s, value]): Point => [s * S, value]));

const near = (points: readonly Point[], atMs: number) =>
  points
    .filter(([ms]) => Math.abs(ms - atMs) <= WINDOW_MS)
    .toSorted((a, b) => Math.abs(a[0] - atMs) - Math.abs(b[0] - atMs))[0];

test("each derived value is of a flow temperature, and rests on partners within the window", () =>
  fc.assert(
    fc.property(anyPoints, anyPoints, anyPoints, (flow, back, rate) => {
      const { spreadK, heatKw } = derive(flow, back, rate);
      const expected = flow.filter(([ms]) => near(back, ms)).map(([ms]) => ms);
      expect(spreadK.map(([ms]) => ms)).toEqual(expected);
      expect(heatKw.map(([ms]) => ms)).toEqual(expected.filter((ms) => near(rate, ms)));
    }),
  ));
