import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { energyCharts } from "./energy-charts.ts";
import { fixture, send } from "./testing/local-server.ts";
import { importsOf, pricesOf, refusalOf, startsOf, useLocalServer } from "./testing/use-local-server.ts";

const server = useLocalServer({ beforeAll, beforeEach, afterAll });
const fetched = (now: string, currency = "EUR") =>
  pricesOf(energyCharts, { area: "DE-LU", baseUrl: server().url }, { currency }, Date.parse(now));
const answer = (start: string, minutes: number, price: readonly (number | null)[], unit = "EUR / MWh"): string =>
  JSON.stringify({
    unix_seconds: price.map((_, k) => Date.parse(start) / 1000 + k * minutes * 60),
    price,
    unit,
    deprecated: false,
  });

test("a recorded answer becomes hours in EUR per kWh", async () => {
  server().answer(send(fixture("energy-charts/price_de_lu_2024-12.json")));
  const slots = await fetched("2024-12-11T12:00:00Z");
  expect(slots).toHaveLength(48);
  expect(slots[0]).toEqual({
    startMs: Date.parse("2024-12-09T23:00:00Z"),
    hours: 1,
    importPerKwh: expect.closeTo(0.09285, 9),
  });
  expect(server().asked[0]?.search).toBe("?bzn=DE-LU&start=2024-12-10&end=2024-12-12");
});

test.each([
  { day: "of 23 hours", start: "2026-03-28T23:00Z", count: 92 },
  { day: "of 25 hours", start: "2026-10-24T22:00Z", count: 100 },
])("E13 a market day $day has $count quarter-hours, each once", async ({ start, count }) => {
  const price = Array.from({ length: count }, (_, k) => k);
  server().answer(send(answer(start, 15, price)));
  const slots = await fetched(start);
  expect(importsOf(slots)).toEqual(price.map((each) => each / 1000));
  expect(slots.map(({ startMs }) => startMs)).toEqual(price.map((k) => Date.parse(start) + k * 900_000));
});

test("a price that is not known is a hole, never 0", async () => {
  server().answer(send(answer("2026-01-15T00:00:00Z", 15, [10, null, 30])));
  expect(startsOf(await fetched("2026-01-15T12:00:00Z"))).toEqual(["2026-01-15T00:00Z", "2026-01-15T00:30Z"]);
});

test.each([
  {
    what: "a list that is shorter than its times",
    body: `{"unix_seconds":[1768435200,1768438800],"price":[1],"unit":"EUR / MWh"}`,
    says: /price has another length than unix_seconds/,
  },
  {
    what: "another currency",
    body: answer("2026-01-15T00:00:00Z", 60, [1], "CHF / MWh"),
    says: /unit is CHF \/ MWh, money of CHF, but the house counts in EUR/,
  },
  {
    what: "a time that is there twice",
    body: `{"unix_seconds":[1768435200,1768438800,1768438800],"price":[1,2,3],"unit":"EUR / MWh"}`,
    says: /unix_seconds\[2\] is there twice/,
  },
  {
    what: "milliseconds",
    body: `{"unix_seconds":[1768435200000],"price":[1],"unit":"EUR / MWh"}`,
    says: /unix_seconds\[0\] .* is not of these days/,
  },
  {
    what: "steps of ten minutes",
    body: answer("2026-01-15T00:00:00Z", 10, [1, 2, 3]),
    says: /unix_seconds\[0\] makes a slot of 10 minutes, where it is 60 or 15 or 30/,
  },
  {
    what: "an error that is sent as a success",
    body: `{"detail":"no content available"}`,
    says: /no content available/,
  },
])("E06 refuses $what", async ({ body, says }) => {
  server().answer(send(body));
  const error = await refusalOf(fetched("2026-01-15T12:00:00Z"));
  expect([error.trouble, error.message]).toEqual(["malformed", expect.stringMatching(says)]);
});

test.each(["DE", "IT-NORTH"])("a zone that Energy-Charts does not name so is refused: %s", (area) => {
  expect(() => energyCharts.create({ kind: "energy-charts", area }, { currency: "EUR" })).toThrow(
    /area: write a bidding zone as Energy-Charts names it: .*DE-LU.*IT-North/,
  );
});

test("404 says that it has none of these days", async () => {
  server().answer(send(`{"detail":"no content available"}`, 404));
  expect((await refusalOf(fetched("2026-06-30T12:00:00Z"))).message).toMatch(/answered 404: no content available/);
});
