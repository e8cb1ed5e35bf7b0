import fc from "fast-check";
import { expect, test } from "vitest";
import { coarser, type HoldsMs, type ReadingPoint, resample } from "./resample.ts";

const MINUTE = 60_000;
const HOUR = 3_600_000;
const QUARTER = 900_000;
const SECOND = 1000;
const at = (minute: number, value: number, quality?: "uncertain"): ReadingPoint =>
  quality ? [minute * MINUTE, value, quality] : [minute * MINUTE, value];
const stepsOf = (points: readonly ReadingPoint[], untilMinute: number, stepMinutes: number, holdsMs?: HoldsMs) =>
  resample(points, { fromMs: 0, untilMs: untilMinute * MINUTE, stepMs: stepMinutes * MINUTE }, holdsMs);
const tenMinutes: HoldsMs = () => 10 * MINUTE;
const aDayAtRest: HoldsMs = (value) => (value === 0 ? 24 * HOUR : 5 * MINUTE);

test.each<{
  rule: string;
  points: ReadingPoint[];
  until: number;
  step: number;
  holds?: HoldsMs;
  expected: (number | undefined)[];
  qualities: string;
}>([
  {
    rule: "a value holds until the next",
    points: [at(0, 2), at(5, 4), at(10, 0)],
    until: 10,
    step: 10,
    expected: [3],
    qualities: "measured",
  },
  {
    rule: "one from before the beginning holds, too",
    points: [at(-5, 2), at(5, 4)],
    until: 10,
    step: 10,
    expected: [3],
    qualities: "measured",
  },
  {
    rule: "the last is carried on for an hour in all, and then nothing is known",
    points: [at(0, 2)],
    until: 90,
    step: 15,
    expected: [2, 2, 2, 2, undefined, undefined],
    qualities: "measured measured filled filled unknown unknown",
  },
  {
    rule: "a gap of less than an hour is filled with the value before it",
    points: [at(0, 2), at(50, 7)],
    until: 60,
    step: 10,
    holds: tenMinutes,
    expected: [2, 2, 2, 2, 2, 7],
    qualities: "measured filled filled filled filled measured",
  },
  {
    rule: "one of up to two hours is bridged by a line from where the value stood last",
    points: [at(0, 2), at(110, 12)],
    until: 120,
    step: 10,
    holds: tenMinutes,
    expected: [2, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5, 10.5, 11.5, 12],
    qualities: `measured ${"interpolated ".repeat(10)}measured`,
  },
  {
    rule: "of a longer one the first hour is filled, the rest unknown",
    points: [at(0, 2), at(150, 9)],
    until: 180,
    step: 30,
    expected: [2, 2, undefined, undefined, undefined, 9],
    qualities: "measured filled unknown unknown unknown measured",
  },
  {
    rule: "a value that holds longer by its kind is not bridged: a device at rest stands for a day",
    points: [at(0, 0), at(600, 2)],
    until: 600,
    step: 100,
    holds: aDayAtRest,
    expected: [0, 0, 0, 0, 0, 0],
    qualities: "measured measured measured measured measured measured",
  },
  {
    rule: "what rests on an uncertain reading is uncertain, a line that leads to one as well",
    points: [at(0, 2, "uncertain"), at(10, 4), at(100, 6, "uncertain")],
    until: 110,
    step: 10,
    holds: tenMinutes,
    expected: [2, 4, 4.125, 4.375, 4.625, 4.875, 5.125, 5.375, 5.625, 5.875, 6],
    qualities: `uncertain measured ${"uncertain ".repeat(9)}`.trim(),
  },
  {
    rule: "a step of which less than half is known counts as unknown, one that is half known does not",
    points: [at(6, 2), at(15, 8, "uncertain")],
    until: 20,
    step: 10,
    expected: [2, 5],
    qualities: "unknown uncertain",
  },
  { rule: "nothing known, nothing said", points: [], until: 10, step: 10, expected: [undefined], qualities: "unknown" },
])("resample: $rule", ({ points, until, step, holds, expected, qualities }) => {
  const steps = stepsOf(points, until, step, holds);
  expect(steps.map(({ mean }) => (mean === undefined ? mean : Number(mean.toFixed(9))))).toEqual(expected);
  expect(steps.map(({ quality }) => quality).join(" ")).toBe(qualities);
});

test("a step says its extremes and which share of it is known, the last one of what it has", () => {
  const [first, second] = resample([at(5, 2), at(8, -1)], { fromMs: 0, untilMs: 15 * MINUTE, stepMs: 10 * MINUTE });
  expect(first).toMatchObject({ min: -1, max: 2, coverage: 0.5, quality: "measured" });
  expect(second).toMatchObject({ startMs: 10 * MINUTE, min: -1, max: -1, coverage: 1 });
});

/** Readings at whole seconds of three hours, sorted. */
const someReadings = fc
  .uniqueArray(
    fc.tuple(
      fc.integer({ min: -7000, max: 18_000 }),
      fc.integer({ min: -50, max: 50 }),
      fc.constantFrom(undefined, "uncertain" as const),
    ),
    { selector: ([second]) => second, maxLength: 40 },
  )
  .map((all) =>
    all
      .toSorted((a, b) => a[0] - b[0])
      .map(([second, value, quality]): ReadingPoint =>
        quality ? [second * SECOND, value, quality] : [second * SECOND, value],
      ),
  );
