import { afterAll, beforeAll, expect, test } from "vitest";
import { openMeteoPv } from "./open-meteo-pv.ts";
import { fixture, type LocalServer, send, startLocalServer } from "./testing/local-server.ts";

let server: LocalServer;
beforeAll(async () => {
  server = await startLocalServer();
});
afterAll(() => server.close());

const never = new AbortController().signal;
const recorded = fixture("open-meteo/forecast_hourly_2026-03.json");
const SOUTH = { latitude: 50, longitude: 10, tiltDeg: 35, azimuthDeg: 180 };
const fetched = (more: object = {}, peakKw = 5) =>
  openMeteoPv
    .create(
      { kind: "open-meteo", ...SOUTH, baseUrl: server.url, ...more },
      { currency: "EUR", peakKw, timeoutMs: 2000 },
    )
    .fetch(Date.parse("2026-03-02T12:00:00Z"), never);
const kwh = (stretches: readonly { readonly value: number }[]) => stretches.reduce((sum, { value }) => sum + value, 0);

test("irradiance of the hour before each time becomes power, in local times made UTC", async () => {
  server.answer(send(recorded));
  const { stretches } = await fetched();
  expect(stretches).toHaveLength(72);
  // 13:00 in Berlin ends the hour that begins at 11:00 UTC: 416 W/m² of beam and 103.5 of sky on the ground.
  const noon = stretches.find(({ startMs }) => startMs === Date.parse("2026-03-02T11:00:00Z"));
  expect(noon?.value).toBeGreaterThan(0.52 * 5 * 0.83);
  expect(noon?.value).toBeLessThan(5);
  for (const { startMs, value } of stretches)
    if (new Date(startMs).getUTCHours() < 4 || new Date(startMs).getUTCHours() > 19) expect(value).toBe(0);
});

test("an array to the north has less, one behind a small inverter is cut, twice the modules give twice as much", async () => {
  server.answer(send(recorded));
  const south = (await fetched()).stretches;
  expect(kwh((await fetched({ azimuthDeg: 0 })).stretches)).toBeLessThan(0.6 * kwh(south));
  const cut = (await fetched({ inverterKw: 1.5 })).stretches;
  cut.forEach(({ value }, k) => expect(value).toBeCloseTo(Math.min(1.5, south[k]?.value ?? 0), 9));
  expect(kwh((await fetched({}, 10)).stretches)).toBeCloseTo(2 * kwh(south), 6);
});

test("E06 an irradiance in another unit is refused by its name", async () => {
  server.answer(send(recorded.replace(/"direct_radiation": "[^"]*"/, '"direct_radiation": "MJ/m²"')));
  await expect(fetched()).rejects.toThrow(/hourly_units\.direct_radiation/);
});
