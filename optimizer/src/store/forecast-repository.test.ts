import fc from "fast-check";
import { expect, test } from "vitest";
import type { ForecastStretch } from "../domain/forecast.ts";
import { KEPT_DAYS } from "./housekeeping.ts";
import { packStretches, unpackStretches } from "./packed-stretches.ts";
import { openStore } from "./store.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW_MS = Date.UTC(2024, 5, 1, 6);
/** Two bright days in half-hours, with a band, as a solar forecaster gives them. */
const twoDays = (fromMs: number, brightness: number): ForecastStretch[] =>
  Array.from({ length: 96 }, (_, k) => {
    const startMs = fromMs + (k * HOUR_MS) / 2;
    const sun = Math.max(0, Math.sin(((startMs % DAY_MS) / DAY_MS) * 2 * Math.PI - Math.PI / 2));
    const value = Math.round(4000 * sun * (brightness + 0.2 * Math.sin(k * k))) / 1000;
    return { startMs, endMs: startMs + HOUR_MS / 2, value, low: value / 2, high: Math.min(4, 1.3 * value) };
  });

test("gives back what was issued since a moment, oldest first, each source for itself", () => {
  const { forecasts } = openStore(":memory:");
  const older = twoDays(NOW_MS, 0.5);
  const newer = twoDays(NOW_MS + HOUR_MS, 0.7).map(({ startMs, endMs, value }) => ({ startMs, endMs, value }));
  expect(forecasts.save("pv/roof", "solcast", { issuedAtMs: NOW_MS, stretches: older })).toBe(true);
  expect(forecasts.save("pv/roof", "open-meteo", { issuedAtMs: NOW_MS + HOUR_MS, stretches: newer })).toBe(true);
  forecasts.save("outdoorTempC", "open-meteo", { issuedAtMs: NOW_MS, stretches: newer });
  expect(forecasts.since("pv/roof", NOW_MS).map(({ source, issuedAtMs }) => [source, issuedAtMs])).toEqual([
    ["solcast", NOW_MS],
    ["open-meteo", NOW_MS + HOUR_MS],
  ]);
  expect(forecasts.since("pv/roof", NOW_MS + 1)).toEqual([
    { source: "open-meteo", issuedAtMs: NOW_MS + HOUR_MS, stretches: newer },
  ]);
});

test("what says the same as before is kept once, with the time at which it was first said", () => {
  const { forecasts } = openStore(":memory:");
  const stretches = twoDays(NOW_MS, 0.5);
  forecasts.save("pv/roof", "solcast", { issuedAtMs: NOW_MS, stretches });
  expect(forecasts.save("pv/roof", "solcast", { issuedAtMs: NOW_MS + HOUR_MS, stretches })).toBe(false);
  expect(forecasts.since("pv/roof", 0)).toHaveLength(1);
});

test("the nightly pruning forgets what nobody judges any more", async () => {
  const store = openStore(":memory:");
  for (const days of [0, 30, 61, 90])
    store.forecasts.save("pv/roof", "solcast", {
      issuedAtMs: NOW_MS - days * DAY_MS,
      stretches: twoDays(NOW_MS - days * DAY_MS, 0.5),
    });
  await store.tidy({ nowMs: NOW_MS, holdsOf: () => undefined, pause: () => Promise.resolve() });
  expect(store.forecasts.since("pv/roof", 0).map(({ issuedAtMs }) => (NOW_MS - issuedAtMs) / DAY_MS)).toEqual([30, 0]);
  expect(KEPT_DAYS.forecasts).toBe(60);
});

test("packing loses nothing but what lies below a thousandth, gaps and missing bounds included", () => {
  const thousandths = fc.integer({ min: -60_000, max: 60_000 }).map((each) => each / 1000);
  const part = fc.record({
    gapMs: fc.integer({ min: 0, max: 9e6 }),
    lengthMs: fc.integer({ min: 1, max: 9e6 }),
    value: thousandths,
    low: fc.option(thousandths, { nil: undefined }),
    high: fc.option(thousandths, { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
      let endMs = NOW_MS;
      const stretches = parts.map(({ gapMs, lengthMs, value, low, high }): ForecastStretch => {
        const startMs = endMs + gapMs;
        endMs = startMs + lengthMs;
        return {
          startMs,
          endMs,
          value,
          ...(low === undefined ? {} : { low }),
          ...(high === undefined ? {} : { high }),
        };
      });
      expect(unpackStretches(packStretches(stretches))).toEqual(stretches);
    }),
  );
});

test("two days in half-hours with a band take less than a kilobyte", () => {
  expect(packStretches(twoDays(NOW_MS, 0.7)).length).toBeLessThan(1000);
});
