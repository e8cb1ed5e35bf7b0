import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MS_PER_HOUR } from "@ohmstead/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ConfigError, SourceError } from "../domain/errors.ts";
import { csvHistory } from "./csv-history.ts";
import { csvPrices, knownUntilMs } from "./csv-prices.ts";
import { csvWeather } from "./csv-weather.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ohmstead-csv-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const never = new AbortController().signal;
const at = (time: string): number => Date.parse(time);
const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return name;
};
const deps = () => ({ currency: "EUR", baseFolder: folder });
/** Hourly rows from midnight UTC; the value is the hour, counted anew after 48. */
const hourly = (from: string, count: number): string =>
  `time_utc,price\n${Array.from({ length: count }, (_, k) => `${new Date(at(from) + k * MS_PER_HOUR).toISOString()},${k % 48}`).join("\n")}\n`;

test.each([
  { now: "2024-01-05T11:59:59Z", until: "2024-01-05T23:00:00Z", rule: "a minute before 13:00 only today" },
  { now: "2024-01-05T12:00:00Z", until: "2024-01-06T23:00:00Z", rule: "from 13:00 tomorrow too" },
  { now: "2024-01-05T22:59:00Z", until: "2024-01-06T23:00:00Z", rule: "in the last hour of the day" },
  { now: "2024-01-05T23:00:00Z", until: "2024-01-06T23:00:00Z", rule: "after the market's midnight" },
  { now: "2024-07-05T10:59:00Z", until: "2024-07-05T22:00:00Z", rule: "in summer time" },
  { now: "2024-03-30T12:00:00Z", until: "2024-03-31T22:00:00Z", rule: "before the day of 23 hours" },
  { now: "2024-10-26T11:00:00Z", until: "2024-10-27T23:00:00Z", rule: "before the day of 25 hours" },
])("prices become known as they were published: $rule", ({ now, until }) => {
  expect(new Date(knownUntilMs(at(now), "Europe/Brussels", "13:00")).toISOString()).toBe(
    new Date(at(until)).toISOString(),
  );
});

test("csv prices in forints are prices, in forints per MWh a mistake", async () => {
  const file = write("forints.csv", "time_utc,price\n2024-01-05T00:00:00Z,84200\n2024-01-05T01:00:00Z,96000\n");
  const read = (factor: number) =>
    csvPrices
      .create({ kind: "csv", file, column: "price", factor }, { ...deps(), currency: "HUF" })
      .fetch(at("2024-01-05T06:00:00Z"), never);
  expect((await read(0.001)).map(({ importPerKwh }) => importPerKwh)).toEqual([84.2, 96]);
  await expect(read(1)).rejects.toThrow(
    /write HUF per kWh, for example 98; a column in HUF per MWh needs factor: 0.001/,
  );
});

test("csv prices: what is published, per kWh, and nothing after it", async () => {
  const file = write("prices.csv", hourly("2024-01-04T00:00:00Z", 96));
  const source = csvPrices.create({ kind: "csv", file, column: "price", factor: 0.001 }, deps());
  const slots = await source.fetch(at("2024-01-05T10:00:00Z"), never);
  expect(slots.at(-1)).toEqual({ startMs: at("2024-01-05T22:00:00Z"), hours: 1, importPerKwh: 0.046 });
  const later = await source.fetch(at("2024-01-05T12:00:00Z"), never);
  expect(later.at(-1)?.startMs).toBe(at("2024-01-06T22:00:00Z"));
});

test("a blank price is a hole, never 0, and an export column of its own is used", async () => {
  const file = write(
    "holes.csv",
    "time_utc,price,feed\n2024-01-05T00:00:00Z,50,10\n2024-01-05T01:00:00Z,,10\n2024-01-05T02:00:00Z,40,\n2024-01-05T03:00:00Z,30,20\n",
  );
  const settings = { kind: "csv", file, column: "price", exportColumn: "feed" };
  const slots = await csvPrices.create(settings, deps()).fetch(at("2024-01-05T00:00:00Z"), never);
  expect(slots.map(({ startMs, importPerKwh, exportPerKwh }) => [startMs, importPerKwh, exportPerKwh])).toEqual([
    [at("2024-01-05T00:00:00Z"), 50, 10],
    [at("2024-01-05T03:00:00Z"), 30, 20],
  ]);
});

test("a missing row is a hole too: the row before it lasts no longer than usual", async () => {
  const file = write(
    "gap.csv",
    "time_utc,price\n2024-01-05T00:00:00Z,1\n2024-01-05T01:00:00Z,2\n2024-01-05T02:00:00Z,3\n2024-01-05T09:00:00Z,4\n",
  );
  const slots = await csvPrices
    .create({ kind: "csv", file, column: "price" }, deps())
    .fetch(at("2024-01-05T00:00:00Z"), never);
  expect(slots.map((slot) => slot.hours)).toEqual([1, 1, 1, 1]);
});

