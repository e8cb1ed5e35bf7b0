import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { ConfigError, SourceError } from "../domain/errors.ts";
import { octopusAgile } from "./octopus-agile.ts";
import { fixture, type LocalServer, send, sendPages, startLocalServer } from "./testing/local-server.ts";

let server: LocalServer;
beforeAll(async () => {
  server = await startLocalServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.asked.length = 0;
});

const NOW_MS = Date.parse("2025-11-30T10:10:00Z");
const never = new AbortController().signal;
const source = (more: object = {}, timeoutMs = 2000) =>
  octopusAgile.create(
    { kind: "octopus-agile", product: "AGILE-24-10-01", region: "N", baseUrl: server.url, ...more },
    { currency: "GBP", timeoutMs },
  );
const rate = (from: string, to: string | null, pence: number, more: object = {}) => ({
  value_exc_vat: pence / 1.05,
  value_inc_vat: pence,
  valid_from: from,
  valid_to: to,
  payment_method: null,
  ...more,
});
const page = (results: object[], next: string | null = null) =>
  JSON.stringify({ count: results.length, next, previous: null, results });

test("a recorded answer becomes half-hours in pounds, earliest first; the two that are missing stay missing", async () => {
  server.answer(send(fixture("octopus/agile_unit_rates_46_results.json")));
  const slots = await source().fetch(NOW_MS, never);
  expect(slots).toHaveLength(46);
  const [first] = slots;
  const last = slots.at(-1);
  expect(first?.startMs).toBe(Date.parse("2025-11-30T00:00:00Z"));
  expect(last).toEqual({
    startMs: Date.parse("2025-11-30T22:30:00Z"),
    hours: 0.5,
    importPerKwh: expect.closeTo(0.144165, 9),
    exportPerKwh: 0,
  });
  slots.forEach((slot, k) => expect(slot.startMs).toBe((first?.startMs ?? 0) + k * 1_800_000));
});

test("it asks for the tariff of the region, for a day back and two days ahead", async () => {
  server.answer(send(fixture("octopus/unit_rates_empty.json")));
  await source().fetch(NOW_MS, never);
  const [asked] = server.asked;
  expect(asked?.pathname).toBe(
    "/v1/products/AGILE-24-10-01/electricity-tariffs/E-1R-AGILE-24-10-01-N/standard-unit-rates/",
  );
  expect(asked?.searchParams.get("period_from")).toBe("2025-11-29T10:00:00.000Z");
  expect(asked?.searchParams.get("period_to")).toBe("2025-12-02T10:00:00.000Z");
});

test("an empty page gives no prices, and no error: they are not published yet", async () => {
  server.answer(send(fixture("octopus/unit_rates_empty.json")));
  expect(await source().fetch(NOW_MS, never)).toEqual([]);
});

test("further pages are fetched", async () => {
  server.answer((asked, response) => {
    const isSecond = asked.searchParams.get("page") === "2";
    const first = fixture("octopus/unit_rates_paginated.json").replace("https://api.octopus.energy", server.url);
    const second = page([rate("2025-12-01T01:00:00Z", "2025-12-01T01:30:00Z", 9.5)]);
    send(isSecond ? second : first)(asked, response);
  });
  const slots = await source().fetch(NOW_MS, never);
  expect(slots.map((slot) => slot.importPerKwh.toFixed(6))).toEqual(["0.131250", "0.123900", "0.095000"]);
  expect(server.asked).toHaveLength(2);
});

test("a next page on another host is not followed", async () => {
  server.answer(send(fixture("octopus/unit_rates_paginated.json")));
  await expect(source().fetch(NOW_MS, never)).rejects.toThrow(/next page is on https:\/\/api\.octopus\.energy/);
  expect(server.asked).toHaveLength(1);
});

test("pages that never end are given up", async () => {
  server.answer((asked, response) => send(page([], `${server.url}${asked.pathname}?page=x`))(asked, response));
  await expect(source().fetch(NOW_MS, never)).rejects.toThrow(/more than 20 pages/);
});

