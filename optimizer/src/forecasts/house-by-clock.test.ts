import { type Slot, slotEndMs } from "@ohmstead/contract";
import fc from "fast-check";
import { DateTime } from "luxon";
import { expect, test } from "vitest";
import { localClock } from "../domain/local-time.ts";
import { evenSlots } from "../domain/slots.ts";
import { comfortMaxTempC, comfortMinTempC, freeRunningTempC } from "./comfort.ts";
import { copAt } from "./cop.ts";
import type { LoadProfile } from "./base-load.ts";
import { forecastDraw, tapShare } from "./hot-water.ts";

const COMFORT = {
  minTempC: 20.5,
  maxTempC: 23,
  discomfortPricePerKelvinHour: 0.5,
  boostTempC: 22.5,
  night: { from: "22:00", until: "06:00", minTempC: 19.5 },
};

/** A whole local day in slots of that many minutes. */
function localDay(zone: string, date: string, minutes: number): Slot[] {
  const startMs = DateTime.fromISO(date, { zone }).toMillis();
  const endMs = DateTime.fromISO(date, { zone }).plus({ days: 1 }).toMillis();
  return evenSlots(startMs, minutes / 60, Math.round((endMs - startMs) / 60_000 / minutes));
}

/** 5.8 kWh a day. */
const usualTaps = (clock: ReturnType<typeof localClock>): LoadProfile => ({
  days: 0,
  at: (ms) => (5.8 / 24) * tapShare(clock(ms)),
});

const CLOCK_CHANGES = [
  { zone: "Europe/Helsinki", date: "2024-03-31", hours: 23 },
  { zone: "Europe/Helsinki", date: "2024-10-27", hours: 25 },
  { zone: "Europe/London", date: "2024-03-31", hours: 23 },
  { zone: "Europe/London", date: "2024-10-27", hours: 25 },
  { zone: "Europe/London", date: "2024-06-01", hours: 24 },
];

test.each(CLOCK_CHANGES)(
  "$zone $date: $hours hours, each counted once, day and night by the clock on the wall",
  ({ zone, date, hours }) => {
    const clock = localClock(zone);
    const slots = localDay(zone, date, 15);
    expect(slots).toHaveLength(hours * 4);
    const wishes = comfortMinTempC(slots, COMFORT, clock);
    // 06:00 to 22:00 are 16 hours on any day; the end of a slot at 06:00 belongs to the day as well.
    expect(wishes.filter((tempC) => tempC === 20.5)).toHaveLength(16 * 4 + 1);
    wishes.forEach((tempC, k) => {
      const slot = slots[k];
      const end = DateTime.fromMillis(slot ? slotEndMs(slot) : Number.NaN, { zone }).toFormat("HH:mm");
      expect(tempC).toBe(end >= "06:00" && end <= "22:00" ? 20.5 : 19.5);
    });
  },
);

test.each(CLOCK_CHANGES)("$zone $date: the taps take the day's heat once", ({ zone, date }) => {
  const slots = localDay(zone, date, 15);
  const kwh = forecastDraw(slots, usualTaps(localClock(zone))).reduce((sum, kw) => sum + kw / 4, 0);
  expect(kwh).toBeCloseTo(5.8, 6);
});

test("taps: most in the morning and in the evening, none at night", () => {
  const draws = forecastDraw(localDay("Europe/Helsinki", "2024-01-05", 60), usualTaps(localClock("Europe/Helsinki")));
  expect(draws.slice(0, 6)).toEqual([0, 0, 0, 0, 0, 0].map(() => expect.closeTo(0, 9)));
  const [first, second] = draws.map((kw, hour) => [kw, hour] as const).toSorted((a, b) => b[0] - a[0]);
  expect([first?.[1], second?.[1]].toSorted((a, b) => Number(a) - Number(b))).toEqual([7, 21]);
});

test("taps: the heat taken does not depend on how the day is cut", () => {
  const clock = localClock("Europe/Helsinki");
  const startMs = Date.UTC(2024, 0, 4, 22);
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 1439 }), { maxLength: 40 }), (minutes) => {
      const cuts = [0, ...minutes.toSorted((a, b) => a - b), 1440];
      const slots = cuts
        .slice(1)
        .map((until, k) => ({ startMs: startMs + (cuts[k] ?? 0) * 60_000, hours: (until - (cuts[k] ?? 0)) / 60 }));
      const kwh = forecastDraw(slots, usualTaps(clock)).reduce(
        (sum, kw, k) => sum + kw * (slots[k]?.hours ?? Number.NaN),
        0,
      );
      expect(kwh).toBeCloseTo(5.8, 6);
    }),
  );
});

test("comfort: a night that does not pass midnight, and none at all", () => {
  const clock = localClock("UTC");
  const slots = evenSlots(Date.UTC(2024, 0, 5), 1, 24);
  const nap = comfortMinTempC(slots, { ...COMFORT, night: { from: "13:00", until: "15:00", minTempC: 18 } }, clock);
  expect(nap.flatMap((tempC, k) => (tempC === 18 ? [k + 1] : []))).toEqual([14]);
  const { night: _, ...always } = COMFORT;
  expect(new Set(comfortMinTempC(slots, always, clock))).toEqual(new Set([20.5]));
});

test("a zone that is never heated: the exact solution, in one step or in many", () => {
  const zone = { tempC: 21, heatLossKwPerK: 0.16, heatCapacityKwhPerK: 9 };
  const run = (hours: number, count: number) =>
    freeRunningTempC(evenSlots(0, hours, count), {
      ...zone,
      gainsKw: Array(count).fill(0.8),
      outdoorTempC: Array(count).fill(-10),
    }).at(-1);
  expect(run(24, 1)).toBeCloseTo(run(0.25, 96) ?? Number.NaN, 9);
  const settledC = -10 + 0.8 / 0.16;
  expect(run(24, 1)).toBeCloseTo(settledC + (21 - settledC) * Math.exp((-24 * 0.16) / 9), 9);
});

test("the comfort maximum gives way to sun alone", () => {
  expect(comfortMaxTempC(23, [22, 24.5])).toEqual([23, 24.5]);
});

test.each([
  { outdoorC: -30, cop: 1.9 },
  { outdoorC: -20, cop: 1.9 },
  { outdoorC: -2.5, cop: 2.85 },
  { outdoorC: 2, cop: 3.2 },
  { outdoorC: 30, cop: 4.4 },
])("COP at $outdoorC °C is $cop", ({ outdoorC, cop }) => {
  const table = [
    [2, 3.2],
    [-20, 1.9],
    [12, 4.4],
    [-7, 2.5],
    [7, 3.9],
  ] as const;
  expect(copAt(table, outdoorC)).toBeCloseTo(cop, 9);
});

test("COP of a table of one point, and of none", () => {
  expect(copAt([[7, 3]], -20)).toBe(3);
  expect(() => copAt([], 0)).toThrow(RangeError);
});
