import { MS_PER_HOUR } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { hourlyMeans, judgedHours, leadOf } from "./judged-hours.ts";

const span = (fromHour: number, untilHour: number, value: number) => ({
  startMs: fromHour * MS_PER_HOUR,
  endMs: untilHour * MS_PER_HOUR,
  value,
});
const cameAs = (values: readonly number[]) => new Map(values.map((value, hour) => [hour * MS_PER_HOUR, value]));

test("hours are means of what covers them, and unknown where less than half does", () => {
  expect([...hourlyMeans([span(0, 0.5, 2), span(0.5, 1, 4), span(1, 1.25, 9), span(2, 4, 1)])]).toEqual([
    [0, 3],
    [2 * MS_PER_HOUR, 1],
    [3 * MS_PER_HOUR, 1],
  ]);
});

test("of each lead time the newest word counts, and what had begun before it was said is no forecast", () => {
  const issued = [
    { issuedAtMs: 0, stretches: [span(0, 24, 1)] },
    { issuedAtMs: 3 * MS_PER_HOUR, stretches: [span(0, 24, 2)] },
  ];
  const judged = judgedHours(issued, cameAs([5, 5, 5, 5, 5, 5, 5, 5]), 0);
  const of = (hour: number) =>
    judged.filter(({ startMs }) => startMs === hour * MS_PER_HOUR).map(({ lead, forecast }) => [lead, forecast]);
  expect(of(2)).toEqual([[0, 1]]);
  expect(of(5)).toEqual([[0, 2]]);
  // Six hours after the first word, three after the second.
  expect(of(7)).toEqual([
    [1, 1],
    [0, 2],
  ]);
  expect(judged.every(({ measured }) => measured === 5)).toBe(true);
});

test("what was not measured, or lies before the time that is judged, is not judged", () => {
  const issued = [{ issuedAtMs: 0, stretches: [span(0, 24, 1)] }];
  expect(judgedHours(issued, cameAs([5, 5]), MS_PER_HOUR).map(({ startMs }) => startMs)).toEqual([MS_PER_HOUR]);
});

test.each([
  [0, 0],
  [5.9, 0],
  [6, 1],
  [24, 3],
  [200, 4],
])("%f hours ahead are lead time %i", (hours, lead) => expect(leadOf(hours)).toBe(lead));
