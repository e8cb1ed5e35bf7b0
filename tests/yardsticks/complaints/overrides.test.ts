import { expect, test } from "vitest";
import { withOverrides } from "./overrides.ts";
import { after, BATTERY, inputOf } from "./testing/examples.ts";

const input = inputOf({ batteries: [BATTERY], columns: { loadKw: [1, 2, null, 4] } });
const column = (changed: unknown, name: string): unknown[] => {
  const { columns, rows } = (changed as typeof input).slots;
  return rows.map((row) => row[columns.indexOf(name)]);
};

test("values are set at a path, new places are made", () => {
  const changed = withOverrides(input, {
    set: { "batteries/0/startSoc": 0.2, "readings/battery.soc/value": null, "site/exportLimitKw": 2 },
  });
  expect(changed).toMatchObject({
    batteries: [{ startSoc: 0.2, minSoc: 0.1 }],
    readings: { "battery.soc": { value: null } },
    site: { exportLimitKw: 2 },
  });
  expect(input.batteries?.[0]?.startSoc).toBe(0.5);
});

test("a column is set, a list in turn; a new one is added", () => {
  const changed = withOverrides(input, { setColumn: { loadKw: [5, 6], outdoorTempC: 3 } });
  expect(column(changed, "loadKw")).toEqual([5, 6, 5, 6]);
  expect(column(changed, "outdoorTempC")).toEqual([3, 3, 3, 3]);
});

test("a column is multiplied, what is unknown stays unknown", () => {
  expect(column(withOverrides(input, { multiplyColumn: { loadKw: 2 } }), "loadKw")).toEqual([2, 4, null, 8]);
});

test("cells are set in the rows that start in a span", () => {
  const changed = withOverrides(input, {
    setCells: [{ column: "loadKw", from: after(1), until: after(3), value: "NaN" }],
  });
  expect(column(changed, "loadKw")).toEqual([1, "NaN", "NaN", 4]);
});

test("what is not there cannot be changed", () => {
  expect(() => withOverrides(input, { multiplyColumn: { sunKw: 2 } })).toThrow(/"sunKw", which is not there/);
  expect(() => withOverrides(input, { set: { "site/exportLimitKw/x": 1 } })).toThrow(/which is not there/);
});
