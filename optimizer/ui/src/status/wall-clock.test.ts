import { expect, test } from "vitest";
import { fromWallClock, wallClock } from "./wall-clock.ts";

test.each([
  ["Europe/Helsinki", "2024-01-05T18:00", Date.UTC(2024, 0, 5, 16)],
  ["America/New_York", "2024-07-01T00:30", Date.UTC(2024, 6, 1, 4, 30)],
  ["Europe/Helsinki", "2024-03-31T02:00", Date.UTC(2024, 2, 31, 0)], // an hour before the clocks change
  ["Europe/Helsinki", "2024-03-31T04:30", Date.UTC(2024, 2, 31, 1, 30)], // after it
])("in %s the clock shows %s at the right moment", (timeZone, text, ms) => {
  expect(fromWallClock(text, timeZone)).toBe(ms);
  expect(wallClock(ms, timeZone)).toBe(text);
});
