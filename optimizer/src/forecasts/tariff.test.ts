import { HomeConfig, MS_PER_HOUR, type PriceSlot, slotEndMs } from "@ohmstead/contract";
import fc from "fast-check";
import { DateTime } from "luxon";
import { expect, test } from "vitest";
import { localClock, minuteOfDay } from "../domain/local-time.ts";
import { parseConfig } from "../domain/parse-config.ts";
import type { SpotSlot } from "../domain/spot-slot.ts";
import { applyTariff } from "./tariff.ts";

/** As it is written in the config. */
const rulesOf = (prices: object) =>
  parseConfig(
    HomeConfig,
    {
      timeZone: "UTC",
      currency: "EUR",
      prices: { source: { kind: "push" }, ...prices },
      weather: { source: { kind: "csv" } },
      meters: { gridPower: "sensor.grid" },
    },
    "home.yaml",
  ).prices;
const spot = (startMs: number, importPerKwh: number, hours = 1): SpotSlot => ({ startMs, hours, importPerKwh });
const dayOf = (date: string, zone: string, hours = 1): SpotSlot[] => {
  const start = DateTime.fromISO(date, { zone });
  const count = start.plus({ days: 1 }).diff(start, "hours").hours / hours;
  return Array.from({ length: count }, (_, k) => spot(start.toMillis() + k * hours * MS_PER_HOUR, 0.1, hours));
};
const hoursWith = (slots: readonly PriceSlot[], isMeant: (price: number) => boolean) =>
  slots.reduce((sum, each) => sum + (isMeant(each.importPricePerKwh) ? each.hours : 0), 0);
const wallTime = (ms: number, zone: string) => DateTime.fromMillis(ms, { zone }).toFormat("HH:mm");

test("price times factor plus addition, for each direction; without an export price the same one sells", () => {
  const rules = rulesOf({ import: { factor: 1.24, addPerKwh: 0.07 }, export: { addPerKwh: -0.005 } });
  const spots = [spot(0, 0.1), { ...spot(MS_PER_HOUR, -0.01, 0.5), exportPerKwh: 0.15 }];
  expect(applyTariff(spots, rules, localClock("UTC"))).toEqual([
    { startMs: 0, hours: 1, importPricePerKwh: expect.closeTo(0.194, 9), exportPricePerKwh: expect.closeTo(0.095, 9) },
    {
      startMs: MS_PER_HOUR,
      hours: 0.5,
      importPricePerKwh: expect.closeTo(0.0576, 9),
      exportPricePerKwh: expect.closeTo(0.145, 9),
    },
  ]);
});

test("VAT is on the price of the source alone: fees and levies are written as they are on the bill", () => {
  const rules = rulesOf({
    import: { vat: 0.25, gridFees: [{ perKwh: 0.05 }], addPerKwh: 0.03 },
  });
  const [slot] = applyTariff([spot(0, 0.2)], rules, localClock("UTC"));
  expect(slot?.importPricePerKwh).toBeCloseTo(0.2 * 1.25 + 0.05 + 0.03, 9);
});

test("a share is asked for where 25 is written, and currency where cents are", () => {
  expect(() => rulesOf({ import: { vat: 25 } })).toThrow(/prices.import.vat.*write 0.25 for 25 %/s);
  const cents = { import: { gridFees: [{ from: "07:00", until: "22:00", perKwh: 45 }] } };
  expect(() => rulesOf(cents)).toThrow(/perKwh.*looks like cents/s);
  expect(() =>
    rulesOf({ import: { gridFees: [{ from: "07:00", until: "22:00", months: ["winter"], perKwh: 0.1 }] } }),
  ).toThrow(/write months as jan, feb/);
});

test("a slot that a fee begins or ends within is split there, in both directions; the others stay whole", () => {
  const rules = rulesOf({
    import: { gridFees: [{ from: "06:10", until: "22:00", perKwh: 0.04 }] },
    export: { gridFees: [{ from: "07:30", until: "08:00", perKwh: -0.02 }] },
  });
  const slots = applyTariff(
    [spot(5 * MS_PER_HOUR, 0.1), spot(6 * MS_PER_HOUR, 0.1), spot(7 * MS_PER_HOUR, 0.1)],
    rules,
    localClock("UTC"),
  );
  expect(
    slots.map(({ startMs, importPricePerKwh, exportPricePerKwh }) => [
      wallTime(startMs, "UTC"),
      importPricePerKwh,
      exportPricePerKwh,
    ]),
  ).toEqual([
    ["05:00", 0.1, 0.1],
    ["06:00", 0.1, 0.1],
    ["06:10", expect.closeTo(0.14, 9), 0.1],
    ["07:00", expect.closeTo(0.14, 9), 0.1],
    ["07:30", expect.closeTo(0.14, 9), expect.closeTo(0.08, 9)],
  ]);
});

