import fc from "fast-check";
import { DateTime } from "luxon";
import { expect, test } from "vitest";
import { localClock, minuteOfDay, monthOf, weekdayOf } from "./local-time.ts";

test("the clock on the wall, in any zone at any time, as luxon reads it", () => {
  const zones = [
    "Europe/Helsinki",
    "Europe/London",
    "UTC",
    "Asia/Kathmandu",
    "America/St_Johns",
    "Australia/Lord_Howe",
  ];
  const clocks = new Map(zones.map((zone) => [zone, localClock(zone)]));
  fc.assert(
    fc.property(fc.constantFrom(...zones), fc.integer({ min: -1e11, max: 4e12 }), (zone, ms) => {
      const expected = DateTime.fromMillis(ms, { zone });
      const { minuteOfDay, weekday, day } = clocks.get(zone)?.(ms) ?? { minuteOfDay: -1, weekday: -1, day: -1 };
      expect([weekday, weekdayOf(day)]).toEqual([expected.weekday, expected.weekday]);
      expect(monthOf(day)).toBe(expected.month);
      expect(Math.floor(minuteOfDay)).toBe(expected.hour * 60 + expected.minute);
    }),
    { numRuns: 500 },
  );
});

test("the hour that the clocks skip or repeat is read right, before and after asking for its day", () => {
  const clock = localClock("Europe/London");
  const wall = (time: string) => clock(Date.parse(time)).minuteOfDay;
  expect([wall("2024-03-31T00:59:00Z"), wall("2024-03-31T01:00:00Z")]).toEqual([59, 120]);
  expect([wall("2024-10-27T00:30:00Z"), wall("2024-10-27T01:30:00Z")]).toEqual([90, 90]);
});

test("a written time is minutes after midnight", () => {
  expect([minuteOfDay("00:00"), minuteOfDay("22:30")]).toEqual([0, 1350]);
});
