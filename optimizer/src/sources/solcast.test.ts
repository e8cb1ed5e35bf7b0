import { afterAll, beforeAll, expect, test } from "vitest";
import { ConfigError, SourceError } from "../domain/errors.ts";
import { solcast } from "./solcast.ts";
import { fixture, type LocalServer, send, startLocalServer } from "./testing/local-server.ts";

let server: LocalServer;
beforeAll(async () => {
  server = await startLocalServer();
});
afterAll(() => server.close());

const NOW_MS = Date.parse("2024-12-26T17:05:00Z");
const recorded = fixture("solcast/rooftop_forecasts_multiday.json");
const never = new AbortController().signal;
const create = (more: object = {}) =>
  solcast.create(
    { kind: "solcast", siteId: "1a2b-3c4d", baseUrl: server.url, ...more },
    { currency: "EUR", peakKw: 5, timeoutMs: 2000, secret: () => "the-key" },
  );
/** The recorded answer with other fields in its 41st half-hour. */
const changed = (fields: object): string => {
  const { forecasts } = JSON.parse(recorded) as { forecasts: object[] };
  return JSON.stringify({ forecasts: forecasts.map((each, k) => (k === 40 ? { ...each, ...fields } : each)) });
};

test("a recorded answer becomes half-hours that begin half an hour before their end, with P10 and P90", async () => {
  server.answer(send(recorded));
  const { issuedAtMs, stretches } = await create().fetch(NOW_MS, never);
  expect(issuedAtMs).toBe(NOW_MS);
  expect(stretches).toHaveLength(97);
  expect(stretches.find(({ value }) => value > 0)).toEqual({
    startMs: Date.parse("2024-12-27T08:00:00Z"),
    endMs: Date.parse("2024-12-27T08:30:00Z"),
    value: 0.0111,
    low: 0.0028,
    high: 0.0906,
  });
});

test("it asks for the site with the key in a header, never in the address", async () => {
  server.answer(send(recorded));
  await create().fetch(NOW_MS, never);
  const asked = server.asked.at(-1);
  expect(asked?.pathname).toBe("/rooftop_sites/1a2b-3c4d/forecasts");
  expect(asked?.href).not.toContain("the-key");
  expect(asked?.headers["authorization"]).toBe("Bearer the-key");
});

test("the free plan's ten calls a day are not used up, and may be shared among arrays", () => {
  expect((24 * 60) / create().refreshMinutes).toBeLessThan(10);
  expect((24 * 60) / create({ callsPerDay: 4.5 }).refreshMinutes).toBeLessThanOrEqual(4.5);
});

test.each([
  {
    what: "power no such array gives",
    fields: { pv_estimate: 12 },
    says: /forecasts\[40\]\.pv_estimate is 12: an array of 5 kW/,
  },
  {
    what: "the same time twice",
    fields: { period_end: "2024-12-27T13:00:00.0000000Z" },
    says: /forecasts\[40\]\.period_end .* overlaps/,
  },
  {
    what: "a period that is none",
    fields: { period: "P1D" },
    says: /forecasts\[40\]\.period is no period such as PT30M/,
  },
  { what: "less than no power", fields: { pv_estimate10: -1 }, says: /forecasts\[40\]\.pv_estimate10/ },
])("E06 refuses $what", async ({ fields, says }) => {
  server.answer(send(changed(fields)));
  await expect(create().fetch(NOW_MS, never)).rejects.toThrow(says);
});

const refused = (code: string, message: string): string =>
  JSON.stringify({ response_status: { error_code: code, message, errors: [] } });
const refusalOf = async (body: string, status: number): Promise<SourceError> => {
  server.answer(send(body, status));
  const error: unknown = await create()
    .fetch(NOW_MS, never)
    .catch((each: unknown) => each);
  if (error instanceof SourceError) return error;
  throw new Error("no SourceError");
};

test("when the day's calls are used up it says so, and is asked again when the next day begins in UTC", async () => {
  const { message, trouble, retryAfterMs } = await refusalOf(
    refused("TooManyRequests", "You have exceeded your free daily limit."),
    429,
  );
  expect([trouble, message]).toEqual(["rateLimited", expect.stringContaining("exceeded your free daily limit")]);
  const askedAgain = new Date(Date.now() + (retryAfterMs ?? 0));
  expect(Math.abs(askedAgain.getTime() - Math.round(askedAgain.getTime() / 86_400_000) * 86_400_000)).toBeLessThan(
    5000,
  );
});

test("when it is busy it does not say for how long", async () => {
  const { trouble, retryAfterMs } = await refusalOf("", 429);
  expect([trouble, retryAfterMs]).toEqual(["rateLimited", undefined]);
});

test("E05 a key that it does not know is trouble with the credentials, in its own words", async () => {
  const { message, trouble } = await refusalOf(refused("InvalidApiKey", "The API key is invalid."), 401);
  expect([trouble, message]).toEqual([
    "credentials",
    expect.stringMatching(/401: The API key is invalid\. .*check SOLCAST_API_KEY in \.env/),
  ]);
});

test("a P10 that rounding lifts above the middle is the middle", async () => {
  server.answer(send(changed({ pv_estimate: 0.5, pv_estimate10: 0.5001 })));
  const { stretches } = await create().fetch(NOW_MS, never);
  expect(stretches[40]).toMatchObject({ value: 0.5, low: 0.5 });
});

test("it belongs to an array", () => {
  expect(() => solcast.create({ kind: "solcast", siteId: "1a2b" }, { currency: "EUR" })).toThrow(ConfigError);
});
