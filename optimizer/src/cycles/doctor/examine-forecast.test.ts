import { MS_PER_HOUR } from "@ohmstead/contract";
import { expect, test } from "vitest";
import { examineSun, examineWeather } from "./examine-forecast.ts";

const NOW_MS = Date.parse("2026-06-01T06:00:00Z");
const hourly = (count: number, value: (hourUtc: number) => number, issuedAtMs = NOW_MS) => ({
  issuedAtMs,
  stretches: Array.from({ length: count }, (_, k) => ({
    startMs: NOW_MS + k * MS_PER_HOUR,
    endMs: NOW_MS + (k + 1) * MS_PER_HOUR,
    value: value((6 + k) % 24),
  })),
});
/** Noon of Berlin's sun is near 11:10 UTC. */
const sun =
  (noonUtc: number, peakKw = 4) =>
  (hour: number) =>
    Math.max(0, peakKw * (1 - ((hour + 0.5 - noonUtc) / 7) ** 2));
const given = (forecast: ReturnType<typeof hourly>) => ({ forecast, nowMs: NOW_MS, timeZone: "Europe/Berlin" });

test.each([
  {
    what: "a usual day",
    forecast: hourly(48, sun(11.2)),
    status: "ok",
    says: /kWh over the next 24 hours, at most 4\.0 kW/,
  },
  {
    what: "watts",
    forecast: hourly(48, sun(11.2, 4000)),
    status: "failing",
    says: /4000\.0 kW.*array of 5 kW|up to 39/,
  },
  {
    what: "another roof's size",
    forecast: hourly(48, sun(11.2, 9)),
    status: "failing",
    says: /9\.0 kW of an array of 5 kW/,
  },
  {
    what: "a sun that rises in the evening",
    forecast: hourly(48, sun(20)),
    status: "warning",
    says: /middle of its days is at/,
  },
  { what: "no sun at all", forecast: hourly(48, () => 0), status: "warning", says: /no sun at all/ },
  { what: "six hours", forecast: hourly(6, sun(11.2)), status: "warning", says: /ends in 6 hours/ },
  {
    what: "one of two days ago",
    forecast: hourly(48, sun(11.2), NOW_MS - 48 * MS_PER_HOUR),
    status: "warning",
    says: /made 48 hours ago/,
  },
  {
    what: "nothing of the time to come",
    forecast: hourly(0, () => 0),
    status: "failing",
    says: /nothing of the time to come/,
  },
])("sun: $what is $status", ({ forecast, status, says }) => {
  const [finding] = examineSun(given(forecast), 5);
  expect(finding?.status).toBe(status);
  expect(finding?.detail).toMatch(says);
});

test("weather of another place is told by the house's own sensor", () => {
  const forecast = hourly(48, () => 12);
  expect(examineWeather(given(forecast), undefined)[0]).toEqual({
    status: "ok",
    detail: "12 to 12 °C over the next 48 hours",
  });
  expect(examineWeather(given(forecast), 14)[0]?.status).toBe("ok");
  expect(examineWeather(given(forecast), -3)[0]).toMatchObject({
    status: "warning",
    detail: "it says 12.0 °C now, and the house measures -3.0 °C",
    remedy: expect.stringMatching(/latitude and longitude/),
  });
});
