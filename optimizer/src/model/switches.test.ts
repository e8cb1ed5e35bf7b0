import { expect, test } from "vitest";
import { type Switch, boundsFor } from "./switches.ts";

const series: Switch = {
  kind: "series",
  id: "pump.run",
  columns: [4, undefined, 6],
  minOnHours: 0,
  minOffHours: 0,
  before: { isOn: false, hours: 0 },
  use: () => 0,
};
const choice: Switch = { kind: "choice", id: "washer.start", columns: [7, 8, 9], startSlots: [0, 2, undefined] };

test("what a pattern names is fixed, where a device cannot be on there is nothing to fix", () => {
  const pattern = new Map<string, readonly boolean[] | number>([
    ["pump.run", [true, true, false]],
    ["washer.start", 1],
  ]);
  expect(boundsFor([series, choice], pattern)).toEqual([
    [4, 1, 1],
    [6, 0, 0],
    [7, 0, 0],
    [8, 1, 1],
    [9, 0, 0],
  ]);
});

test("the rest is open: the bounds of an empty pattern undo those of any other", () => {
  expect(boundsFor([series, choice], new Map())).toEqual([4, 6, 7, 8, 9].map((column) => [column, 0, 1]));
});
