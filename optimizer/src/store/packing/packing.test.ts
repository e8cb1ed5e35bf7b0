import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ReadingPoint, type ResampledStep, STEP_QUALITIES } from "../../domain/resample.ts";
import { DamagedPack } from "./damaged-pack.ts";
import { packReadings, unpackReadings } from "./packed-readings.ts";
import { packSteps, unpackSteps } from "./packed-steps.ts";

const someTimes = fc
  .uniqueArray(fc.integer({ min: -1_000_000, max: 86_400_000 }), { maxLength: 50 })
  .map((all) => all.toSorted((a, b) => a - b).map((ms) => ms + 1_704_412_800_000));
const someQuality = fc.constantFrom(undefined, undefined, "uncertain" as const);
const pointsOf = (values: fc.Arbitrary<number>): fc.Arbitrary<ReadingPoint[]> =>
  someTimes.chain((times) =>
    fc
      .tuple(...times.map((ms) => fc.tuple(fc.constant(ms), values, someQuality)))
      .map((all) => all.map(([ms, value, quality]): ReadingPoint => (quality ? [ms, value, quality] : [ms, value]))),
  );

describe("readings come out of their pack", () => {
  test.each<[string, fc.Arbitrary<number>]>([
    ["whole numbers", fc.integer({ min: -(2 ** 40), max: 2 ** 40 })],
    ["the decimals of a meter", fc.integer({ min: -20_000_000, max: 20_000_000 }).map((n) => n / 1000)],
    ["any number at all", fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0))],
  ])("as they went in: %s", (_, values) => {
    fc.assert(
      fc.property(pointsOf(values), (points) => {
        const out = unpackReadings(packReadings(points));
        expect(out.map(([ms, , quality]) => [ms, quality])).toEqual(points.map(([ms, , quality]) => [ms, quality]));
        out.forEach(([, value], k) => {
          const went = points[k]?.[1] ?? Number.NaN;
          expect(Math.abs(value - went)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(went)));
        });
        // Packed once more they are the same: nothing wears off with the nights.
        expect(unpackReadings(packReadings(out))).toEqual(out);
      }),
    );
  });

  test("a value that a conversion has left with a long tail is told with the digits its sensor has", () => {
    expect(unpackReadings(packReadings([[0, 1234 * 0.001 + 2e-16]]))).toEqual([[0, 1.234]]);
  });
});

const someStep = fc.record({
  coverage: fc.integer({ min: 0, max: 10_000 }).map((n) => n / 10_000),
  quality: fc.constantFrom(...STEP_QUALITIES),
  values: fc.tuple(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.nat(1000), fc.nat(1000)),
});

test("steps come out of their pack to five decimals", () => {
  fc.assert(
    fc.property(fc.array(someStep, { maxLength: 100 }), fc.integer({ min: 0, max: 20_000 }), (all, day) => {
      const steps = all.map(({ coverage, quality, values: [mean, below, above] }, k): ResampledStep => {
        const step = { startMs: day * 86_400_000 + k * 900_000, coverage, quality };
        return coverage === 0 ? step : { ...step, mean, min: mean - below / 7, max: mean + above / 7 };
      });
      const out = unpackSteps(packSteps(steps));
      expect(out.map(({ startMs, quality }) => [startMs, quality])).toEqual(
        steps.map(({ startMs, quality }) => [startMs, quality]),
      );
      out.forEach((step, k) => {
        expect(step.coverage).toBeCloseTo(steps[k]?.coverage ?? Number.NaN, 9);
        for (const key of ["mean", "min", "max"] as const) {
          const went = steps[k]?.[key];
          if (went === undefined) expect(step).not.toHaveProperty(key);
          else expect(Math.abs((step[key] ?? Number.NaN) - went)).toBeLessThan(1.1e-5);
        }
      });
      expect(packSteps(out)).toEqual(packSteps(unpackSteps(packSteps(out))));
    }),
  );
});

test("known for a moment only is not unknown", () => {
  const [step] = unpackSteps(packSteps([{ startMs: 0, mean: 2, min: 2, max: 2, coverage: 1e-7, quality: "unknown" }]));
  expect(step).toMatchObject({ mean: 2, coverage: 1e-4 });
});

/** A bit that fills up the last byte means nothing. */
function readOrDamage(pack: Buffer): string {
  try {
    return JSON.stringify(unpackReadings(pack));
  } catch (error) {
    if (error instanceof DamagedPack) return "damaged";
    throw error;
  }
}

test("E37 a pack in which a single byte has changed is found out", () => {
  const points = Array.from({ length: 200 }, (_, k): ReadingPoint => [k * 30_000, ((k * 37) % 101) / 10]);
  const pack = packReadings(points);
  for (let k = 0; k < pack.length; k += 1) {
    const damaged = Buffer.from(pack);
    damaged[k] = (damaged[k] ?? 0) ^ 0x10;
    expect(readOrDamage(damaged)).toBeOneOf(["damaged", JSON.stringify(points)]);
  }
  expect(() => unpackReadings(pack.subarray(0, pack.length / 2))).toThrow(DamagedPack);
  expect(() => unpackSteps(Buffer.alloc(0))).toThrow(DamagedPack);
});
