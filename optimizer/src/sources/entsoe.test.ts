import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { entsoe } from "./entsoe.ts";
import { fixture, send } from "./testing/local-server.ts";
import { importsOf, pricesOf, refusalOf, startsOf, useLocalServer } from "./testing/use-local-server.ts";

const server = useLocalServer({ beforeAll, beforeEach, afterAll });
const fetched = (area: string, now: string, currency = "EUR") =>
  pricesOf(
    entsoe,
    { area, baseUrl: server().url },
    { currency, secret: (name) => (name === "ENTSOE_TOKEN" ? "a-token" : undefined) },
    Date.parse(now),
  );

const BE = fixture("entsoe/BE_60M.xml");
const period = (
  start: string,
  end: string,
  resolution: string,
  points: readonly (readonly [number, number])[],
): string =>
  `<Period><timeInterval><start>${start}</start><end>${end}</end></timeInterval><resolution>${resolution}</resolution>${points
    .map(([at, price]) => `<Point><position>${at}</position><price.amount>${price}</price.amount></Point>`)
    .join("")}</Period>`;
const series = (periods: string, { curve = "A03", sequence = "" } = {}): string =>
  `<TimeSeries><currency_Unit.name>EUR</currency_Unit.name><price_Measure_Unit.name>MWH</price_Measure_Unit.name>${
    sequence &&
    `<classificationSequence_AttributeInstanceComponent.position>${sequence}</classificationSequence_AttributeInstanceComponent.position>`
  }<curveType>${curve}</curveType>${periods}</TimeSeries>`;
const publication = (all: string): string =>
  `<?xml version="1.0" encoding="utf-8"?><Publication_MarketDocument xmlns="urn:x"><type>A44</type>${all}</Publication_MarketDocument>`;

const hourAt = (price: number): string => period("2026-01-15T00:00Z", "2026-01-15T01:00Z", "PT60M", [[1, price]]);
const halfHourAt = (price: number): string => period("2026-01-15T00:00Z", "2026-01-15T00:30Z", "PT15M", [[1, price]]);
/** Five hours, of which the first and the fourth are said. */
const withHoles = (curve: string): string =>
  publication(
    series(
      period("2026-01-15T00:00Z", "2026-01-15T05:00Z", "PT60M", [
        [1, 10],
        [4, 40],
      ]),
      { curve },
    ),
  );

test("a recorded document becomes hours in EUR per kWh", async () => {
  server().answer(send(BE));
  const slots = await fetched("BE", "2024-10-07T12:00:00Z");
  expect(slots).toHaveLength(24);
  expect(slots[0]).toEqual({
    startMs: Date.parse("2024-10-07T22:00:00Z"),
    hours: 1,
    importPerKwh: expect.closeTo(0.06498, 9),
  });
  const [asked] = server().asked;
  expect(Object.fromEntries(asked?.searchParams ?? [])).toEqual({
    securityToken: "a-token",
    documentType: "A44",
    "contract_MarketAgreement.type": "A01",
    in_Domain: "10YBE----------2",
    out_Domain: "10YBE----------2",
    periodStart: "202410052200",
    periodEnd: "202410082200",
  });
});

test("of a recorded answer with two auctions the coupled one of all Europe is taken; EXAA's quarter-hours beside it are other prices", async () => {
  server().answer(send(fixture("entsoe/DE_60M_15M_overlap.xml")));
  const slots = await fetched("DE-LU", "2024-10-06T12:00:00Z");
  expect(new Set(slots.map(({ hours }) => hours))).toEqual(new Set([1]));
  expect([startsOf(slots)[0], startsOf(slots).at(-1), slots.length]).toEqual([
    "2024-10-05T22:00Z",
    "2024-10-07T21:00Z",
    48,
  ]);
});

test.each(["DE-LU", "AT"])(
  "in %s there are no prices before the coupled auction, although EXAA's are there",
  async (area) => {
    server().answer(send(publication(series(halfHourAt(7), { sequence: "2" }))));
    expect(await fetched(area, "2026-01-14T10:00:00Z")).toEqual([]);
  },
);

