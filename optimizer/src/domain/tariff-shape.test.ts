import { limitedIn, TariffShape } from "@ohmstead/contract";
import { DateTime } from "luxon";
import { expect, test } from "vitest";
import { localClock } from "./local-time.ts";
import { tariffAt } from "./tariff-shape.ts";

const ZONE = "Europe/London";
const tariff = TariffShape.parse({
  importPerKwh: 0.28,
  exportPerKwh: 0.05,
  times: [
    { from: "00:30", until: "05:30", importPerKwh: 0.09 },
    { from: "16:00", until: "19:00", days: ["mon", "tue", "wed", "thu", "fri"], importPerKwh: 0.4 },
    { months: ["dec"], exportPerKwh: 0.12 },
    { from: "23:00", until: "02:00", days: ["sun"], months: ["dec"], importPerKwh: 0.01 },
  ],
});
const at = (local: string) => {
  const { importPerKwh, exportPerKwh } = tariffAt(
    tariff,
    localClock(ZONE),
  )(DateTime.fromISO(local, { zone: ZONE }).toMillis());
  return [importPerKwh, exportPerKwh];
};
const refusal = (raw: unknown) => limitedIn(TariffShape, () => "EUR").safeParse(raw).error?.issues[0]?.message;

test.each([
  { what: "no time holds", local: "2024-07-10T12:00", prices: [0.28, 0.05] },
  { what: "a time begins", local: "2024-07-10T00:30", prices: [0.09, 0.05] },
  { what: "it ends", local: "2024-07-10T05:30", prices: [0.28, 0.05] },
  { what: "it is not the day for it", local: "2024-07-13T17:00", prices: [0.28, 0.05] },
  { what: "it is the day for it", local: "2024-07-12T17:00", prices: [0.4, 0.05] },
  { what: "a season says only one direction", local: "2024-12-11T17:00", prices: [0.4, 0.12] },
  { what: "two hold: the later in the list counts", local: "2024-12-09T01:00", prices: [0.01, 0.12] },
  { what: "a night goes by the day on which it began", local: "2024-12-08T01:00", prices: [0.09, 0.12] },
  { what: "it began in the last month that it holds in", local: "2024-12-30T00:15", prices: [0.01, 0.12] },
])("the prices where $what", ({ local, prices }) => expect(at(local)).toEqual(prices));

test("the wall clock counts on the nights on which it changes", () => {
  const prices = tariffAt(tariff, localClock(ZONE));
  const importAt = (utc: string) => prices(Date.parse(utc)).importPerKwh;
  expect(["2024-03-31T00:59Z", "2024-03-31T04:29Z", "2024-03-31T04:30Z"].map(importAt)).toEqual([0.09, 0.09, 0.28]);
  expect(["2024-10-27T05:29Z", "2024-10-27T05:30Z"].map(importAt)).toEqual([0.09, 0.28]);
});

test("a time without a price, and one in cents, are refused with what to write", () => {
  expect(refusal({ importPerKwh: 0.3, times: [{ from: "01:00" }] })).toMatch(/write what the price is/);
  expect(refusal({ importPerKwh: 28 })).toMatch(/write EUR per kWh, for example 0\.245/);
});