test("csv weather: yesterday and the hours ahead that were asked for", async () => {
  const file = write("weather.csv", hourly("2024-01-01T00:00:00Z", 240).replace("price", "temp"));
  const { stretches: temps } = await csvWeather
    .create({ kind: "csv", file, column: "temp", forecastHours: 48 }, deps())
    .fetch(at("2024-01-05T06:30:00Z"), never);
  expect(temps[0]?.startMs).toBe(at("2024-01-04T06:00:00Z"));
  expect(temps.at(-1)?.startMs).toBe(at("2024-01-07T06:00:00Z"));
});

test("csv history: load and sun in kW up to now, and never a minute of the future", async () => {
  const file = write(
    "house.csv",
    "time_utc,load_w,pv_w\n2024-01-05T00:00:00Z,500,\n2024-01-05T00:30:00Z,,\n2024-01-05T01:00:00Z,700,200\n2024-01-05T01:30:00Z,800,300\n",
  );
  const settings = {
    kind: "csv",
    file,
    load: { column: "load_w", factor: 0.01 },
    pv: { roof: { column: "pv_w", factor: 0.001, blankIsZero: true }, barn: { column: "pv_w", factor: 0.001 } },
  };
  const { baseLoad, pv } = await csvHistory.create(settings, deps()).fetch(at("2024-01-05T01:45:00Z"), never);
  expect(baseLoad.map(({ startMs, value }) => [startMs, value])).toEqual([
    [at("2024-01-05T00:00:00Z"), 5],
    [at("2024-01-05T01:00:00Z"), 7],
  ]);
  expect(pv.get("roof")?.map((each) => each.value)).toEqual([0, 0, 0.2]);
  expect(pv.get("barn")?.map((each) => each.value)).toEqual([0.2]);
});

test("csv history: last year's file stands in for this year's weeks, weekday by weekday", async () => {
  const file = write(
    "last-year.csv",
    "time_utc,load\n2023-01-05T00:00:00Z,1\n2023-01-05T01:00:00Z,2\n2023-01-05T02:00:00Z,3\n",
  );
  const settings = { kind: "csv", file, load: { column: "load" }, shiftDays: 364 };
  const { baseLoad } = await csvHistory.create(settings, deps()).fetch(at("2024-01-04T02:00:00Z"), never);
  expect(baseLoad.map(({ startMs, value }) => [startMs, value])).toEqual([
    [at("2024-01-04T00:00:00Z"), 1],
    [at("2024-01-04T01:00:00Z"), 2],
  ]);
  expect(() => csvHistory.create({ ...settings, shiftDays: 365 }, deps())).toThrow(/shiftDays: write whole weeks/);
});

test("a file that has changed is read again", async () => {
  const file = write("changing.csv", hourly("2024-01-05T00:00:00Z", 4));
  const source = csvWeather.create({ kind: "csv", file, column: "price" }, deps());
  expect((await source.fetch(at("2024-01-05T00:00:00Z"), never)).stretches).toHaveLength(4);
  write("changing.csv", hourly("2024-01-05T00:00:00Z", 6));
  expect((await source.fetch(at("2024-01-05T00:00:00Z"), never)).stretches).toHaveLength(6);
});

test.each([
  { what: "a file that is not there", text: undefined, says: /is not there/ },
  {
    what: "a column that is not there",
    text: "time_utc,prize\n2024-01-05T00:00:00Z,1\n",
    says: /no column "price"; there are: prize/,
  },
  {
    what: "text for a number",
    text: "time_utc,price\n2024-01-05T00:00:00Z,n/a\n",
    says: /data row 1: price "n\/a" is not a number/,
  },
  { what: "a time that is none", text: "time_utc,price\nmonday,1\n", says: /data row 1: time_utc/ },
  {
    what: "a price per MWh",
    text: "time_utc,price\n2024-01-05T00:00:00Z,84.2\n",
    says: /price is 84\.2 at 2024-01-05.*needs factor: 0\.001/,
  },
  {
    what: "rows out of order",
    text: "time_utc,price\n2024-01-05T01:00:00Z,1\n2024-01-05T00:00:00Z,1\n",
    says: /data row 2: time_utc .* is not after/,
  },
])("refuses $what", async ({ text, says }) => {
  const file = text === undefined ? "nowhere.csv" : write("bad.csv", text);
  const fetched = csvPrices
    .create({ kind: "csv", file, column: "price" }, deps())
    .fetch(at("2024-01-05T00:00:00Z"), never);
  await expect(fetched).rejects.toBeInstanceOf(SourceError);
  await expect(fetched).rejects.toThrow(says);
});

test("a time zone that does not exist is refused at once", () => {
  expect(() =>
    csvPrices.create({ kind: "csv", file: "x.csv", column: "price", marketTimeZone: "Europe/Bruxelles" }, deps()),
  ).toThrow(ConfigError);
});
