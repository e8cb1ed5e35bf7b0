import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { octopusFixed } from "./octopus-fixed.ts";
import { type Answer, fixture, send } from "./testing/local-server.ts";
import { importsOf, pricesOf, refusalOf, useLocalServer } from "./testing/use-local-server.ts";

const server = useLocalServer({ beforeAll, beforeEach, afterAll });
const night = { from: "00:30", until: "07:30" };
const fetched = (settings: object, now = "2025-11-30T12:00:00Z") =>
  pricesOf(
    octopusFixed,
    { product: "VAR-22-11-01", region: "C", baseUrl: server().url, ...settings },
    { currency: "GBP", timeZone: "Europe/London" },
    Date.parse(now),
  );
const economy7: Answer = (asked, response) => {
  const [register = ""] = /(?:day|night|standard)(?=-unit-rates)/.exec(asked.pathname) ?? [];
  const files: Readonly<Record<string, string>> = {
    day: "octopus/two_rate_day.json",
    night: "octopus/two_rate_night.json",
    standard: "octopus/standard_fixed.json",
  };
  send(fixture(files[register] ?? ""))(asked, response);
};

/** Half-hours of the night, by the local clock. */
const nightsIn = (slots: Awaited<ReturnType<typeof fetched>>, date: string): string[] =>
  slots
    .filter(({ importPerKwh }) => importPerKwh < 0.2)
    .map(({ startMs }) =>
      new Date(startMs).toLocaleString("sv-SE", { timeZone: "Europe/London", dateStyle: "short", timeStyle: "short" }),
    )
    .filter((text) => text.startsWith(date))
    .map((text) => text.slice(11));

test("one rate holds until further notice, by direct debit: eight days are counted on", async () => {
  server().answer(economy7);
  const slots = await fetched({ exportProduct: "OUTGOING-VAR-24-10-26" });
  expect(slots).toHaveLength(9 * 48);
  expect(new Set(importsOf(slots))).toEqual(new Set([0.257201]));
  expect(server().asked.map(({ pathname }) => pathname.split("/").slice(5, 7))).toEqual([
    ["E-1R-VAR-22-11-01-C", "standard-unit-rates"],
    ["E-1R-OUTGOING-VAR-24-10-26-C", "standard-unit-rates"],
  ]);
});

test("two rates: the night's hours are those of the config, by the clock on the wall", async () => {
  server().answer(economy7);
  const slots = await fetched({ night });
  expect(server().asked.map(({ pathname }) => pathname.split("/").slice(5, 7))).toEqual([
    ["E-2R-VAR-22-11-01-C", "day-unit-rates"],
    ["E-2R-VAR-22-11-01-C", "night-unit-rates"],
  ]);
  expect(new Set(importsOf(slots))).toEqual(new Set([0.294126, 0.142191]));
  const nights = nightsIn(slots, "2025-12-02");
  expect([nights[0], nights.at(-1), nights.length]).toEqual(["00:30", "07:00", 14]);
});

test("a rate ends where the next begins", async () => {
  server().answer(economy7);
  const slots = await fetched({ night }, "2025-11-01T06:00:00Z");
  const around = slots.filter(({ startMs }) => Math.abs(startMs - Date.parse("2025-11-01T00:00:00Z")) <= 1_800_000);
  // The night begins at half past midnight.
  expect(importsOf(around)).toEqual([0.278103, 0.294126, 0.142191]);
});

test.each([
  { change: "skip an hour", now: "2026-03-28T12:00:00Z", date: "2026-03-29", count: 12 },
  { change: "repeat an hour", now: "2026-10-24T12:00:00Z", date: "2026-10-25", count: 16 },
])("E13 on the night on which the clocks $change the cheap hours follow the wall", async ({ now, date, count }) => {
  server().answer(economy7);
  const nights = nightsIn(await fetched({ night }, now), date);
  expect([nights[0], nights.at(-1), nights.length]).toEqual(["00:30", "07:00", count]);
});

test.each([
  { season: "winter", now: "2025-12-01T12:00:00Z", date: "2025-12-02", first: "00:30", last: "07:00" },
  { season: "summer", now: "2026-06-10T12:00:00Z", date: "2026-06-11", first: "01:30", last: "08:00" },
])("E13 a smart meter's night in $season is from $first on the wall: it knows no summer time", async (each) => {
  server().answer(economy7);
  const nights = nightsIn(await fetched({ night: { ...night, clock: "utc" } }, each.now), each.date);
  expect([nights[0], nights.at(-1), nights.length]).toEqual([each.first, each.last, 14]);
});

test.each([
  { what: "no day rates", register: "day", says: /answered 404/ },
  { what: "no night rates", register: "night", says: /answered 404/ },
])("$what: nothing is given, not even the other half", async ({ register, says }) => {
  server().answer((asked, response) => {
    if (asked.pathname.includes(`${register}-unit-rates`)) send(`{"detail":"Not found."}`, 404)(asked, response);
    else economy7(asked, response);
  });
  expect((await refusalOf(fetched({ night }))).message).toMatch(says);
});

test("a night off the half-hour is refused", () => {
  const settings = { product: "VAR-22-11-01", region: "C", night: { from: "23:50", until: "07:30" } };
  expect(() => octopusFixed.create({ kind: "octopus-fixed", ...settings }, { currency: "GBP" })).toThrow(
    /night\.from: write a local time on the half-hour/,
  );
});
