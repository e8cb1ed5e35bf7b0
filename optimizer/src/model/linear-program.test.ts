import { expect, test } from "vitest";
import { ProgramBuilder } from "./linear-program.ts";

test("columns and rows become arrays, row by row", () => {
  const builder = new ProgramBuilder();
  const a = builder.column({ upper: 5, cost: 2 });
  const b = builder.column({ lower: -1 });
  builder.row(0, 3, [
    [a, 1],
    [b, -2],
  ]);
  builder.row(-Infinity, 4, [[b, 1]]);
  const { lp } = builder.build();
  expect(lp).toEqual({
    columnCount: 2,
    rowCount: 2,
    cost: Float64Array.of(2, 0),
    columnLower: Float64Array.of(0, -1),
    columnUpper: Float64Array.of(5, Infinity),
    rowLower: Float64Array.of(0, -Infinity),
    rowUpper: Float64Array.of(3, 4),
    rowStarts: Int32Array.of(0, 2, 3),
    columnIndices: Int32Array.of(0, 1, 1),
    coefficients: Float64Array.of(1, -2, 1),
  });
});

test("a column that stands twice in a row stands once in the matrix: engines refuse duplicates", () => {
  const builder = new ProgramBuilder();
  const a = builder.column({});
  const b = builder.column({});
  builder.row(0, 0, [
    [a, 1],
    [b, 1],
    [a, 2],
  ]);
  const { lp } = builder.build();
  expect([...lp.columnIndices]).toEqual([a, b]);
  expect([...lp.coefficients]).toEqual([3, 1]);
});

test("what settles ties steers the engine, but is no money", () => {
  const builder = new ProgramBuilder();
  const a = builder.column({ cost: 3, tieBreak: 0.5 });
  builder.addCost(a, 4);
  builder.addConstant(-2);
  const { lp, money, moneyConstant } = builder.build();
  expect(lp.cost[0]).toBe(7.5);
  expect(money[0]).toBe(7);
  expect(moneyConstant).toBe(-2);
});
