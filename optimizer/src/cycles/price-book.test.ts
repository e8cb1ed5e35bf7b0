import { HomeConfig, MS_PER_HOUR, type PriceSlot } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { localClock } from "../domain/local-time.ts";
import { openStore } from "../store/store.ts";
import { createPriceBook } from "./price-book.ts";

const DAY_MS = 24 * MS_PER_HOUR;
const NOW_MS = Date.UTC(2024, 0, 15, 12);
const START_MS = Date.UTC(2024, 0, 1);

/** Dear evenings. */
const days = (count: number): PriceSlot[] =>
  Array.from({ length: count * 24 }, (_, k) => ({
    startMs: START_MS + k * MS_PER_HOUR,
    hours: 1,
    importPricePerKwh: k % 24 >= 17 ? 0.4 : 0.2,
    exportPricePerKwh: 0.08,
  }));
const configOf = (prices: object = {}) =>
  HomeConfig.parse({
    timeZone: "UTC",
    currency: "EUR",
    prices: { source: { kind: "push" }, ...prices },
    weather: { source: { kind: "csv" } },
    meters: { gridPower: "sensor.grid" },
  });

/** A book over a store that counts how often it is read. */
function bookOf(slots: readonly PriceSlot[], prices: object = {}) {
  const store = openStore(":memory:");
  store.prices.save("push", slots, NOW_MS - MS_PER_HOUR);
  const count = { reads: 0 };
  const counting = {
    ...store.prices,
    opinions: (fromMs: number, untilMs: number) => {
      count.reads += 1;
      return store.prices.opinions(fromMs, untilMs);
    },
  };
  return { book: createPriceBook(counting, configOf(prices), ["push"]), count };
}
const at = (hour: number) => ({ startMs: START_MS + 20 * DAY_MS + hour * MS_PER_HOUR, hours: 1 });

test("prices of the days to come are expected as those in the store were, in both directions", () => {
  const [shape] = bookOf(days(15)).book.givers(NOW_MS);
  expect(shape).toMatchObject({ rung: "learned", issuedAtMs: NOW_MS });
  expect(shape?.at(at(18))?.importPricePerKwh).toBeCloseTo(0.4, 3);
  expect(shape?.at(at(3))?.importPricePerKwh).toBeCloseTo(0.2, 3);
  expect(shape?.at(at(3))?.exportPricePerKwh).toBeCloseTo(0.08, 6);
});

test("with less than a day of prices every hour is expected to have their mean", () => {
  const [mean] = bookOf(days(15).slice(12, 20)).book.givers(START_MS + 20 * MS_PER_HOUR);
  expect(mean?.source).toBe("mean-of-known-prices");
  expect(mean?.at(at(3))?.importPricePerKwh).toBeCloseTo((5 * 0.2 + 3 * 0.4) / 8, 9);
});

test("prices of two months ago still say something; where there is none and no fallback nobody knows anything", () => {
  const later = NOW_MS + 60 * DAY_MS;
  expect(bookOf(days(15)).book.givers(later)[0]?.at(at(18))?.importPricePerKwh).toBeCloseTo(0.4, 3);
  expect(bookOf([]).book.givers(NOW_MS)).toEqual([]);
});

test("the config's fallback speaks where no price was ever known", () => {
  const [fallback] = bookOf([], { fallback: { importPerKwh: 0.31, exportPerKwh: 0.04 } }).book.givers(NOW_MS);
  expect(fallback?.rung).toBe("fallback");
  expect(fallback?.at(at(3))).toEqual({
    importPricePerKwh: expect.closeTo(0.31, 12),
    exportPricePerKwh: expect.closeTo(0.04, 12),
  });
});

/** Evenings of working days are dear, by the clock of Helsinki. */
const workdays = (fromMs: number, count: number): PriceSlot[] =>
  Array.from({ length: count * 24 }, (_, k) => {
    const startMs = fromMs + k * MS_PER_HOUR;
    const { weekday, minuteOfDay } = localClock("Europe/Helsinki")(startMs);
    const isDear = weekday <= 5 && minuteOfDay >= 17 * 60;
    return { startMs, hours: 1, importPricePerKwh: isDear ? 0.4 : 0.2, exportPricePerKwh: 0.08 };
  });

test.each([
  { where: "of Finland", holidays: undefined, expected: 0.2 },
  { where: "of a country without this one", holidays: { country: "DE" }, expected: 0.4 },
])("a holiday $where is expected as the Sundays were, any other day as its weekday", ({ holidays, expected }) => {
  // Wednesday 6 December 2023, Independence Day, six in the evening in Helsinki.
  const evening = { startMs: Date.UTC(2023, 11, 6, 16), hours: 1 };
  const store = openStore(":memory:");
  const nowMs = Date.UTC(2023, 11, 5, 12);
  store.prices.save("push", workdays(Date.UTC(2023, 9, 30, 22), 35), nowMs - MS_PER_HOUR);
  const config = HomeConfig.parse({ ...configOf(), timeZone: "Europe/Helsinki", holidays });
  const [shape] = createPriceBook(store.prices, config, ["push"]).givers(nowMs);
  expect(shape?.at(evening)?.importPricePerKwh).toBeCloseTo(expected, 2);
  expect(shape?.at({ ...evening, startMs: evening.startMs + DAY_MS })?.importPricePerKwh).toBeCloseTo(0.4, 2);
});

test("it is learned again when new prices are out or hours have passed, not with every plan", () => {
  const { book, count } = bookOf(days(15));
  for (let minute = 0; minute < 60; minute += 5) book.givers(NOW_MS + minute * 60_000);
  expect(count.reads).toBe(1);
  book.givers(NOW_MS + 7 * MS_PER_HOUR);
  expect(count.reads).toBe(2);
});
