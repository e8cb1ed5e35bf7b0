import { expect, test } from "vitest";
import { risePerHour } from "./rise-per-hour.ts";

const MINUTE = 60_000;
const at = (minute: number, value: number | undefined) => ({ atMs: minute * MINUTE, value });

test.each([
  { rule: "a steady rise", readings: [at(0, 50), at(3, 50.5), at(6, 51)], rise: 10 },
  { rule: "a fall", readings: [at(0, 50), at(6, 49)], rise: -10 },
  { rule: "what stands still", readings: [at(0, 50), at(9, 50)], rise: 0 },
  { rule: "only the last ten minutes", readings: [at(0, 60), at(20, 50), at(26, 51)], rise: 10 },
  { rule: "slow sources: between their last two readings", readings: [at(0, 50), at(30, 51)], rise: 2 },
  { rule: "readings that were refused are none", readings: [at(0, 50), at(3, undefined), at(6, 51)], rise: 10 },
])("$rule: $rise per hour", ({ readings, rise }) => {
  expect(risePerHour(readings)).toBeCloseTo(rise, 9);
});

test.each([
  { rule: "no reading", readings: [] },
  { rule: "one reading", readings: [at(0, 50)] },
  { rule: "less than two minutes", readings: [at(0, 50), at(1.9, 51)] },
])("$rule: nobody knows", ({ readings }) => {
  expect(risePerHour(readings)).toBeUndefined();
});
