import { expect, test } from "vitest";
import { hourOfDay, isWithinDaily, localTimeOf } from "./local-time.ts";

test.each([
  { at: "2024-01-04T22:00:00Z", zone: "Europe/Helsinki", hour: 0 },
  { at: "2024-07-04T22:00:00Z", zone: "Europe/Helsinki", hour: 1 },
  { at: "2024-03-31T00:59:59Z", zone: "Europe/Helsinki", hour: 2.9997 },
  { at: "2024-03-31T01:00:00Z", zone: "Europe/Helsinki", hour: 4 },
  { at: "2024-01-05T00:30:00Z", zone: "Asia/Kathmandu", hour: 6.25 },
])("$at is $hour o'clock in $zone", ({ at, zone, hour }) => {
  expect(hourOfDay(localTimeOf(zone)(Date.parse(at)))).toBeCloseTo(hour, 3);
});

test.each([
  { hour: 23, isNight: true },
  { hour: 5.99, isNight: true },
  { hour: 6, isNight: false },
  { hour: 21.99, isNight: false },
])("the span 22 to 6 passes midnight: $hour", ({ hour, isNight }) => {
  expect(isWithinDaily(hour, 22, 6)).toBe(isNight);
  expect(isWithinDaily(hour, 6, 22)).toBe(!isNight);
});
