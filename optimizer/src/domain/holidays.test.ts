import { expect, test } from "vitest";
import { easterOf, holidayFault, holidaysOf, placeOfZone, withHolidays } from "./holidays.ts";
import { localClock } from "./local-time.ts";

const DAY_MS = 86_400_000;
const dayOf = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY_MS;

test.each(["2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2038-04-25", "2285-03-22"])(
  "Easter Sunday is on %s",
  (date) => {
    expect(easterOf(Number(date.slice(0, 4)))).toBe(dayOf(date));
  },
);

test.each([
  { place: { country: "DE" }, holidays: ["2026-10-03", "2026-05-25"], others: ["2026-06-04", "2026-11-01"] },
  { place: { country: "DE", region: "BY" }, holidays: ["2026-06-04", "2026-11-01"], others: ["2026-10-31"] },
  // Saxony's day of repentance is the Wednesday before 23 November.
  { place: { country: "DE", region: "SN" }, holidays: ["2026-11-18", "2027-11-17"], others: ["2026-11-25"] },
  // Boxing Day 2026 is a Saturday: Monday the 28th is kept instead. Christmas 2027 is one: Monday and Tuesday are.
  { place: { country: "GB" }, holidays: ["2026-12-28", "2027-12-27", "2027-12-28"], others: ["2026-04-06"] },
  { place: { country: "GB", region: "ENG" }, holidays: ["2026-04-06", "2026-08-31"], others: ["2026-08-03"] },
  { place: { country: "GB", region: "SCT" }, holidays: ["2026-08-03", "2026-01-02"], others: ["2026-08-31"] },
  { place: { country: "FI" }, holidays: ["2026-06-19", "2026-12-06", "2026-05-14"], others: ["2026-06-26"] },
  { place: { country: "US" }, holidays: ["2026-11-26", "2026-05-25"], others: ["2026-11-19", "2026-12-26"] },
  { place: { country: "AU", region: "NSW" }, holidays: ["2026-06-08", "2026-10-05"], others: ["2026-11-03"] },
  { place: { country: "AU", region: "VIC" }, holidays: ["2026-11-03", "2026-03-09"], others: ["2026-10-05"] },
])("the holidays of $place.country $place.region", ({ place, holidays, others }) => {
  const isHoliday = holidaysOf(place);
  expect(holidays.filter((date) => !isHoliday(dayOf(date)))).toEqual([]);
  expect(others.filter((date) => isHoliday(dayOf(date)))).toEqual([]);
});

test("a time zone tells its country where it lies in one; elsewhere no day is a holiday", () => {
  expect(placeOfZone("Europe/Helsinki")).toEqual({ country: "FI", region: undefined });
  expect(placeOfZone("Australia/Melbourne")).toEqual({ country: "AU", region: "VIC" });
  expect(placeOfZone("UTC")).toBeUndefined();
  expect(holidaysOf(placeOfZone("UTC"))(dayOf("2026-12-25"))).toBe(false);
});

test("a place that is not known is named, with those that are", () => {
  expect(holidayFault({ country: "DE", region: "BY" })).toBeUndefined();
  expect(holidayFault({ country: "JP" })).toMatch(/no holidays are known of "JP"; there are: AT, AU/);
  expect(holidayFault({ country: "DE", region: "NSW" })).toMatch(/no region "NSW" is known of DE; there are: BB, BE/);
  expect(holidayFault({ country: "FR", region: "IDF" })).toMatch(/leave it away/);
});

test.each([
  { zone: "Europe/London", eve: "2026-12-24T12:00:00Z" },
  { zone: "Europe/Helsinki", eve: "2026-12-23T12:00:00Z" },
  { zone: "Australia/Sydney", eve: "2026-12-24T01:00:00Z" },
])("E13 Christmas begins and ends at midnight on the wall of $zone, and is a Sunday", ({ zone, eve }) => {
  const clock = localClock(zone);
  const household = withHolidays(clock, holidaysOf(placeOfZone(zone)));
  const quarters = Array.from({ length: 2 * 96 }, (_, k) => Date.parse(eve) + k * 900_000);
  const sundays = quarters.filter((ms) => household(ms).weekday === 7);
  expect(clock(sundays[0] ?? 0).minuteOfDay).toBe(0);
  for (const ms of quarters) {
    expect(household(ms)).toMatchObject({ minuteOfDay: clock(ms).minuteOfDay, day: clock(ms).day });
    const isKept = ms >= (sundays[0] ?? 0);
    expect(household(ms).weekday).toBe(isKept ? 7 : clock(ms).weekday);
  }
});
