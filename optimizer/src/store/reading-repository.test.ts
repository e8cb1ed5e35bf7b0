import fc from "fast-check";
import { expect, test } from "vitest";
import { meansOfSteps } from "./reading-repository.ts";
import { openStore } from "./store.ts";

const MINUTE = 60_000;
const at = (minute: number, value: number): readonly [number, number] => [minute * MINUTE, value];
const means = (points: readonly (readonly [number, number])[], fromMinute: number, untilMinute: number, step = 10) =>
  meansOfSteps(points, fromMinute * MINUTE, untilMinute * MINUTE, step * MINUTE).map(({ startMs, value }) => [
    startMs / MINUTE,
    value,
  ]);

test.each([
  {
    rule: "a value holds until the next",
    points: [at(0, 2), at(5, 4), at(10, 0)],
    from: 0,
    until: 10,
    expected: [[0, 3]],
  },
  {
    rule: "the last holds on",
    points: [at(0, 2)],
    from: 0,
    until: 20,
    expected: [
      [0, 2],
      [10, 2],
    ],
  },
  {
    rule: "but only for half an hour",
    points: [at(0, 2)],
    from: 0,
    until: 60,
    expected: [
      [0, 2],
      [10, 2],
      [20, 2],
    ],
  },
  {
    rule: "one from before the beginning holds, too",
    points: [at(-5, 2), at(5, 4)],
    from: 0,
    until: 10,
    expected: [[0, 3]],
  },
  {
    rule: "a step that is less than half known is left out",
    points: [at(6, 2)],
    from: 0,
    until: 20,
    expected: [[10, 2]],
  },
  { rule: "one that is half known is not", points: [at(5, 2)], from: 0, until: 10, expected: [[0, 2]] },
  { rule: "nothing known, nothing said", points: [], from: 0, until: 10, expected: [] },
  {
    rule: "the last step may be short",
    points: [at(0, 2)],
    from: 0,
    until: 15,
    expected: [
      [0, 2],
      [10, 2],
    ],
  },
])("means: $rule", ({ points, from, until, expected }) => {
  expect(means(points, from, until)).toEqual(expected);
});

test("means: a value holds for as long as its kind does", () => {
  const restHolds = (value: number) => (value === 0 ? 24 * 60 * MINUTE : 5 * MINUTE);
  const steps = meansOfSteps([at(0, 0), at(600, 2)], 0, 700 * MINUTE, 100 * MINUTE, restHolds);
  expect(steps.map(({ value }) => value)).toEqual([0, 0, 0, 0, 0, 0]);
});

test("means of finer steps average to those of coarser ones", () =>
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 3599 }), fc.integer({ min: -50, max: 50 })), {
        selector: ([second]) => second,
        minLength: 1,
        maxLength: 60,
      }),
      (raw) => {
        const points = raw.toSorted((a, b) => a[0] - b[0]).map(([second, value]) => [second * 1000, value] as const);
        const all = [[0, points[0]?.[1] ?? 0] as const, ...points.filter(([ms]) => ms > 0)];
        // Gaps are kept below the half hour for which a value holds.
        const dense = [...all, [1_700_000, 1] as const, [3_400_000, 2] as const].toSorted((a, b) => a[0] - b[0]);
        const [coarse] = meansOfSteps(dense, 0, 3_600_000, 3_600_000);
        const fine = meansOfSteps(dense, 0, 3_600_000, 360_000);
        expect(fine).toHaveLength(10);
        expect(fine.reduce((sum, { value }) => sum + value / 10, 0)).toBeCloseTo(coarse?.value ?? Number.NaN, 6);
      },
    ),
  ));

test("readings come back by signal, oldest first, and the second of one moment counts", () => {
  const { readings } = openStore(":memory:");
  readings.save([
    { signal: "battery.soc", atMs: 2000, value: 0.5 },
    { signal: "battery.soc", atMs: 1000, value: 0.4 },
    { signal: "grid.powerKw", atMs: 1500, value: -3.2 },
  ]);
  readings.save([{ signal: "battery.soc", atMs: 2000, value: 0.6 }]);
  expect(readings.between("battery.soc", 0, 2001)).toEqual([
    [1000, 0.4],
    [2000, 0.6],
  ]);
  expect(readings.between("battery.soc", 1001, 2000)).toEqual([]);
  expect(readings.between("nobody", 0, 9e9)).toEqual([]);
  expect(readings.latest("battery.soc")).toEqual({ atMs: 2000, value: 0.6 });
  expect(readings.latest("battery.soc", 1999)).toEqual({ atMs: 1000, value: 0.4 });
  expect(readings.latest("battery.soc", 999)).toBeUndefined();
  expect(readings.latest("nobody")).toBeUndefined();
  expect(readings.latestOfAll().toSorted((a, b) => a.signal.localeCompare(b.signal))).toEqual([
    { signal: "battery.soc", atMs: 2000, value: 0.6 },
    { signal: "grid.powerKw", atMs: 1500, value: -3.2 },
  ]);
});

test("means of stored readings know the value from before the window", () => {
  const { readings } = openStore(":memory:");
  readings.save([
    { signal: "roof.powerKw", atMs: -5 * MINUTE, value: 1 },
    { signal: "roof.powerKw", atMs: 5 * MINUTE, value: 3 },
  ]);
  expect(readings.means("roof.powerKw", 0, 10 * MINUTE, 10 * MINUTE)).toEqual([{ startMs: 0, value: 2 }]);
  expect(readings.means("nobody", 0, 10 * MINUTE, 10 * MINUTE)).toEqual([]);
});

test("what was said before the time asked for still holds", () => {
  const { readings } = openStore(":memory:");
  readings.save([{ signal: "washer.powerKw", atMs: 0, value: 0 }]);
  const asked = [300 * MINUTE, 310 * MINUTE, 10 * MINUTE] as const;
  expect(readings.means("washer.powerKw", ...asked)).toEqual([]);
  expect(readings.means("washer.powerKw", ...asked, () => 400 * MINUTE)).toEqual([{ startMs: asked[0], value: 0 }]);
});
