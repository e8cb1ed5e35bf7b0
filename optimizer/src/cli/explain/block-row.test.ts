import { expect, test } from "vitest";
import { blockRow, rangeOf } from "./block-row.ts";

test("the range goes from the lowest block to the full one", () => {
  expect(blockRow([10, 12, 14, 17], { low: 10, high: 17 })).toBe("▁▃▅█");
  expect(blockRow([-0.1, 0.25, 0.6], { low: -0.1, high: 0.6 })).toBe("▁▅█");
});

test("what is unknown is a space, and so is nothing at all where the range begins there", () => {
  expect(blockRow([0, undefined, 4], { low: 0, high: 4 })).toBe("  █");
  expect(blockRow([undefined, 0.001, 0.2], { low: 0, high: 4 })).toBe("  ▁");
});

test("where all is the same it stands in the middle; beyond the range it stays within the row", () => {
  expect(blockRow([21, 21], { low: 21, high: 21 })).toBe("▅▅");
  expect(blockRow([-5, 105], { low: 1, high: 100 })).toBe("▁█");
});

test("a range knows what it has seen", () => {
  expect(rangeOf([undefined, 3, -1])).toEqual({ low: -1, high: 3 });
  expect(rangeOf([undefined])).toBeUndefined();
});
