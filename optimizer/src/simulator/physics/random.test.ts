import { expect, test } from "vitest";
import { gaussian, seededRandom } from "./random.ts";

const draw = (seed: number) => Array.from({ length: 5 }, seededRandom(seed));

test("the same seed gives the same numbers, another seed others", () => {
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
});

test("uniform numbers fill [0, 1), normal ones have mean 0 and variance 1", () => {
  const random = seededRandom(1);
  const uniform = Array.from({ length: 20_000 }, random);
  expect(Math.min(...uniform)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...uniform)).toBeLessThan(1);
  const normal = Array.from({ length: 20_000 }, () => gaussian(random));
  const mean = normal.reduce((sum, each) => sum + each, 0) / normal.length;
  const variance = normal.reduce((sum, each) => sum + (each - mean) ** 2, 0) / normal.length;
  expect(mean).toBeCloseTo(0, 1);
  expect(variance).toBeCloseTo(1, 1);
});