test("a winter-day fee holds on its days and months only; a night that began in March goes on into April", () => {
  const winterDay = rulesOf({
    import: {
      gridFees: [
        {
          from: "07:00",
          until: "22:00",
          days: ["mon", "tue", "wed", "thu", "fri", "sat"],
          months: ["nov", "dec", "jan", "feb", "mar"],
          perKwh: 0.05,
        },
      ],
    },
  });
  const dearHours = (date: string) =>
    hoursWith(
      applyTariff(dayOf(date, "Europe/Helsinki"), winterDay, localClock("Europe/Helsinki")),
      (price) => price > 0.12,
    );
  expect([dearHours("2024-01-05"), dearHours("2024-01-07"), dearHours("2024-06-05")]).toEqual([15, 0, 0]);
  const marchNight = rulesOf({
    import: { gridFees: [{ from: "22:00", until: "06:00", months: ["mar"], perKwh: -0.05 }] },
  });
  const cheap = applyTariff(dayOf("2024-04-01", "Europe/Helsinki"), marchNight, localClock("Europe/Helsinki"));
  expect(hoursWith(cheap, (price) => price < 0.08)).toBe(6);
  expect(cheap.at(-1)?.importPricePerKwh).toBe(0.1);
});

test("fees that hold at the same time add up", () => {
  const rules = rulesOf({
    import: {
      gridFees: [
        { from: "00:00", until: "00:00", perKwh: 0.02 },
        { from: "17:00", until: "20:00", perKwh: 0.03 },
      ],
    },
  });
  const slots = applyTariff(dayOf("2024-01-05", "UTC"), rules, localClock("UTC"));
  expect(hoursWith(slots, (price) => Math.abs(price - 0.15) < 1e-9)).toBe(3);
  expect(hoursWith(slots, (price) => Math.abs(price - 0.12) < 1e-9)).toBe(21);
});

test.each([
  { zone: "Europe/London", day: "2024-03-31", hours: 23, at0130: 0 },
  { zone: "Europe/London", day: "2024-10-27", hours: 25, at0130: 1 },
  { zone: "Europe/Helsinki", day: "2024-03-31", hours: 23, at0130: 0.5 },
  { zone: "Europe/Helsinki", day: "2024-10-27", hours: 25, at0130: 0.5 },
  { zone: "Australia/Sydney", day: "2024-10-06", hours: 23, at0130: 0.5 },
  { zone: "Australia/Sydney", day: "2024-04-07", hours: 25, at0130: 0.5 },
])(
  "E13 a grid fee follows the wall clock when it is set in $zone on $day: $hours hours, split alike for 15-, 30- and 60-minute prices",
  ({ zone, day, hours, at0130 }) => {
    const rules = rulesOf({
      import: {
        gridFees: [
          { from: "22:00", until: "02:30", perKwh: -0.03 },
          { from: "01:30", until: "02:00", perKwh: 1 },
        ],
      },
    });
    for (const step of [0.25, 0.5, 1]) {
      const slots = applyTariff(dayOf(day, zone, step), rules, localClock(zone));
      expect(hoursWith(slots, () => true)).toBe(hours);
      expect(hoursWith(slots, (price) => price > 1)).toBe(at0130);
      for (const slot of slots)
        for (let ms = slot.startMs; ms < slotEndMs(slot); ms += 300_000) {
          const time = wallTime(ms, zone);
          const fee = (time >= "22:00" || time < "02:30" ? -0.03 : 0) + (time >= "01:30" && time < "02:00" ? 1 : 0);
          expect(slot.importPricePerKwh).toBeCloseTo(0.1 + fee, 9);
        }
    }
  },
);

const time = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([hour, minute]) => `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`);
test("whatever the fees, each moment has one price, and the mean price is the spot's plus the fees' share of the time", () =>
  fc.assert(
    fc.property(
      fc.array(fc.record({ from: time, until: time, perKwh: fc.double({ min: -0.2, max: 0.2, noNaN: true }) }), {
        maxLength: 4,
      }),
      fc.constantFrom(0.25, 0.5, 1, 24),
      (gridFees, step) => {
        const slots = applyTariff(
          dayOf("2024-01-05", "UTC", step),
          rulesOf({ import: { gridFees } }),
          localClock("UTC"),
        );
        slots.forEach((slot, k) => expect(slots[k + 1]?.startMs ?? slotEndMs(slot)).toBe(slotEndMs(slot)));
        const cost = slots.reduce((sum, each) => sum + each.importPricePerKwh * each.hours, 0);
        const fees = gridFees.reduce((sum, fee) => {
          const length = (minuteOfDay(fee.until) - minuteOfDay(fee.from) + 1440) % 1440 || 1440;
          return sum + (fee.perKwh * length) / 60;
        }, 0);
        expect(cost).toBeCloseTo(2.4 + fees, 6);
      },
    ),
    { numRuns: 60 },
  ));