test("the export tariff is fetched beside it, and each half-hour has both", async () => {
  server.answer((asked, response) =>
    send(
      page(
        asked.pathname.includes("OUTGOING")
          ? [rate("2025-11-30T11:00:00Z", "2025-11-30T11:30:00Z", 12)]
          : [
              rate("2025-11-30T11:00:00Z", "2025-11-30T11:30:00Z", 30),
              rate("2025-11-30T11:30:00Z", "2025-11-30T12:00:00Z", 31),
            ],
      ),
    )(asked, response),
  );
  const slots = await source({ exportProduct: "AGILE-OUTGOING-19-05-13" }).fetch(NOW_MS, never);
  expect(slots).toEqual([
    { startMs: Date.parse("2025-11-30T11:00:00Z"), hours: 0.5, importPerKwh: 0.3, exportPerKwh: 0.12 },
  ]);
  expect(server.asked.map((each) => each.pathname.split("/")[5])).toEqual([
    "E-1R-AGILE-24-10-01-N",
    "E-1R-AGILE-OUTGOING-19-05-13-N",
  ]);
});

test("what is fed in may have a fixed rate, until further notice and by direct debit", async () => {
  server.answer((asked, response) =>
    send(
      page(
        asked.pathname.includes("OUTGOING")
          ? [
              rate("2025-01-01T00:00:00Z", null, 15, { payment_method: "DIRECT_DEBIT" }),
              rate("2025-01-01T00:00:00Z", null, 11, { payment_method: "NON_DIRECT_DEBIT" }),
            ]
          : [
              rate("2025-11-30T11:00:00Z", "2025-11-30T11:30:00Z", 30),
              rate("2025-11-30T11:30:00Z", "2025-11-30T12:00:00Z", 31),
            ],
      ),
    )(asked, response),
  );
  const slots = await source({ exportProduct: "OUTGOING-VAR-24-10-26" }).fetch(NOW_MS, never);
  expect(slots.map(({ importPerKwh, exportPerKwh }) => [importPerKwh, exportPerKwh])).toEqual([
    [0.3, 0.15],
    [0.31, 0.15],
  ]);
});

/** All half-hours of [from, until), newest first as the API gives them; the price counts them. */
const halfHourRates = (from: string, until: string): object[] => {
  const count = (Date.parse(until) - Date.parse(from)) / 1_800_000;
  const at = (k: number) => new Date(Date.parse(from) + k * 1_800_000).toISOString().replace(".000Z", "Z");
  return Array.from({ length: count }, (_, k) => rate(at(k), at(k + 1), k + 1)).toReversed();
};

test.each([
  { night: "in March", day: "2026-03-29", from: "2026-03-29T00:00:00Z", until: "2026-03-29T23:00:00Z", count: 46 },
  { night: "in October", day: "2026-10-25", from: "2026-10-24T23:00:00Z", until: "2026-10-26T00:00:00Z", count: 50 },
])(
  "E13 London's day on which the clocks change $night has $count half-hours, each once",
  async ({ from, until, count }) => {
    server.answer(sendPages(halfHourRates(from, until), 7, () => server.url));
    const slots = await source().fetch(Date.parse(from), never);
    expect(slots.map(({ startMs }) => startMs)).toEqual(
      Array.from({ length: count }, (_, k) => Date.parse(from) + k * 1_800_000),
    );
    expect(slots.map(({ importPerKwh }) => Math.round(importPerKwh * 100))).toEqual(
      Array.from({ length: count }, (_, k) => k + 1),
    );
    expect(Date.parse(until)).toBe((slots.at(-1)?.startMs ?? 0) + 1_800_000);
  },
);

