import fc from "fast-check";
import { expect, test } from "vitest";
import { evenSlots } from "../../domain/slots.ts";
import type { SwitchSeries } from "../../model/switches.ts";
import { choiceMoves, seriesMoves } from "./moves.ts";
import { rulesOf } from "./series-rules.ts";

const SLOTS = evenSlots(Date.UTC(2024, 0, 5), 0.5, 10);
const series: SwitchSeries = {
  kind: "series",
  id: "pump.run",
  columns: SLOTS.map((_, k) => k),
  minOnHours: 1,
  minOffHours: 1,
  before: { isOn: false, hours: 24 },
  use: () => 0,
};
const rules = rulesOf(SLOTS, series);
const on = (marks: string): boolean[] => marks.split("").map((mark) => mark === "1");
const marks = (pattern: readonly boolean[] | number): string =>
  typeof pattern === "object" ? pattern.map((isOn) => (isOn ? "1" : ".")).join("") : "";
const neighbours = (pattern: string): string[] =>
  seriesMoves(SLOTS, series.id, on(pattern), rules).map(({ next }) => marks(next));

test.each([
  ["a run deleted", "......11.."],
  ["a gap filled", ".1111111.."],
  ["an end moved by a slot", ".11...11.."],
  ["an end moved by two slots", ".111..1111"],
  ["a run shifted by a slot", "111...11.."],
  ["a run shifted by two slots", ".111....11"],
])("%s is a neighbour", (_, expected) => {
  expect(neighbours(".111..11..")).toContain(expected);
});

test("a run that is moved far keeps its hours", () => {
  expect(neighbours(".111......")).toEqual(expect.arrayContaining([".......111", ".....111.."]));
});

test("what would make a run or a pause too short is none", () => {
  expect(neighbours(".111..11..")).not.toContain(".1111.11..");
  expect(neighbours(".11.......")).not.toContain(".1........");
});

test("into rest a short run is put anywhere, into a run a short pause", () => {
  expect(neighbours("..........")).toEqual(expect.arrayContaining(["11........", "....11....", ".........1"]));
  expect(neighbours("1111111111")).toEqual(expect.arrayContaining(["11..111111", "111111111."]));
});

test("every neighbour is legal, differs, says truly what it flips, and comes once", () =>
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 10, maxLength: 10 }), (price) => {
      const pattern = rules.cheapest({ on: price, off: price.map(() => 0) });
      const moves = seriesMoves(SLOTS, series.id, pattern, rules);
      expect(new Set(moves.map(({ next }) => marks(next))).size).toBe(moves.length);
      for (const { next, on, off } of moves) {
        if (typeof next !== "object") throw new Error("a series is set slot by slot");
        expect(rules.isLegal(next)).toBe(true);
        expect(on.length + off.length).toBeGreaterThan(0);
        expect(next).toEqual(pattern.map((isOn, k) => (isOn ? !off.includes(k) : on.includes(k))));
      }
    }),
  ));

test("of a choice every other option is a neighbour", () => {
  const choice = { kind: "choice" as const, id: "dishwasher.start", columns: [7, 8, 9], startSlots: [0, 1, undefined] };
  expect(choiceMoves(choice, 1)).toEqual([
    { id: choice.id, next: 0, on: [0], off: [1] },
    { id: choice.id, next: 2, on: [2], off: [1] },
  ]);
});
