import fc from "fast-check";
import { expect, test } from "vitest";
import { anyHousehold } from "../../../tests/support/any-household.ts";
import { buildModel } from "./build-model.ts";
import { eliminateStates } from "./eliminate-states.ts";
import { type LinearProgram, ProgramBuilder } from "./linear-program.ts";

const activities = (lp: LinearProgram, x: Float64Array): number[] =>
  Array.from(lp.rowLower, (_, i) => {
    let sum = 0;
    for (let n = lp.rowStarts[i] ?? 0; n < (lp.rowStarts[i + 1] ?? 0); n++)
      sum += (lp.coefficients[n] ?? 0) * (x[lp.columnIndices[n] ?? 0] ?? 0);
    return sum;
  });

const worst = (values: readonly number[], lower: Float64Array, upper: Float64Array): number =>
  Math.max(0, ...values.map((value, i) => Math.max((lower[i] ?? 0) - value, value - (upper[i] ?? 0))));

const residual = (lp: LinearProgram, x: Float64Array): number =>
  Math.max(worst([...x], lp.columnLower, lp.columnUpper), worst(activities(lp, x), lp.rowLower, lp.rowUpper));

const costOf = (lp: LinearProgram, x: Float64Array): number =>
  x.reduce((sum, value, j) => sum + value * (lp.cost[j] ?? 0), 0);

test("a chain of states becomes rows over the decisions", () => {
  // E1 = 4 + a, E2 = E1 + b with 0 ≤ E ≤ 6 and E2 worth 3 each.
  const builder = new ProgramBuilder();
  const a = builder.column({ upper: 9, cost: 1 });
  const b = builder.column({ upper: 9, cost: 1 });
  const e1 = builder.column({ upper: 6 });
  const e2 = builder.column({ upper: 6, cost: -3 });
  builder.define(e1, 4, [
    [e1, 1],
    [a, -1],
  ]);
  builder.define(e2, 0, [
    [e2, 1],
    [e1, -1],
    [b, -1],
  ]);
  const { lp, definitions } = builder.build();
  const reduced = eliminateStates(lp, definitions);
  expect([...reduced.lp.cost]).toEqual([-2, -2]);
  expect([...reduced.lp.rowLower]).toEqual([-4, -4]);
  expect([...reduced.lp.rowUpper]).toEqual([2, 2]);
  expect([...reduced.recover(Float64Array.of(1, 0.5))]).toEqual([1, 0.5, 5, 5.5]);
});

test("fixed columns become numbers", () => {
  const builder = new ProgramBuilder();
  const fixed = builder.column({ lower: 2, upper: 2, cost: 10 });
  const free = builder.column({ cost: 1 });
  builder.row(5, Infinity, [
    [fixed, 1],
    [free, 1],
  ]);
  const { lp, definitions } = builder.build();
  const reduced = eliminateStates(lp, definitions);
  expect(reduced.lp.columnCount).toBe(1);
  expect([...reduced.lp.rowLower]).toEqual([3]);
  expect([...reduced.recover(Float64Array.of(3))]).toEqual([2, 3]);
});

test("a column used before its definition is refused", () => {
  const builder = new ProgramBuilder();
  const late = builder.column({});
  const early = builder.column({});
  builder.define(early, 0, [
    [early, 1],
    [late, -1],
  ]);
  builder.define(late, 1, [[late, 1]]);
  const { lp, definitions } = builder.build();
  expect(() => eliminateStates(lp, definitions)).toThrow(RangeError);
});

test("any answer to the small programme is one to the large: same rows, same limits, same cost up to a constant", () =>
  fc.assert(
    fc.property(
      anyHousehold,
      fc.boolean(),
      fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
      (problem, lite, shares) => {
        const { lp, definitions } = buildModel(problem, { lite });
        const reduced = eliminateStates(lp, definitions);
        const draw = () =>
          Float64Array.from(reduced.lp.columnLower, (lower, j) => {
            const upper = Math.min(reduced.lp.columnUpper[j] ?? 0, lower + 10);
            return lower + (upper - lower) * Number(shares.next().value);
          });
        const [x, y] = [draw(), draw()];
        const [wholeX, wholeY] = [reduced.recover(x), reduced.recover(y)];
        // Both miss the same limits by the same amount, and all definitions hold.
        expect(residual(lp, wholeX)).toBeCloseTo(residual(reduced.lp, x), 6);
        expect(costOf(lp, wholeX) - costOf(lp, wholeY)).toBeCloseTo(costOf(reduced.lp, x) - costOf(reduced.lp, y), 4);
        expect(reduced.lp.columnLower.every((lower) => lower >= 0)).toBe(true);
      },
    ),
    { numRuns: 60 },
  ));
