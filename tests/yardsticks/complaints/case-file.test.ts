import { expect, test } from "vitest";
import { readCase, readInput } from "./case-file.ts";
import { slotTable } from "./slot-table.ts";
import { BATTERY, inputOf } from "./testing/examples.ts";

const tiny = {
  format: "complaint-case/1",
  id: "tiny",
  kind: "planning",
  input: inputOf(),
  must: [{ type: "loadServed" }],
};

test("a case is read, a control case is told apart, other files are not cases", () => {
  expect(readCase(tiny, "the case")).toMatchObject({ id: "tiny", must: [{ type: "loadServed" }] });
  expect(readCase({ ...tiny, kind: "control", timeline: [] }, "the case")).toBe("control");
  expect(readCase({ format: "other/1" }, "the case")).toBeUndefined();
  expect(readCase([1, 2], "the case")).toBeUndefined();
});

test("a field that nobody here knows is refused, wherever it stands", () => {
  expect(() => readCase({ ...tiny, rollingg: {} }, "the case")).toThrow(/rollingg is not a known key.*"rolling"/);
  expect(() => readInput({ ...inputOf(), windKw: [] })).toThrow(/windKw is not a known key/);
  expect(() => readInput({ ...inputOf(), batteries: [{ ...BATTERY, minSok: 0.1 }] })).toThrow(
    /batteries\[0\].minSok is not a known key; did you mean "minSoc"/,
  );
  expect(() => slotTable(inputOf({ columns: { windKw: [1, 2] } }))).toThrow(/a column "windKw"/);
});

test("a slot lasts until the next begins; null and NaN are unknown, other texts are refused", () => {
  const input = inputOf({ hours: 1 / 12, columns: { loadKw: [0.5, null, "NaN"] } });
  const rounded = {
    ...input,
    slots: { ...input.slots, rows: input.slots.rows.map((row) => [row[0] ?? null, 0.08333, ...row.slice(2)]) },
  };
  const table = slotTable(rounded);
  expect(table.slots.map((slot) => slot.hours * 60)).toEqual([5, 5, expect.closeTo(5, 1)]);
  expect(table.columns.loadKw).toEqual([0.5, undefined, undefined]);
  expect(table.columns.outdoorTempC).toBeUndefined();
  const wordy = { ...input, slots: { ...input.slots, rows: [["2026-03-10T12:00:00Z", 1, 0.3, 0.1, "much", 0]] } };
  expect(() => slotTable(wordy)).toThrow(/loadKw of slot 0 is "much"/);
});
