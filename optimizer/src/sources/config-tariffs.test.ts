import fc from "fast-check";
import { DateTime } from "luxon";
import { expect, test } from "vitest";
import type { SpotSlot } from "../domain/spot-slot.ts";
import { fixedTariff, timeOfUseTariff } from "./config-tariffs.ts";
import { pricesOf } from "./testing/use-local-server.ts";

const HOUR = 3_600_000;
const NIGHT = { from: "23:00", until: "07:00", importPerKwh: 0.12 };
/** 0.31 at all times but these. */
const timeOfUse = (times: readonly object[], now: string, timeZone = "Europe/Berlin") =>
  pricesOf(timeOfUseTariff, { importPerKwh: 0.31, times }, { currency: "EUR", timeZone }, Date.parse(now));

/** The price at a local time. */
const at = (slots: readonly SpotSlot[], local: string, zone = "Europe/Berlin"): number | undefined => {
  const ms = DateTime.fromISO(local, { zone }).toMillis();
  return slots.find(({ startMs, hours }) => startMs <= ms && ms < startMs + hours * HOUR)?.importPerKwh;
};
/** Hours of a local day at a price. */
const hoursAt = (slots: readonly SpotSlot[], date: string, price: number, zone = "Europe/Berlin"): number => {
  const day = DateTime.fromISO(date, { zone });
  const [fromMs, untilMs] = [day.toMillis(), day.plus({ days: 1 }).toMillis()];
  return slots
    .filter(({ startMs, importPerKwh }) => startMs >= fromMs && startMs < untilMs && importPerKwh === price)
    .reduce((sum, { hours }) => sum + hours, 0);
};

test("a fixed price holds from yesterday to eight days ahead, and feeding in earns what is said, else nothing", async () => {
  const house = { currency: "EUR", timeZone: "Europe/Berlin" };
  const slots = await pricesOf(fixedTariff, { importPerKwh: 0.32 }, house, Date.parse("2026-01-15T12:00:00Z"));
  expect(slots.every(({ importPerKwh, exportPerKwh }) => importPerKwh === 0.32 && exportPerKwh === 0)).toBe(true);
  expect(slots.reduce((sum, { hours }) => sum + hours, 0)).toBe(9 * 24);
  const [first] = await pricesOf(fixedTariff, { importPerKwh: 0.32, exportPerKwh: 0.08 }, house, Date.now());
  expect(first?.exportPerKwh).toBe(0.08);
});

test("the night over midnight, the base price for the rest", async () => {
  const slots = await timeOfUse([NIGHT], "2026-01-15T12:00:00Z");
  const times = ["2026-01-15T22:45", "2026-01-15T23:00", "2026-01-16T06:45", "2026-01-16T07:00"];
  expect(times.map((each) => at(slots, each))).toEqual([0.31, 0.12, 0.12, 0.31]);
});

test("a time off the quarter-hour begins at its minute", async () => {
  const slots = await timeOfUse([{ from: "22:08", until: "05:38", importPerKwh: 0.1 }], "2026-01-15T12:00:00Z");
  const times = ["2026-01-15T22:07", "2026-01-15T22:08", "2026-01-16T05:37", "2026-01-16T05:38"];
  expect(times.map((each) => at(slots, each))).toEqual([0.31, 0.1, 0.1, 0.31]);
});

test("months make seasons; what began on the last evening of one ends in the next", async () => {
  const winter = { ...NIGHT, months: ["nov", "dec", "jan", "feb", "mar"], importPerKwh: 0.1 };
  const slots = await timeOfUse([NIGHT, winter], "2026-03-31T12:00:00Z");
  const times = ["2026-03-31T23:30", "2026-04-01T06:45", "2026-04-01T23:30"];
  expect(times.map((each) => at(slots, each))).toEqual([0.1, 0.1, 0.12]);
});

test("each time may pay for what is fed in", async () => {
  const noon = { from: "11:00", until: "15:00", importPerKwh: 0.05, exportPerKwh: -0.01 };
  const slots = await timeOfUse([noon], "2026-06-15T12:00:00Z");
  const byImport = new Map(slots.map((slot) => [slot.importPerKwh, slot.exportPerKwh]));
  expect([byImport.get(0.05), byImport.get(0.31)]).toEqual([-0.01, 0]);
});