test("of hours and quarter-hours of one auction the quarter-hours hold", async () => {
  const quarters = period("2026-01-15T00:00Z", "2026-01-15T01:00Z", "PT15M", [
    [1, 1],
    [2, 2],
    [3, 3],
    [4, 4],
  ]);
  server().answer(send(publication(series(hourAt(9)) + series(quarters))));
  expect(importsOf(await fetched("BE", "2026-01-15T12:00:00Z"))).toEqual([0.001, 0.002, 0.003, 0.004]);
});

test("where quarter-hours are known for a part of an hour the rest of the hour keeps its price", async () => {
  const hours = period("2026-01-15T00:00Z", "2026-01-15T02:00Z", "PT60M", [
    [1, 100],
    [2, 200],
  ]);
  const quarters = period("2026-01-15T00:30Z", "2026-01-15T01:00Z", "PT15M", [
    [1, 1],
    [2, 2],
  ]);
  server().answer(send(publication(series(hours) + series(quarters, { sequence: "1" }))));
  const slots = await fetched("BE", "2026-01-15T12:00:00Z");
  expect(
    slots.map(({ startMs, hours: length }) => [
      new Date(startMs).getUTCHours() * 60 + new Date(startMs).getUTCMinutes(),
      length,
    ]),
  ).toEqual([
    [0, 0.25],
    [15, 0.25],
    [30, 0.25],
    [45, 0.25],
    [60, 1],
  ]);
  expect(importsOf(slots)).toEqual([0.1, 0.1, 0.001, 0.002, 0.2]);
});

test("elsewhere the lowest sequence of a time holds, also before a finer one; one that stands alone is taken, whatever its number", async () => {
  server().answer(send(publication(series(halfHourAt(7), { sequence: "2" }) + series(hourAt(5), { sequence: "1" }))));
  expect(importsOf(await fetched("BE", "2026-01-15T12:00:00Z"))).toEqual([0.005]);
  server().answer(send(publication(series(hourAt(7), { sequence: "2" }))));
  expect(importsOf(await fetched("BE", "2026-01-15T12:00:00Z"))).toEqual([0.007]);
});

test("what a lower sequence leaves open a higher one fills, by the quarter-hour", async () => {
  server().answer(send(publication(series(halfHourAt(5), { sequence: "1" }) + series(hourAt(8), { sequence: "2" }))));
  expect(importsOf(await fetched("BE", "2026-01-15T12:00:00Z"))).toEqual([0.005, 0.005, 0.008, 0.008]);
});

test("a position that is missing repeats the one before it; in a curve that does not say so it is a hole", async () => {
  server().answer(send(withHoles("A03")));
  expect(importsOf(await fetched("BE", "2026-01-15T12:00:00Z"))).toEqual([0.01, 0.01, 0.01, 0.04, 0.04]);
  server().answer(send(withHoles("A01")));
  expect(startsOf(await fetched("BE", "2026-01-15T12:00:00Z"))).toEqual(["2026-01-15T00:00Z", "2026-01-15T03:00Z"]);
});

test.each([
  { day: "of 23 hours", start: "2026-03-28T23:00Z", end: "2026-03-29T22:00Z", count: 92 },
  { day: "of 25 hours", start: "2026-10-24T22:00Z", end: "2026-10-25T23:00Z", count: 100 },
])("E13 a market day $day has $count quarter-hours, each once", async ({ start, end, count }) => {
  const points = Array.from({ length: count }, (_, k) => [k + 1, k] as const);
  server().answer(send(publication(series(period(start, end, "PT15M", points)))));
  const slots = await fetched("FI", end);
  expect(importsOf(slots)).toEqual(Array.from({ length: count }, (_, k) => k / 1000));
  expect(slots.map(({ startMs }) => startMs)).toEqual(
    Array.from({ length: count }, (_, k) => Date.parse(start) + k * 900_000),
  );
  const last = slots.at(-1);
  expect((last?.startMs ?? 0) + 900_000).toBe(Date.parse(end));
});

