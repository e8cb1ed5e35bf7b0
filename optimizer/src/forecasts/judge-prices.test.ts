import { readFileSync } from "node:fs";
import { MS_PER_HOUR } from "@ohmstead/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseCsvSeries } from "../domain/csv-series.ts";
import type { SpotSlot } from "../domain/spot-slot.ts";
import { isZero, judgePrices } from "./judge-prices.ts";

const DAY_MS = 24 * MS_PER_HOUR;
/** Recorded Finnish day-ahead prices of the coldest week of 2024, with its day of 1.9 per kWh (config/demo/NOTICE.md). */
const recorded: readonly SpotSlot[] = parseCsvSeries(
  readFileSync(new URL("../../../config/demo/winter/prices.csv", import.meta.url), "utf8"),
  "prices.csv",
).flatMap(({ startMs, values }) => {
  const price = values["price_eur_per_mwh_ex_vat"];
  return price === undefined ? [] : [{ startMs, hours: 1, importPerKwh: price / 1000 }];
});
const START_MS = Date.UTC(2024, 5, 1);
const slots = (prices: readonly number[], fromMs = START_MS): SpotSlot[] =>
  prices.map((importPerKwh, k) => ({ startMs: fromMs + k * MS_PER_HOUR, hours: 1, importPerKwh }));
/** A usual day: 0.06 at night, 0.12 in the evening. */
const usual = (k: number): number => (k % 24 >= 17 && k % 24 < 21 ? 0.12 : 0.06 + ((k % 24) % 5) / 100);
const weeks = slots(Array.from({ length: 14 * 24 }, (_, k) => usual(k)));
const TODAY_MS = START_MS + 13 * DAY_MS;
const NOW_MS = TODAY_MS + 13 * MS_PER_HOUR;
/** Today, as it was told before, and tomorrow. */
const answer = slots(
  Array.from({ length: 48 }, (_, k) => usual(k)),
  TODAY_MS,
);
const judge = (told: readonly SpotSlot[], before: readonly SpotSlot[] = weeks, currency = "EUR") =>
  judgePrices(told, { nowMs: NOW_MS, currency, before, isNothing: isZero });
const changed = (place: number, price: number): SpotSlot[] =>
  answer.map((slot, k) => (k === place ? { ...slot, importPerKwh: price } : slot));
const times = (factor: number): SpotSlot[] =>
  answer.map((slot) => ({ ...slot, importPerKwh: slot.importPerKwh * factor }));

test("E10 what is no number, or no price of any market, is refused by itself; the others are used", () => {
  for (const price of [Number.NaN, Number.POSITIVE_INFINITY, 84.2, -3]) {
    const { believed, refused } = judge(changed(30, price));
    expect(believed).toEqual(answer.filter((_, k) => k !== 30));
    expect(refused).toEqual([
      {
        atMs: answer[30]?.startMs,
        value: String(price),
        reason: expect.stringMatching(/no number|outside what a kWh can cost/),
      },
    ]);
  }
});

/** Rates of the day, not those of the table. */
test.each([
  { currency: "HUF", rate: 392 },
  { currency: "JPY", rate: 168 },
  { currency: "CZK", rate: 24.3 },
  { currency: "ISK", rate: 143 },
])("E10 prices in $currency are believed, a first push in hundredths or per MWh is not", ({ currency, rate }) => {
  expect(judge(times(rate), [], currency)).toMatchObject({ believed: times(rate), refused: [] });
  for (const factor of [100, 1000]) {
    const { believed, refused } = judge(times(rate * factor), [], currency);
    expect(believed).toEqual([]);
    expect(refused).toHaveLength(answer.length);
    expect(refused[0]?.reason).toMatch(/cents, or a price per MWh|came among others/);
  }
});

test.each([
  { mistake: "a price per MWh", factor: 1000, reason: /per MWh/ },
  { mistake: "cents", factor: 100, reason: /cents/ },
  { mistake: "a hundredth", factor: 0.01, reason: /hundredth/ },
  { mistake: "a thousandth", factor: 0.001, reason: /thousandth/ },
  { mistake: "the other sign", factor: -1, reason: /sign/ },
])("E10 a whole answer in $mistake is refused, by what the same source said of today", ({ factor, reason }) => {
  const { believed, refused } = judge(times(factor));
  expect(believed).toEqual([]);
  expect(refused).toHaveLength(answer.length);
  expect(refused.map((each) => each.reason).join()).toMatch(reason);
});

