import { afterAll, beforeAll, expect, test } from "vitest";
import { SourceError } from "../domain/errors.ts";
import { forecastSolar } from "./forecast-solar.ts";
import { fixture, type LocalServer, send, startLocalServer } from "./testing/local-server.ts";

let server: LocalServer;
beforeAll(async () => {
  server = await startLocalServer();
});
afterAll(() => server.close());

const NOW_MS = Date.parse("2024-04-26T17:00:00Z");
const recorded = fixture("forecast-solar/forecast.json");
const never = new AbortController().signal;
const fetched = (key?: string) =>
  forecastSolar
    .create(
      { kind: "forecast-solar", latitude: 52.16, longitude: 4.47, tiltDeg: 20, azimuthDeg: 190, baseUrl: server.url },
      { currency: "EUR", peakKw: 2.16, timeoutMs: 2000, secret: () => key },
    )
    .fetch(NOW_MS, never);

test("the energy of each period becomes its mean power, and a day's periods add up to the day", async () => {
  server.answer(send(recorded));
  const { issuedAtMs, stretches } = await fetched();
  expect(issuedAtMs).toBe(NOW_MS);
  expect(stretches.find(({ startMs }) => startMs === Date.parse("2024-04-26T09:00:00Z"))).toMatchObject({
    endMs: Date.parse("2024-04-26T10:00:00Z"),
    value: 0.821,
  });
  const { result } = JSON.parse(recorded) as { result: { watt_hours_day: Record<string, number> } };
  const [day] = Object.keys(result.watt_hours_day);
  const kwh = stretches
    .filter(({ startMs }) => new Date(startMs).toISOString().startsWith(day ?? "?"))
    .reduce((sum, { startMs, endMs, value }) => sum + (value * (endMs - startMs)) / 3_600_000, 0);
  expect(kwh).toBeCloseTo((result.watt_hours_day[day ?? ""] ?? 0) / 1000, 6);
});

test("the night between two days is dark, and no hole", async () => {
  server.answer(send(recorded));
  const { stretches } = await fetched();
  expect(stretches.find(({ startMs }) => startMs === Date.parse("2024-04-26T18:59:23Z"))).toMatchObject({
    endMs: Date.parse("2024-04-27T04:18:17Z"),
    value: 0,
  });
});

test("a compass's south is its 0, and its key a part of the address", async () => {
  server.answer(send(recorded));
  await fetched();
  expect(server.asked.at(-1)?.pathname).toBe("/estimate/52.16/4.47/20/10/2.16");
  await fetched("s3cret");
  expect(server.asked.at(-1)?.pathname).toBe("/s3cret/estimate/52.16/4.47/20/10/2.16");
});

test("its rate limit is honoured until the moment that it names", async () => {
  const retryAt = new Date(Date.now() + 1_800_000).toISOString().replace(/\.\d+Z/, "+00:00");
  server.answer(
    send(fixture("forecast-solar/ratelimit.json").replace(/"2024-04-27T02:48:53\+02:00"/, `"${retryAt}"`), 429),
  );
  const error = await fetched().catch((each: unknown) => each);
  if (!(error instanceof SourceError)) throw new Error("it was not refused");
  expect(error.trouble).toBe("rateLimited");
  expect(error.message).toContain("Rate limit for API calls reached.");
  expect(Math.abs((error.retryAfterMs ?? 0) - 1_800_000)).toBeLessThan(10_000);
});

test("E05 no message shows the key", async () => {
  server.answer(send("{}", 403));
  const error = await fetched("s3cret").catch((each: unknown) => each);
  expect(String(error)).toContain("check FORECAST_SOLAR_KEY in .env");
  expect(String(error)).not.toContain("s3cret");
});

test("E06 an hour that was left out is a hole, and the energy after it is not spread over both", async () => {
  const answer = JSON.parse(recorded) as { result: { watt_hours_period: Record<string, number> } };
  delete answer.result.watt_hours_period["2024-04-26T11:00:00+02:00"];
  server.answer(send(JSON.stringify(answer)));
  const { stretches } = await fetched();
  const ten = Date.parse("2024-04-26T10:00:00+02:00");
  expect(stretches.filter(({ startMs, endMs }) => startMs < ten + 7_200_000 && endMs > ten)).toEqual([]);
  expect(stretches.some(({ endMs }) => endMs === ten)).toBe(true);
});
