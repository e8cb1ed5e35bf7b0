import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { awattar } from "./awattar.ts";
import { fixture, send } from "./testing/local-server.ts";
import { importsOf, pricesOf, refusalOf, startsOf, useLocalServer } from "./testing/use-local-server.ts";

const server = useLocalServer({ beforeAll, beforeEach, afterAll });
const fetched = (now: string, currency = "EUR") =>
  pricesOf(awattar, { country: "DE", baseUrl: server().url }, { currency }, Date.parse(now));
const row = (start: string, hours: number, marketprice: number, more: object = {}) => ({
  start_timestamp: Date.parse(start),
  end_timestamp: Date.parse(start) + hours * 3_600_000,
  marketprice,
  unit: "Eur/MWh",
  ...more,
});
const list = (...data: object[]): string => JSON.stringify({ object: "list", data, url: "/de/v1/marketdata" });

test("an answer becomes hours in EUR per kWh, below zero too", async () => {
  server().answer(send(fixture("awattar/marketdata_de.json")));
  const slots = await fetched("2025-06-11T12:00:00Z");
  expect(slots).toHaveLength(48);
  expect(startsOf(slots)[0]).toBe("2025-06-10T22:00Z");
  expect(Math.min(...importsOf(slots))).toBeLessThan(0);
  expect(server().asked[0]?.search).toBe(
    `?start=${Date.parse("2025-06-09T22:00:00Z")}&end=${Date.parse("2025-06-12T22:00:00Z")}`,
  );
});

test.each([
  { day: "of 23 hours", start: "2026-03-28T23:00:00Z", count: 23 },
  { day: "of 25 hours", start: "2026-10-24T22:00:00Z", count: 25 },
])("E13 a market day $day has $count hours, each once", async ({ start, count }) => {
  const rows = Array.from({ length: count }, (_, k) =>
    row(new Date(Date.parse(start) + k * 3_600_000).toISOString(), 1, k),
  );
  server().answer(send(list(...rows)));
  const slots = await fetched(start);
  expect(importsOf(slots)).toEqual(Array.from({ length: count }, (_, k) => k / 1000));
  expect(slots.every(({ hours }) => hours === 1)).toBe(true);
});

test.each([
  {
    what: "two that overlap",
    body: list(row("2026-01-15T00:00Z", 1, 1), row("2026-01-15T00:30Z", 0.5, 1)),
    says: /data\[1\]\.start_timestamp .* overlaps/,
  },
  {
    what: "a slot of two hours",
    body: list(row("2026-01-15T00:00Z", 2, 1)),
    says: /data\[0\]\.end_timestamp makes a slot of 120 minutes/,
  },
  {
    what: "a unit that is not known",
    body: list(row("2026-01-15T00:00Z", 1, 1, { unit: "Eur/GJ" })),
    says: /data\[0\]\.unit is "Eur\/GJ", a unit that is not known/,
  },
  {
    what: "an absurd price",
    body: list(row("2026-01-15T00:00Z", 1, 1e12)),
    says: /data\[0\]\.marketprice is \d+, no price/,
  },
])("E06 refuses $what", async ({ body, says }) => {
  server().answer(send(body));
  const error = await refusalOf(fetched("2026-01-15T12:00:00Z"));
  expect([error.trouble, error.message]).toEqual(["malformed", expect.stringMatching(says)]);
});

test("a country without aWATTar is refused", () => {
  expect(() => awattar.create({ kind: "awattar", country: "CH" }, { currency: "EUR" })).toThrow(
    /country: write DE or AT/,
  );
});
