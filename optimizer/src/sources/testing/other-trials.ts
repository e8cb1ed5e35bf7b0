import { type Answer, fixture, send } from "./local-server.ts";
import type { Trials } from "./trial.ts";

const secrets = (values: Readonly<Record<string, string>>) => (name: string) => values[name];
const house = (url: string) => secrets({ HA_URL: url, HA_TOKEN: "a-token" });
const inHouse = (name: string) => fixture(`home-assistant-forecasts/${name}.json`);
/** The state of a weather entity, and its hourly forecast. */
const weatherEntity: Answer = (asked, response) =>
  send(inHouse(asked.pathname.startsWith("/api/states/") ? "weather_state" : "get_forecasts_hourly"))(asked, response);
const solarDays: Answer = (asked, response) =>
  send(inHouse(asked.pathname.endsWith("tomorrow") ? "solcast_tomorrow" : "solcast_today"))(asked, response);
const periodsOf = (body: string): string[] =>
  Object.keys((JSON.parse(body) as { result: { watt_hours_period: object } }).result.watt_hours_period);
const SOUTH = { latitude: 50, longitude: 10, tiltDeg: 35, azimuthDeg: 180 };

const CSV_NOW_MS = Date.parse("2024-01-05T02:00:00Z");

export const WEATHER_TRIALS: Trials = {
  "open-meteo": {
    nowMs: Date.parse("2026-03-02T12:00:00Z"),
    settings: (baseUrl) => ({ latitude: 50, longitude: 10, baseUrl }),
    format: "json",
    replay: send(fixture("open-meteo/forecast_hourly_2026-03.json")),
    empty: { answer: send("{}"), gives: "malformed" },
    reads: [
      "utc_offset_seconds",
      "hourly_units",
      "hourly_units.temperature_2m",
      "hourly",
      "hourly.time",
      "hourly.time[]",
      "hourly.temperature_2m",
      "hourly.temperature_2m[]",
    ],
  },
  "home-assistant": {
    nowMs: Date.parse("2026-01-10T06:40:00Z"),
    settings: () => ({ entity: "weather.forecast_home" }),
    deps: (url) => ({ secret: house(url) }),
    secrets: ["HA_URL", "HA_TOKEN"],
    format: "json",
    replay: weatherEntity,
    empty: { answer: send("{}"), gives: "malformed" },
    reads: [
      "state",
      "attributes",
      "attributes.temperature_unit",
      "service_response",
      "service_response.weather.forecast_home",
      "service_response.weather.forecast_home.forecast",
      "service_response.weather.forecast_home.forecast[]",
      "service_response.weather.forecast_home.forecast[].datetime",
      "service_response.weather.forecast_home.forecast[].temperature",
    ],
  },
  "bright-sky": {
    nowMs: Date.parse("2024-10-26T12:00:00Z"),
    settings: (baseUrl) => ({ latitude: 50, longitude: 10, baseUrl }),
    format: "json",
    replay: send(fixture("bright-sky/weather_2024-10-26.json")),
    empty: { answer: send('{"weather":[],"sources":[]}'), gives: "malformed" },
    reads: ["weather", "weather[]", "weather[].timestamp", "weather[].temperature"],
  },
  csv: { nowMs: CSV_NOW_MS, settings: () => ({ file: "series.csv", column: "value" }), file: "series.csv", gives: 2 },
  push: { nowMs: CSV_NOW_MS, settings: () => ({}), gives: 0 },
};

export const PV_TRIALS: Trials = {
  solcast: {
    nowMs: Date.parse("2024-12-26T17:05:00Z"),
    settings: (baseUrl) => ({ siteId: "1a2b-3c4d-5e6f-7a8b", baseUrl }),
    deps: () => ({ peakKw: 5, secret: secrets({ SOLCAST_API_KEY: "a-key" }) }),
    secrets: ["SOLCAST_API_KEY"],
    format: "json",
    replay: send(fixture("solcast/rooftop_forecasts_multiday.json")),
    empty: { answer: send('{"forecasts":[]}'), gives: "malformed" },
    reads: [
      "forecasts",
      "forecasts[]",
      "forecasts[].pv_estimate",
      "forecasts[].pv_estimate10",
      "forecasts[].pv_estimate90",
      "forecasts[].period_end",
      "forecasts[].period",
    ],
  },
  "forecast-solar": {
    nowMs: Date.parse("2024-04-26T17:00:00Z"),
    settings: (baseUrl) => ({ ...SOUTH, baseUrl }),
    deps: () => ({ peakKw: 2 }),
    format: "json",
    replay: send(fixture("forecast-solar/forecast.json")),
    empty: { answer: send("{}"), gives: "malformed" },
    reads: [
      "result",
      "result.watt_hours_period",
      ...periodsOf(fixture("forecast-solar/forecast.json")).map((each) => `result.watt_hours_period.${each}`),
    ],
  },
  "open-meteo": {
    nowMs: Date.parse("2026-03-02T12:00:00Z"),
    settings: (baseUrl) => ({ ...SOUTH, baseUrl }),
    deps: () => ({ peakKw: 5 }),
    format: "json",
    replay: send(fixture("open-meteo/forecast_hourly_2026-03.json")),
    empty: { answer: send("{}"), gives: "malformed" },
    reads: [
      "utc_offset_seconds",
      "hourly_units",
      "hourly",
      "hourly.time",
      "hourly.time[]",
      ...["direct_radiation", "diffuse_radiation", "temperature_2m"].flatMap((each) => [
        `hourly_units.${each}`,
        `hourly.${each}`,
        `hourly.${each}[]`,
      ]),
    ],
  },
  "home-assistant": {
    nowMs: Date.parse("2025-11-10T20:00:00Z"),
    settings: () => ({ entities: ["sensor.today", "sensor.tomorrow"], layout: "detailedHourly" }),
    deps: (url) => ({ peakKw: 40, secret: house(url) }),
    secrets: ["HA_URL", "HA_TOKEN"],
    format: "json",
    replay: solarDays,
    empty: { answer: send("{}"), gives: "malformed" },
    reads: [
      "state",
      "attributes",
      "attributes.detailedHourly",
      "attributes.detailedHourly[]",
      "attributes.detailedHourly[].period_start",
      "attributes.detailedHourly[].pv_estimate",
      "attributes.detailedHourly[].pv_estimate10",
      "attributes.detailedHourly[].pv_estimate90",
    ],
  },
  push: { nowMs: CSV_NOW_MS, settings: () => ({}), deps: { peakKw: 5 }, gives: 0 },
};

export const HISTORY_TRIALS: Trials = {
  csv: {
    nowMs: CSV_NOW_MS,
    settings: () => ({ file: "series.csv", load: { column: "value" } }),
    file: "series.csv",
    gives: 2,
  },
};