const someHolds = fc.constantFrom<HoldsMs>(
  tenMinutes,
  aDayAtRest,
  () => 30 * MINUTE,
  () => 3 * HOUR,
);
const WINDOW = { fromMs: 0, untilMs: 3 * HOUR };

/** The rule, said once more for a single moment, as slowly as one likes. */
function valueAt(points: readonly ReadingPoint[], ms: number, holdsMs: HoldsMs): number | undefined {
  const k = points.findLastIndex(([atMs]) => atMs <= ms);
  const [here, next] = [points[k], points[k + 1]];
  if (!here) return undefined;
  const [atMs, value] = here;
  const heldMs = atMs + holdsMs(value);
  if (ms < heldMs) return value;
  const gapMs = next ? next[0] - atMs : Infinity;
  if (next && gapMs > HOUR && gapMs <= 2 * HOUR)
    return value + ((next[1] - value) * (ms - heldMs)) / (next[0] - heldMs);
  return ms - atMs < HOUR ? value : undefined;
}

test("energy is conserved: the means of all steps, by their known time, are the integral of what is known", () =>
  fc.assert(
    fc.property(someReadings, someHolds, fc.constantFrom(5, 15, 60, 180), (points, holdsMs, minutes) => {
      const steps = resample(points, { ...WINDOW, stepMs: minutes * MINUTE }, holdsMs);
      let integral = 0;
      let known = 0;
      // Every border lies on a whole second, and within one all is straight: the middle is its mean.
      for (let ms = SECOND / 2; ms < WINDOW.untilMs; ms += SECOND) {
        const value = valueAt(points, ms, holdsMs);
        if (value === undefined) continue;
        integral += value / 3600;
        known += 1 / 3600;
      }
      const hours = minutes / 60;
      expect(steps.reduce((sum, { coverage }) => sum + coverage * hours, 0)).toBeCloseTo(known, 6);
      expect(steps.reduce((sum, { mean = 0, coverage }) => sum + mean * coverage * hours, 0)).toBeCloseTo(integral, 6);
      for (const { mean, min = 0, max = 0 } of steps)
        if (mean !== undefined) {
          expect(mean).toBeGreaterThanOrEqual(min - 1e-9);
          expect(mean).toBeLessThanOrEqual(max + 1e-9);
        }
    }),
    { numRuns: 60 },
  ));

test("finer steps joined are the coarser ones", () =>
  fc.assert(
    fc.property(someReadings, someHolds, (points, holdsMs) => {
      const joined = coarser(
        resample(points, { ...WINDOW, stepMs: QUARTER }, holdsMs),
        WINDOW.untilMs,
        (ms) => Math.floor(ms / HOUR) * HOUR,
      );
      const direct = resample(points, { ...WINDOW, stepMs: HOUR }, holdsMs);
      expect(joined).toHaveLength(direct.length);
      direct.forEach(({ startMs, mean, min, max, coverage, quality }, k) => {
        const other = joined[k];
        expect(other).toMatchObject({ startMs, ...(mean === undefined ? {} : { min, max }) });
        expect(other?.coverage).toBeCloseTo(coverage, 9);
        expect(other?.mean === undefined).toBe(mean === undefined);
        if (mean !== undefined) expect(other?.mean).toBeCloseTo(mean, 6);
        expect(other?.quality === "unknown").toBe(quality === "unknown");
      });
    }),
  ));

test("what is outside of what a reading can reach changes nothing", () =>
  fc.assert(
    fc.property(someReadings, (points) => {
      const window = { fromMs: HOUR, untilMs: 2 * HOUR, stepMs: QUARTER };
      const before = points.findLastIndex(([ms]) => ms < window.fromMs);
      const after = points.findIndex(([ms]) => ms >= window.untilMs);
      const near = points.slice(Math.max(0, before), after < 0 ? undefined : after + 1);
      expect(resample(near, window)).toEqual(resample(points, window));
    }),
  ));

test.each(["2024-03-31", "2024-10-27", "2024-04-06", "2024-10-05"])(
  "E15 a night in which clocks change is a night like any other (%s)",
  (day) => {
    const startMs = Date.parse(`${day}T00:00:00Z`);
    const points = Array.from({ length: 288 }, (_, k): ReadingPoint => [k * 5 * MINUTE, (k * 37) % 11]);
    const moved = points.map(([ms, value]): ReadingPoint => [ms + startMs, value]);
    const window = { fromMs: 0, untilMs: 24 * HOUR, stepMs: QUARTER };
    const there = resample(moved, { fromMs: startMs, untilMs: startMs + 24 * HOUR, stepMs: QUARTER });
    expect(there).toHaveLength(96);
    expect(there.map((step) => ({ ...step, startMs: step.startMs - startMs }))).toEqual(resample(points, window));
  },
);