test("E10 of tomorrow alone, and of a house's very first answer, the level tells", () => {
  const tomorrow = times(100).slice(24);
  expect(judge(tomorrow).believed).toEqual([]);
  expect(judge(tomorrow, []).believed).toEqual([]);
  expect(judge(times(0.001).slice(24)).believed).toEqual([]);
  expect(judge(answer.slice(24), []).believed).toEqual(answer.slice(24));
});

test("E10 a single value 100 or 1000 times off is refused by its neighbours, or by what was said of it before", () => {
  expect(judge(changed(30, 0.06 * 100)).refused.map(({ atMs }) => atMs)).toEqual([answer[30]?.startMs]);
  expect(judge(changed(5, usual(5) / 1000)).refused).toEqual([
    expect.objectContaining({ reason: expect.stringMatching(/thousandth/) }),
  ]);
  expect(judge(changed(42, -0.12)).refused).toEqual([
    expect.objectContaining({ reason: expect.stringMatching(/wrong sign/) }),
  ]);
});

test("a correction is believed: whoever is nearer to the other weeks is right", () => {
  const wrong = weeks.map((slot) =>
    slot.startMs >= TODAY_MS ? { ...slot, importPerKwh: slot.importPerKwh / 100 } : slot,
  );
  expect(judge(answer, wrong)).toMatchObject({ believed: answer, refused: [] });
});

test("E08 zeros for tomorrow before its publication are no prices, free hours among others are", () => {
  const early = answer.map((slot, k) => (k >= 24 ? { ...slot, importPerKwh: 0 } : slot));
  expect(judge(early)).toMatchObject({ believed: answer.slice(0, 24), refused: [] });
  expect(judge(early).unpublished).toHaveLength(24);
  const free = answer.map((slot, k) => (k >= 40 && k < 47 ? { ...slot, importPerKwh: 0 } : slot));
  expect(judge(free)).toMatchObject({ believed: free, unpublished: [] });
  const freeFromNow = answer.map((slot, k) => (k >= 13 ? { ...slot, importPerKwh: 0 } : slot));
  expect(judge(freeFromNow).believed).toEqual(freeFromNow);
});

test("E10 the dearest and the cheapest days that were ever recorded are prices", () => {
  for (let fromMs = recorded[0]?.startMs ?? 0; fromMs < (recorded.at(-1)?.startMs ?? 0); fromMs += DAY_MS) {
    const told = recorded.filter(({ startMs }) => startMs >= fromMs && startMs < fromMs + 2 * DAY_MS);
    const before = recorded.filter(({ startMs }) => startMs < fromMs + DAY_MS);
    expect(judgePrices(told, { nowMs: fromMs + DAY_MS / 2, currency: "EUR", before, isNothing: isZero })).toEqual({
      believed: told,
      refused: [],
      unpublished: [],
    });
  }
  // 24 November 2023: ten hours at the floor of the market.
  const floor = answer.map((slot, k) => (k >= 30 && k < 40 ? { ...slot, importPerKwh: -0.5 } : slot));
  expect(judge(floor).believed).toEqual(floor);
  const spike = changed(30, 1.1);
  expect(judge(spike).believed).toEqual(spike);
});

test("crowns and forints are not taken for cents", () => {
  const crowns = times(12);
  const before = weeks.map((slot) => ({ ...slot, importPerKwh: slot.importPerKwh * 12 }));
  expect(judge(crowns, before, "SEK").believed).toEqual(crowns);
  expect(judge(times(400), [], "HUF").believed).toEqual(times(400));
});

test("nothing is lost or made up: every slot is believed as it came, refused, or not yet published", () =>
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.double({ min: -2, max: 12 }), fc.constantFrom(0, Number.NaN, 0.08, 1000), fc.double()), {
        maxLength: 60,
      }),
      fc.boolean(),
      (prices, isKnown) => {
        const told = slots(prices, TODAY_MS);
        const { believed, refused, unpublished } = judge(told, isKnown ? weeks : []);
        const moments = [...believed, ...unpublished].map(({ startMs }) => startMs);
        expect([...moments, ...refused.map(({ atMs }) => atMs)].toSorted((a, b) => a - b)).toEqual(
          told.map(({ startMs }) => startMs),
        );
        for (const slot of believed) expect(told).toContain(slot);
      },
    ),
  ));
