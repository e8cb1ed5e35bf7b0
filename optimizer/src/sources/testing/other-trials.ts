import { fixture, send } from "./local-server.ts";
import type { Trials } from "./trial.ts";

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
  csv: { nowMs: CSV_NOW_MS, settings: () => ({ file: "series.csv", column: "value" }), file: "series.csv", gives: 2 },
};

export const PV_TRIALS: Trials = {};

export const HISTORY_TRIALS: Trials = {
  csv: {
    nowMs: CSV_NOW_MS,
    settings: () => ({ file: "series.csv", load: { column: "value" } }),
    file: "series.csv",
    gives: 2,
  },
};