test.each([
  { zone: "Europe/London", night: "in March", now: "2026-03-28T12:00:00Z", date: "2026-03-29", cheap: 7, all: 23 },
  { zone: "Europe/London", night: "in October", now: "2026-10-24T12:00:00Z", date: "2026-10-25", cheap: 9, all: 25 },
  { zone: "Europe/Helsinki", night: "in March", now: "2026-03-28T12:00:00Z", date: "2026-03-29", cheap: 7, all: 23 },
  { zone: "Europe/Helsinki", night: "in October", now: "2026-10-24T12:00:00Z", date: "2026-10-25", cheap: 9, all: 25 },
  { zone: "Australia/Sydney", night: "in October", now: "2026-10-03T02:00:00Z", date: "2026-10-04", cheap: 7, all: 23 },
  { zone: "Australia/Sydney", night: "in April", now: "2026-04-04T02:00:00Z", date: "2026-04-05", cheap: 9, all: 25 },
])(
  "E13 in $zone the day on which the clocks change $night has $all hours, $cheap of them cheap",
  async ({ zone, now, date, cheap, all }) => {
    const slots = await timeOfUse([NIGHT], now, zone);
    // 0:00 to 7:00 on the wall, and 23:00 to midnight.
    expect(hoursAt(slots, date, 0.12, zone)).toBe(cheap);
    expect(hoursAt(slots, date, 0.12, zone) + hoursAt(slots, date, 0.31, zone)).toBe(all);
  },
);

test.each([
  { time: { from: "23:0", importPerKwh: 0.1 }, says: /times\[0\]\.from: write a local time in quotes/ },
  { time: { days: ["monday"], importPerKwh: 0.1 }, says: /times\[0\]\.days\[0\]: write days as mon, tue/ },
  { time: { months: ["march"], importPerKwh: 0.1 }, says: /write months as jan, feb/ },
  { time: { importPerKwh: 31 }, says: /looks like cents/ },
  { time: { from: "23:00" }, says: /write what the price is in this time/ },
  { time: { importPrice: 0.3 }, says: /importPrice: is not a known key; did you mean "importPerKwh"/ },
])("a time $time is refused", ({ time, says }) => {
  expect(() =>
    timeOfUseTariff.create({ kind: "time-of-use", importPerKwh: 0.3, times: [time] }, { currency: "EUR" }),
  ).toThrow(says);
});

test("no time of the year is without a price: the base price cannot be left away", () => {
  expect(() => timeOfUseTariff.create({ kind: "time-of-use", times: [NIGHT] }, { currency: "EUR" })).toThrow(
    /importPerKwh: is needed: a number/,
  );
});

const anyTime = fc
  .integer({ min: 0, max: 95 })
  .map((k) => `${String(Math.floor(k / 4)).padStart(2, "0")}:${String((k % 4) * 15).padStart(2, "0")}`);

test("whatever the rates and the moment: nine local days without gap or overlap, each price that of the wall's clock", () =>
  fc.assert(
    fc.asyncProperty(
      anyTime,
      anyTime,
      fc.constantFrom("Europe/London", "Europe/Helsinki", "Australia/Lord_Howe", "Asia/Kathmandu", "America/New_York"),
      fc.date({ min: new Date("2026-01-01"), max: new Date("2026-12-31"), noInvalidDate: true }),
      async (from, until, zone, now) => {
        const slots = await timeOfUse([{ from, until, importPerKwh: 1 }], now.toISOString(), zone);
        const today = DateTime.fromJSDate(now, { zone }).startOf("day");
        expect(slots[0]?.startMs).toBe(today.minus({ days: 1 }).toMillis());
        slots.forEach((slot, k) => {
          const endMs = slot.startMs + slot.hours * HOUR;
          expect(slots[k + 1]?.startMs ?? today.plus({ days: 8 }).toMillis()).toBe(endMs);
          expect(slot.hours).toBeLessThanOrEqual(24);
          const wall = DateTime.fromMillis(slot.startMs, { zone }).toFormat("HH:mm");
          const isIn = until > from ? wall >= from && wall < until : wall >= from || wall < until;
          expect(slot.importPerKwh).toBe(isIn ? 1 : 0.31);
        });
      },
    ),
    { numRuns: 60 },
  ));
