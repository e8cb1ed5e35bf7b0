import { expect, test } from "vitest";
import { ProgramBuilder } from "../model/linear-program.ts";
import { faultOf } from "./check-answer.ts";
import type { RawAnswer } from "./protocol.ts";

// minimise a + 2b with a + b ≥ 3, a ≤ 2: a = 2, b = 1, cost 4.
const builder = new ProgramBuilder();
const a = builder.column({ upper: 2, cost: 1 });
const b = builder.column({ cost: 2 });
builder.row(3, Infinity, [
  [a, 1],
  [b, 1],
]);
const { lp } = builder.build();
const tolerance = { residual: 1e-5, objective: 1e-6 };
const good: RawAnswer = {
  status: "optimal",
  detail: "optimal",
  x: Float64Array.of(2, 1),
  rowDuals: Float64Array.of(2),
  objective: 4,
};

test("a right answer has no fault, nor has one that is off by rounding", () => {
  expect(faultOf(lp, good, tolerance)).toBeUndefined();
  expect(faultOf(lp, { ...good, x: Float64Array.of(2 + 1e-9, 1 - 1e-9) }, tolerance)).toBeUndefined();
  expect(faultOf(lp, { ...good, status: "limit" }, tolerance)).toBeUndefined();
});

const { x: _x, ...withoutValues } = good;
const { objective: _objective, ...withoutObjective } = good;

test.each<[string, RawAnswer, string]>([
  ["gives nothing", withoutValues, "no solution"],
  ["calls it infeasible, but gives numbers", { ...good, status: "infeasible", detail: "infeasible" }, "infeasible"],
  ["gives too few numbers", { ...good, x: Float64Array.of(2) }, "1 values for 2 columns"],
  ["gives NaN", { ...good, x: Float64Array.of(2, Number.NaN) }, "not a number"],
  ["gives infinity", { ...good, x: Float64Array.of(2, Infinity) }, "not a number"],
  ["misses a row", { ...good, x: Float64Array.of(2, 0.9), objective: 3.8 }, "missed by 0.1"],
  ["misses a bound above", { ...good, x: Float64Array.of(2.5, 1), objective: 4.5 }, "missed by 0.5"],
  ["misses a bound below", { ...good, x: Float64Array.of(-0.5, 4), objective: 7.5 }, "missed by 0.5"],
  ["claims a better cost", { ...good, objective: 3.9 }, "recomputed"],
  ["claims no cost", withoutObjective, "recomputed"],
  ["claims a cost that is no number", { ...good, objective: Number.NaN }, "recomputed"],
  ["gives a dual that is no number", { ...good, rowDuals: Float64Array.of(Number.NaN) }, "duals"],
  ["gives too many duals", { ...good, rowDuals: Float64Array.of(1, 2) }, "duals"],
])("an engine that %s is found out", (_, answer, fault) => {
  expect(faultOf(lp, answer, tolerance)).toContain(fault);
});

test("a number that must be whole is whole but for rounding", () => {
  const whole = { ...lp, integrality: Uint8Array.of(0, 1) };
  expect(faultOf(whole, good, tolerance)).toBeUndefined();
  expect(faultOf(whole, { ...good, x: Float64Array.of(2, 1 + 1e-7) }, tolerance)).toBeUndefined();
  const half = { ...good, x: Float64Array.of(1.5, 1.5), objective: 4.5 };
  expect(faultOf(lp, half, tolerance)).toBeUndefined();
  expect(faultOf(whole, half, tolerance)).toBe("column 1 must be whole, but is 1.5");
});