test.each([
  {
    what: "an error with its text",
    body: fixture("octopus/error_response.json"),
    status: 404,
    says: /answered 404: Product not found/,
  },
  {
    what: "an error that is sent as a success",
    body: fixture("octopus/error_response.json"),
    status: 200,
    says: /Product not found/,
  },
  { what: "a server's fault", body: "<html>oops</html>", status: 500, says: /answered 500/ },
  {
    what: "an answer that is cut off",
    body: fixture("octopus/unit_rates_paginated.json").slice(0, 400),
    status: 200,
    says: /not JSON, perhaps cut off/,
  },
  {
    what: "a price that is text",
    body: page([{ ...rate("2025-11-30T11:00:00Z", null, 1), value_inc_vat: "13" }]),
    status: 200,
    says: /results\[0\]\.value_inc_vat/,
  },
  {
    what: "a price that is absurd",
    body: page([rate("2025-11-30T11:00:00Z", null, 1e12)]),
    status: 200,
    says: /results\[0\]\.value_inc_vat/,
  },
  {
    what: "a half-hour that is there twice",
    body: page([
      rate("2025-11-30T11:00:00Z", "2025-11-30T11:30:00Z", 20),
      rate("2025-11-30T11:00:00Z", "2025-11-30T11:30:00Z", 21),
    ]),
    status: 200,
    says: /results\[1\]\.valid_from is there twice, also as results\[0\]\.valid_from/,
  },
  {
    what: "a rate that overlaps another",
    body: page([
      rate("2025-11-30T10:30:00Z", "2025-11-30T11:00:00Z", 21),
      rate("2025-11-30T10:00:00Z", "2025-11-30T11:00:00Z", 20),
    ]),
    status: 200,
    says: /results\[0\]\.valid_from overlaps results\[1\]\.valid_from/,
  },
  {
    what: "an hour among half-hours",
    body: page([rate("2025-11-30T10:00:00Z", "2025-11-30T11:00:00Z", 20)]),
    status: 200,
    says: /results\[0\]\.valid_to makes a rate of 60 minutes, not of 30.*kind: octopus-fixed/,
  },
  {
    what: "a rate until further notice",
    body: page([rate("2025-11-30T10:00:00Z", null, 20)]),
    status: 200,
    says: /results\[0\]\.valid_to makes a rate of Infinity minutes/,
  },
  {
    what: "a rate that ends before it begins",
    body: page([rate("2025-11-30T10:00:00Z", "2025-11-30T09:30:00Z", 20)]),
    status: 200,
    says: /results\[0\]\.valid_to is not after valid_from/,
  },
  {
    what: "a rate off the half-hour",
    body: page([rate("2025-11-30T10:05:00Z", "2025-11-30T10:35:00Z", 20)]),
    status: 200,
    says: /results\[0\]\.valid_from is not on the half-hour/,
  },
  {
    what: "a time that is none",
    body: page([rate("yesterday", null, 10)]),
    status: 200,
    says: /results\[0\]\.valid_from/,
  },
  { what: "something else altogether", body: "[]", status: 200, says: /cannot be used/ },
])("E06 refuses $what", async ({ body, status, says }) => {
  server.answer(send(body, status));
  const fetched = source().fetch(NOW_MS, never);
  await expect(fetched).rejects.toBeInstanceOf(SourceError);
  await expect(fetched).rejects.toThrow(says);
});

test("a server that does not answer is given up after the time limit", async () => {
  server.answer(() => {});
  await expect(source({}, 50).fetch(NOW_MS, never)).rejects.toThrow(/did not answer within 0\.05 s/);
});

test("the caller can give up sooner, and hears its own reason", async () => {
  server.answer(() => {});
  const controller = new AbortController();
  const fetched = source().fetch(NOW_MS, controller.signal);
  setTimeout(() => controller.abort(new Error("the house is stopping")), 20);
  await expect(fetched).rejects.toThrow("the house is stopping");
});

test("a house that does not count in pounds is refused", () => {
  expect(() =>
    octopusAgile.create({ kind: "octopus-agile", product: "AGILE-24-10-01", region: "C" }, { currency: "EUR" }),
  ).toThrow(ConfigError);
});

test.each([
  { settings: { product: "AGILE-24-10-01" }, says: /region: is needed/ },
  { settings: { product: "AGILE-24-10-01", region: "London" }, says: /region: write your region's letter/ },
  { settings: { product: "AGILE-24-10-01", tariff: "E-1R-X", exportProduct: "OUT" }, says: /exportTariff: is needed/ },
  { settings: { produkt: "AGILE-24-10-01", region: "C" }, says: /produkt: is not a known key; did you mean "product"/ },
])("settings $settings are refused", ({ settings, says }) => {
  expect(() => octopusAgile.create({ kind: "octopus-agile", ...settings }, { currency: "GBP" })).toThrow(says);
});
