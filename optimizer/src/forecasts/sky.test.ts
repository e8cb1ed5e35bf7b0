import { MS_PER_HOUR } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { skyOfLastHour } from "./sky.ts";

const NOW_MS = 100 * MS_PER_HOUR;
const steady = (fromHour: number, untilHour: number, value: number) => ({
  startMs: NOW_MS + fromHour * MS_PER_HOUR,
  endMs: NOW_MS + untilHour * MS_PER_HOUR,
  value,
});
const slot = (hour: number) => ({ startMs: NOW_MS + hour * MS_PER_HOUR, hours: 1 });
const sky = (expected: ReturnType<typeof steady>[], measured: ReturnType<typeof steady>[]) =>
  skyOfLastHour({ expected, measured, nowMs: NOW_MS, peakKw: 4 });

test("a sky twice as bright as was said stays so for a while, and then what was said counts", () => {
  const factor = sky([steady(-3, 9, 1)], [steady(-1, 0, 2)]);
  expect(factor(slot(0))).toBeGreaterThan(1.7);
  expect(factor(slot(1))).toBeLessThan(factor(slot(0)));
  expect(factor(slot(8))).toBe(1);
});

test.each([
  { what: "nothing was said of the last hour", expected: [steady(0, 9, 1)], measured: [steady(-1, 0, 2)] },
  { what: "nothing was measured in it", expected: [steady(-3, 9, 1)], measured: [steady(-9, -5, 2)] },
  { what: "it was dusk", expected: [steady(-3, 9, 0.1)], measured: [steady(-1, 0, 0.3)] },
])("a forecast stays as it is where $what", ({ expected, measured }) => {
  expect(sky(expected, measured)(slot(0))).toBe(1);
});
