import { expect, test } from "vitest";
import { GRID_SETTLES_MS, gridHold, gridStateAfter, type GridState } from "./grid-watch.ts";

const MINUTE = 60_000;
const T0 = Date.UTC(2027, 0, 5, 10);
const after = (...readings: readonly (readonly [minute: number, value: number])[]): GridState =>
  readings.reduce<GridState>((state, [minute, value]) => gridStateAfter(state, { atMs: T0 + minute * MINUTE, value }), {
    kind: "unknown",
  });
const holdAt = (state: GridState, minute: number) => gridHold(state, T0 + minute * MINUTE);

test("E23 a house that says nothing of its grid, or that it is there, may be commanded", () => {
  expect(holdAt(after(), 0)).toBeUndefined();
  expect(holdAt(after([0, 1]), 0)).toBeUndefined();
});

test("E23 nothing is commanded while the grid is away, from its first moment, however often it is said", () => {
  expect(holdAt(after([0, 1], [5, 0], [6, 0]), 6)).toMatch(/away since 10:05 UTC/);
  expect(holdAt(after([5, 0]), 5 + 24 * 60)).toMatch(/no command is sent/);
});

test("E23 commands resume when the grid has been back for five minutes without a break", () => {
  const back = after([0, 1], [5, 0], [20, 1], [22, 1]);
  expect(holdAt(back, 20)).toMatch(/back since 10:20 UTC/);
  expect(gridHold(back, T0 + 20 * MINUTE + GRID_SETTLES_MS - 1)).toBeDefined();
  expect(gridHold(back, T0 + 20 * MINUTE + GRID_SETTLES_MS)).toBeUndefined();
  const shaky = after([5, 0], [20, 1], [23, 0], [24, 1]);
  expect(holdAt(shaky, 28)).toMatch(/back since 10:24/);
  expect(holdAt(shaky, 29)).toBeUndefined();
});
