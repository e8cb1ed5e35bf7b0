import { expect, test } from "vitest";
import type { Stretch } from "../domain/series.ts";
import { applianceTask } from "./appliance-task.ts";

const HOUR = 3_600_000;
const washer = { powerKw: 2, runHours: 2, singleBlock: true };
const pump = { powerKw: 1, runHours: 3, singleBlock: false };
const tonight = { fromMs: 20 * HOUR, untilMs: 30 * HOUR };
const tomorrow = { fromMs: 44 * HOUR, untilMs: 54 * HOUR };
const windows = [tonight, tomorrow];
const drawing = (kw: number, fromHour: number, untilHour: number): Stretch[] =>
  Array.from({ length: (untilHour - fromHour) * 4 }, (_, k) => ({
    startMs: (fromHour + k / 4) * HOUR,
    endMs: (fromHour + (k + 1) / 4) * HOUR,
    value: kw,
  }));

test.each([
  { rule: "before its window it has all to do", nowHour: 12, power: [], task: { window: tonight, runHours: 2 } },
  {
    rule: "within it too, while it has not started",
    nowHour: 23,
    power: drawing(0.001, 20, 23),
    task: { window: tonight, runHours: 2 },
  },
  {
    rule: "once it draws power it runs since then",
    nowHour: 23,
    power: drawing(1.8, 22.25, 23),
    task: { window: tonight, runHours: 2, startedMs: 22.25 * HOUR },
  },
  {
    rule: "a pause of its program does not end it",
    nowHour: 23,
    power: [...drawing(1.8, 22, 22.5), ...drawing(0, 22.5, 23)],
    task: { window: tonight, runHours: 2, startedMs: 22 * HOUR },
  },
  {
    rule: "when its time is over it has run: the next window is next",
    nowHour: 24,
    power: drawing(1.8, 21, 23),
    task: { window: tomorrow, runHours: 2 },
  },
  {
    rule: "what ran before the window is another task",
    nowHour: 21,
    power: drawing(1.8, 17, 19),
    task: { window: tonight, runHours: 2 },
  },
  {
    rule: "what no longer fits is left to the next window",
    nowHour: 29,
    power: [],
    task: { window: tomorrow, runHours: 2 },
  },
])("a single block: $rule", ({ nowHour, power, task }) => {
  expect(applianceTask(washer, windows, power, nowHour * HOUR)).toEqual(task);
});

test.each([
  {
    rule: "what is left of its energy",
    nowHour: 24,
    power: drawing(1, 21, 22),
    task: { window: tonight, runHours: 2 },
  },
  {
    rule: "nothing left: the next window",
    nowHour: 25,
    power: drawing(1, 21, 24),
    task: { window: tomorrow, runHours: 3 },
  },
])("work that may be interrupted: $rule", ({ nowHour, power, task }) => {
  expect(applianceTask(pump, windows, power, nowHour * HOUR)).toEqual(task);
});

test("without a window there is no task", () => {
  expect(applianceTask(washer, [tonight], [], 31 * HOUR)).toBeUndefined();
});
