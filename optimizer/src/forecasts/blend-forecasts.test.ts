import { MS_PER_HOUR } from "@ohmstead/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import { blendOf, giverOf, rankForecasts, type SourceWord } from "./blend-forecasts.ts";
import { climb } from "./ladder.ts";
import type { SourceSkill } from "./source-skill.ts";

const hour = (at: number, value: number, more: object = {}) => ({
  startMs: at * MS_PER_HOUR,
  endMs: (at + 1) * MS_PER_HOUR,
  value,
  ...more,
});
const skill = (error?: number): SourceSkill => ({
  count: error === undefined ? 0 : 100,
  correct: (stretch) => stretch,
  meanError: () => error,
});
const word = (source: string, stretches: SourceWord["stretches"], error?: number, issuedAtMs = 0): SourceWord => ({
  source,
  issuedAtMs,
  stretches,
  skill: skill(error),
});

test("who errs half as much counts twice as much", () => {
  const [blended] = blendOf([word("good", [hour(0, 3)], 0.2), word("poor", [hour(0, 6)], 0.4)]);
  expect(blended?.value).toBeCloseTo(4, 9);
});

test("while one has not been judged for long enough all count the same", () => {
  const [blended] = blendOf([word("known", [hour(0, 3)], 0.2), word("new", [hour(0, 6)])]);
  expect(blended?.value).toBeCloseTo(4.5, 9);
});

test("half-hours and hours meet at every border, bands along with them", () => {
  const halves = [0, 1, 2, 3].map((k) => ({
    startMs: (k * MS_PER_HOUR) / 2,
    endMs: ((k + 1) * MS_PER_HOUR) / 2,
    value: k,
    low: k - 1,
    high: k + 1,
  }));
  const blended = blendOf([word("halves", halves), word("hours", [hour(0, 2), hour(1, 2)])]);
  expect(blended.map(({ value }) => value)).toEqual([1, 1.5, 2, 2.5]);
  expect(blended[1]).toMatchObject({ low: 0, high: 2 });
});

test("the ladder: blended where both speak, alone where one does, older words behind", () => {
  const first = word("first", [hour(0, 2), hour(1, 2)], 1, 7);
  const second = word("second", [hour(1, 4), hour(2, 4)], 1, 5);
  const ranked = rankForecasts([first, second], [word("first", [hour(2, 9), hour(3, 9)], 1, -9)], "first");
  const given = climb(
    [0, 1, 2, 3, 4].map((at) => ({ startMs: at * MS_PER_HOUR, hours: 1 })),
    ranked.map(giverOf),
  );
  expect(given.map((each) => each && [each.value, each.giver.rung, each.giver.source, each.giver.issuedAtMs])).toEqual([
    [2, "best", "first", 7],
    [3, "best", "first + second", 5],
    [4, "second", "second", 5],
    [9, "cached", "first", -9],
    undefined,
  ]);
});

test("a blend lies between what its sources say", () => {
  const value = fc.double({ min: -20, max: 20, noNaN: true });
  const error = fc.option(fc.double({ min: 0, max: 3, noNaN: true }), { nil: undefined });
  fc.assert(
    fc.property(fc.array(fc.tuple(value, error), { minLength: 2, maxLength: 4 }), (said) => {
      const [blended] = blendOf(said.map(([each, by], k) => word(`source ${k}`, [hour(0, each)], by)));
      const values = said.map(([each]) => each);
      expect(blended?.value).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
      expect(blended?.value).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
    }),
  );
});
