import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { elering } from "./elering.ts";
import { fixture, send } from "./testing/local-server.ts";
import { importsOf, pricesOf, refusalOf, startsOf, useLocalServer } from "./testing/use-local-server.ts";

const server = useLocalServer({ beforeAll, beforeEach, afterAll });
const fetched = (now: string, country = "ee") =>
  pricesOf(elering, { country, baseUrl: server().url }, { currency: "EUR" }, Date.parse(now));
const rows = (start: string, minutes: number, prices: readonly number[]) =>
  prices.map((price, k) => ({ timestamp: Date.parse(start) / 1000 + k * minutes * 60, price }));
const answer = (ee: readonly object[]): string => JSON.stringify({ success: true, data: { ee } });

test("an answer becomes quarter-hours of one's own country in EUR per kWh", async () => {
  server().answer(send(fixture("elering/nps_price.json")));
  const inEstonia = await fetched("2026-01-15T01:00:00Z");
  const inFinland = await fetched("2026-01-15T01:00:00Z", "fi");
  expect(inEstonia).toHaveLength(24);
  expect(startsOf(inEstonia).slice(0, 2)).toEqual(["2026-01-14T23:00Z", "2026-01-14T23:15Z"]);
  expect(importsOf(inEstonia)[0]).toBeCloseTo((importsOf(inFinland)[0] ?? 0) * (1.1 / 0.8), 4);
  expect(server().asked[0]?.searchParams.get("start")).toBe("2026-01-13T23:00:00.000Z");
  expect(server().asked[0]?.searchParams.get("end")).toBe("2026-01-16T22:59:59.999Z");
});

test.each([
  { day: "of 23 hours", start: "2026-03-28T23:00Z", count: 92 },
  { day: "of 25 hours", start: "2026-10-24T22:00Z", count: 100 },
])("E13 a market day $day has $count quarter-hours, each once", async ({ start, count }) => {
  const prices = Array.from({ length: count }, (_, k) => k);
  server().answer(send(answer(rows(start, 15, prices))));
  const slots = await fetched(start);
  expect(importsOf(slots)).toEqual(prices.map((each) => each / 1000));
  expect(slots.map(({ startMs }) => startMs)).toEqual(prices.map((k) => Date.parse(start) + k * 900_000));
});

test.each([
  {
    what: "the latest first",
    body: answer(rows("2026-01-15T00:00Z", 15, [1, 2, 3]).toReversed()),
    says: /data\.ee\[1\]\.timestamp .* comes after a later one/,
  },
  {
    what: "one that is there twice",
    body: answer([...rows("2026-01-15T00:00Z", 15, [1, 2]), ...rows("2026-01-15T00:15Z", 15, [2])]),
    says: /data\.ee\[2\]\.timestamp is there twice/,
  },
  {
    what: "a country that is missing",
    body: JSON.stringify({ success: true, data: { fi: [] } }),
    says: /data\.ee/,
  },
  { what: "a failure that it admits", body: `{"success":false,"message":"overloaded"}`, says: /overloaded/ },
])("E06 refuses $what", async ({ body, says }) => {
  server().answer(send(body));
  const error = await refusalOf(fetched("2026-01-15T12:00:00Z"));
  expect([error.trouble, error.message]).toEqual(["malformed", expect.stringMatching(says)]);
});

test("a house that does not count in euro is refused", () => {
  expect(() => elering.create({ kind: "elering", country: "fi" }, { currency: "SEK" })).toThrow(
    /gives prices in EUR, but the house counts in SEK/,
  );
});
