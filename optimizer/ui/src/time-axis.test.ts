import { expect, test } from "vitest";
import { chosenHours, clockText, momentText, shortMomentText, timeAxis } from "./time-axis.ts";

const HOUR = 3_600_000;
const HELSINKI = "Europe/Helsinki";

test("moments are told in the house's time zone", () => {
  const at = Date.UTC(2024, 0, 5, 11, 20);
  expect(momentText(at, HELSINKI)).toBe("Fri 5 Jan 13:20");
  expect(clockText(at, "Europe/London")).toBe("11:20");
});

test("today needs no day's name, another day does", () => {
  const now = Date.UTC(2024, 0, 5, 11);
  expect(shortMomentText(now + 5 * HOUR, now, HELSINKI)).toBe("18:00");
  expect(shortMomentText(now + 15 * HOUR, now, HELSINKI)).toBe("Sat 04:00");
});

test("days begin at local midnight; the first and the last are cut", () => {
  const [from, until] = [Date.UTC(2024, 0, 4, 12), Date.UTC(2024, 0, 6, 10)];
  const midnights = [Date.UTC(2024, 0, 4, 22), Date.UTC(2024, 0, 5, 22)];
  expect(timeAxis(from, until, HELSINKI).days).toEqual([
    { startMs: from, endMs: midnights[0], label: "Thu 4 Jan" },
    { startMs: midnights[0], endMs: midnights[1], label: "Fri 5 Jan" },
    { startMs: midnights[1], endMs: until, label: "Sat 6 Jan" },
  ]);
});

test.each([
  { change: "spring", from: Date.UTC(2024, 2, 30, 22), until: Date.UTC(2024, 2, 31, 21), hours: 23, missing: 3 },
  {
    change: "autumn",
    from: Date.UTC(2024, 9, 26, 21),
    until: Date.UTC(2024, 9, 27, 22),
    hours: 25,
    missing: undefined,
  },
])("the day of the $change clock change has $hours hours", ({ from, until, hours, missing }) => {
  const axis = timeAxis(from, until, HELSINKI);
  expect(axis.days).toHaveLength(1);
  const named = axis.hours.filter(({ atMs }) => atMs < until).map(({ hour }) => hour);
  expect(named).toHaveLength(hours);
  expect(new Set(named).size).toBe(missing === undefined ? 24 : 23);
  if (missing !== undefined) expect(named).not.toContain(missing);
});

test("full hours are found where the clock is 45 minutes off", () => {
  const from = Date.UTC(2024, 0, 5);
  const { hours } = timeAxis(from, from + 2 * HOUR, "Asia/Kathmandu");
  expect(hours.map(({ atMs, hour }) => [(atMs - from) / HOUR, hour])).toEqual([
    [0.25, 6],
    [1.25, 7],
  ]);
});

test.each([
  { room: 60, stride: 1 },
  { room: 20, stride: 3 },
  { room: 9, stride: 6 },
  { room: 1, stride: 24 },
])("with room for $room names every $stride. hour is named, midnight always", ({ room, stride }) => {
  const from = Date.UTC(2024, 0, 4, 22);
  const chosen = chosenHours(timeAxis(from, from + 48 * HOUR, HELSINKI), room);
  expect(chosen.map(({ hour }) => hour % stride)).toEqual(chosen.map(() => 0));
  expect(chosen[0]?.hour).toBe(0);
  expect(chosen[1]?.hour).toBe(stride % 24);
});