test.each([200, 400])("no prices yet is no error, said with status %i", async (status) => {
  server().answer(send(fixture("entsoe/no_matching_data.xml"), status));
  expect(await fetched("BE", "2024-10-08T12:00:00Z")).toEqual([]);
});

const ofTwo = (points: readonly (readonly [number, number])[]): string =>
  publication(series(period("2026-01-15T00:00Z", "2026-01-15T02:00Z", "PT60M", points)));
test.each([
  {
    what: "positions beyond their period, as in a recording that was shortened",
    body: fixture("entsoe/BE_15M_avg.xml"),
    now: "2024-10-06T12:00:00Z",
    says: /TimeSeries\[0\]\.Period\[1\]\.Point\[1\]\.position is 3, beyond the 2 of its period/,
  },
  {
    what: "a position that is there twice",
    body: ofTwo([
      [1, 1],
      [1, 2],
    ]),
    says: /Point\[1\]\.position 1 is there twice/,
  },
  { what: "an absurd price", body: ofTwo([[1, 1e12]]), says: /Point\[0\]\.price\.amount is 1000000000000/ },
  {
    what: "a unit that is not known",
    body: ofTwo([[1, 1]]).replace("MWH", "GJ"),
    says: /TimeSeries\[0\]\.currency_Unit\.name\/price_Measure_Unit\.name is "EUR\/GJ", a unit that is not known/,
  },
  {
    what: "another currency",
    body: ofTwo([[1, 1]]).replace(">EUR<", ">BGN<"),
    says: /money of BGN, but the house counts in EUR/,
  },
  {
    what: "a period that ends before it begins",
    body: ofTwo([[1, 1]]).replace("2026-01-15T02:00Z", "2026-01-14T02:00Z"),
    says: /timeInterval\.start\/end make -22 slots of PT60M/,
  },
  {
    what: "two series of the same rank for the same time",
    body: ofTwo([[1, 1]]).replace(/(<TimeSeries>.*<\/TimeSeries>)/, "$1$1"),
    says: /TimeSeries\[1\]\.Period\[0\]\.timeInterval\.start overlaps TimeSeries\[0\]\.Period\[0\]/,
  },
  {
    what: "a document of another sort",
    body: "<GL_MarketDocument><type>A65</type></GL_MarketDocument>",
    says: /gave a GL_MarketDocument/,
  },
  {
    what: "a refusal in an acknowledgement",
    body: fixture("entsoe/no_matching_data.xml").replace(/<text>.*<\/text>/, "<text>Invalid query</text>"),
    says: /answered with an error: Invalid query/,
  },
  { what: "a web page", body: "<html><body>Maintenance<br></body></html>", says: /are not XML, perhaps cut off/ },
  {
    what: "entities that grow",
    body: `<!DOCTYPE a [<!ENTITY b "xx"><!ENTITY c "&b;&b;&b;">]><Publication_MarketDocument>&c;</Publication_MarketDocument>`,
    says: /are not XML/,
  },
])("E06 refuses $what", async ({ body, now = "2026-01-15T12:00:00Z", says }) => {
  server().answer(send(body));
  const error = await refusalOf(fetched("BE", now));
  expect([error.trouble, error.message]).toEqual(["malformed", expect.stringMatching(says)]);
});

test("a refusal says what the platform gave as its reason, and the token stays out of it", async () => {
  server().answer(
    send(fixture("entsoe/no_matching_data.xml").replace(/<text>.*<\/text>/, "<text>Too long</text>"), 400),
  );
  const { message } = await refusalOf(fetched("BE", "2026-01-15T12:00:00Z"));
  expect(message).toMatch(/answered 400: Too long/);
  expect(message).not.toContain("a-token");
});

test("an area is a short name or an EIC code", async () => {
  server().answer(send(BE));
  expect(await fetched("10YBE----------2", "2024-10-07T12:00:00Z")).toHaveLength(24);
  expect(() => entsoe.create({ kind: "entsoe", area: "Belgium" }, { currency: "EUR" })).toThrow(
    /area "Belgium" is not known; there are: AL, AT, BE/,
  );
});
