import { type Answer, fixture, send } from "./local-server.ts";
import type { Trials } from "./trial.ts";

const CSV_NOW_MS = Date.parse("2024-01-05T02:00:00Z");

/** One answer for a day, and "not yet" for every other. */
const onDay =
  (date: string, body: string): Answer =>
  (asked, response) => {
    if (asked.searchParams.get("date") === date) send(body)(asked, response);
    else response.writeHead(204).end();
  };

/** An answer by what the path ends in. */
const byPath =
  (answers: Readonly<Record<string, string>>): Answer =>
  (asked, response) => {
    const body = Object.entries(answers).find(([part]) => asked.pathname.includes(part))?.[1];
    send(body ?? `{"detail":"Not found."}`, body === undefined ? 404 : 200)(asked, response);
  };

const withSecrets = (secrets: Readonly<Record<string, string>>) => (name: string) => secrets[name];

/** As `/api/states` gives it: the recording has no time. */
export const nordpoolState = (): string => {
  const state = JSON.parse(fixture("home-assistant/nordpool_sensor_current_state.json")) as object;
  return JSON.stringify({ ...state, last_updated: "2021-10-11T12:00:00.000000+00:00" });
};

export const PRICE_TRIALS: Trials = {
  "octopus-agile": {
    nowMs: Date.parse("2025-11-30T12:00:00Z"),
    settings: (baseUrl) => ({ product: "AGILE-24-10-01", region: "N", baseUrl }),
    format: "json",
    replay: send(fixture("octopus/agile_unit_rates_46_results.json")),
    empty: { answer: send(fixture("octopus/unit_rates_empty.json")), gives: "nothing" },
    reads: [
      "next",
      "results",
      "results[]",
      "results[].value_inc_vat",
      "results[].valid_from",
      "results[].valid_to",
      "results[].payment_method",
    ],
  },
  "octopus-fixed": {
    nowMs: Date.parse("2025-11-30T12:00:00Z"),
    settings: (baseUrl) => ({
      product: "VAR-22-11-01",
      region: "C",
      night: { from: "00:30", until: "07:30" },
      baseUrl,
    }),
    format: "json",
    replay: byPath({
      "day-unit-rates": fixture("octopus/two_rate_day.json"),
      "night-unit-rates": fixture("octopus/two_rate_night.json"),
    }),
    empty: { answer: send(fixture("octopus/unit_rates_empty.json")), gives: "nothing" },
    reads: [
      "next",
      "results",
      "results[]",
      "results[].value_inc_vat",
      "results[].valid_from",
      "results[].valid_to",
      "results[].payment_method",
    ],
  },
  "nord-pool": {
    nowMs: Date.parse("2024-11-05T08:00:00Z"),
    deps: () => ({ currency: "EUR" }),
    settings: (baseUrl) => ({ area: "SE3", baseUrl }),
    format: "json",
    replay: onDay("2024-11-05", fixture("nord-pool/delivery_period_se3_2024-11-05.json")),
    empty: { answer: (_, response) => response.writeHead(204).end(), gives: "nothing" },
    reads: [
      "deliveryDateCET",
      "market",
      "currency",
      "multiAreaEntries",
      "multiAreaEntries[]",
      "multiAreaEntries[].deliveryStart",
      "multiAreaEntries[].deliveryEnd",
      "multiAreaEntries[].entryPerArea",
      "multiAreaEntries[].entryPerArea.SE3",
    ],
  },
  entsoe: {
    nowMs: Date.parse("2024-10-06T12:00:00Z"),
    deps: () => ({ currency: "EUR", secret: withSecrets({ ENTSOE_TOKEN: "a-token" }) }),
    settings: (baseUrl) => ({ area: "DE-LU", baseUrl }),
    format: "xml",
    replay: send(fixture("entsoe/DE_60M_15M_overlap.xml")),
    empty: { answer: send(fixture("entsoe/no_matching_data.xml")), gives: "nothing" },
    reads: [
      "type",
      "currency_Unit.name",
      "price_Measure_Unit.name",
      "classificationSequence_AttributeInstanceComponent.position",
      "curveType",
      "start",
      "end",
      "resolution",
      "position",
      "price.amount",
    ],
    secrets: ["ENTSOE_TOKEN"],
  },
  "energy-charts": {
    nowMs: Date.parse("2024-12-11T12:00:00Z"),
    deps: () => ({ currency: "EUR" }),
    settings: (baseUrl) => ({ area: "DE-LU", baseUrl }),
    format: "json",
    replay: send(fixture("energy-charts/price_de_lu_2024-12.json")),
    empty: { answer: send(`{"unix_seconds":[],"price":[],"unit":"EUR / MWh"}`), gives: "nothing" },
    reads: ["unix_seconds", "unix_seconds[]", "price", "price[]", "unit"],
  },
  awattar: {
    nowMs: Date.parse("2025-06-11T12:00:00Z"),
    deps: () => ({ currency: "EUR" }),
    settings: (baseUrl) => ({ country: "DE", baseUrl }),
    format: "json",
    replay: send(fixture("awattar/marketdata_de.json")),
    empty: { answer: send(`{"object":"list","data":[],"url":"/de/v1/marketdata"}`), gives: "nothing" },
    reads: ["data", "data[]", "data[].start_timestamp", "data[].end_timestamp", "data[].marketprice", "data[].unit"],
  },
  elering: {
    nowMs: Date.parse("2026-01-15T01:00:00Z"),
    deps: () => ({ currency: "EUR" }),
    settings: (baseUrl) => ({ country: "fi", baseUrl }),
    format: "json",
    replay: send(fixture("elering/nps_price.json")),
    empty: { answer: send(`{"success":true,"data":{"fi":[]}}`), gives: "nothing" },
    reads: ["success", "data", "data.fi", "data.fi[]", "data.fi[].timestamp", "data.fi[].price"],
  },
  tibber: {
    nowMs: Date.parse("2026-01-14T12:30:00Z"),
    deps: () => ({ currency: "SEK", secret: withSecrets({ TIBBER_TOKEN: "a-token" }) }),
    settings: (baseUrl) => ({ home: "Huset", baseUrl }),
    format: "json",
    replay: send(fixture("tibber/price_info_quarter_hourly.json")),
    empty: {
      answer: send(
        `{"data":{"viewer":{"homes":[{"id":"1","appNickname":"Huset","currentSubscription":{"priceInfo":{"today":[],"tomorrow":[]}}}]}}}`,
      ),
      gives: "nothing",
    },
    reads: [
      "data",
      "data.viewer",
      "data.viewer.homes",
      "data.viewer.homes[]",
      "data.viewer.homes[].id",
      "data.viewer.homes[].appNickname",
      "data.viewer.homes[].currentSubscription",
      "data.viewer.homes[].currentSubscription.priceInfo",
      "data.viewer.homes[].currentSubscription.priceInfo.today",
      "data.viewer.homes[].currentSubscription.priceInfo.today[]",
      "data.viewer.homes[].currentSubscription.priceInfo.today[].currency",
      "data.viewer.homes[].currentSubscription.priceInfo.today[].energy",
      "data.viewer.homes[].currentSubscription.priceInfo.today[].startsAt",
      "data.viewer.homes[].currentSubscription.priceInfo.today[].total",
      "data.viewer.homes[].currentSubscription.priceInfo.tomorrow",
      "data.viewer.homes[].currentSubscription.priceInfo.tomorrow[]",
      "data.viewer.homes[].currentSubscription.priceInfo.tomorrow[].currency",
      "data.viewer.homes[].currentSubscription.priceInfo.tomorrow[].energy",
      "data.viewer.homes[].currentSubscription.priceInfo.tomorrow[].startsAt",
      "data.viewer.homes[].currentSubscription.priceInfo.tomorrow[].total",
    ],
    secrets: ["TIBBER_TOKEN"],
  },
  "home-assistant": {
    nowMs: Date.parse("2021-10-11T12:00:00Z"),
    deps: (url) => ({
      currency: "NOK",
      timeZone: "Europe/Oslo",
      secret: withSecrets({ HA_URL: url, HA_TOKEN: "a-token" }),
    }),
    settings: () => ({ entity: "sensor.nordpool_kwh_trheim_nok_3_095_025" }),
    format: "json",
    replay: send(nordpoolState()),
    empty: {
      answer: send(
        `{"state":"unknown","last_updated":"2021-10-11T12:00:00+00:00","attributes":{"raw_today":[],"raw_tomorrow":[]}}`,
      ),
      gives: "nothing",
    },
    reads: [
      "state",
      "last_updated",
      "attributes",
      "attributes.unit",
      "attributes.currency",
      "attributes.unit_of_measurement",
      "attributes.tomorrow_valid",
      "attributes.raw_today",
      "attributes.raw_today[]",
      "attributes.raw_today[].start",
      "attributes.raw_today[].end",
      "attributes.raw_today[].value",
      "attributes.raw_tomorrow",
      "attributes.raw_tomorrow[]",
      "attributes.raw_tomorrow[].start",
      "attributes.raw_tomorrow[].end",
      "attributes.raw_tomorrow[].value",
    ],
    secrets: ["HA_URL", "HA_TOKEN"],
  },
  fixed: { nowMs: CSV_NOW_MS, settings: () => ({ importPerKwh: 0.3, exportPerKwh: 0.1 }), gives: 18 },
  "time-of-use": {
    nowMs: CSV_NOW_MS,
    settings: () => ({ importPerKwh: 0.31, times: [{ from: "23:00", until: "07:00", importPerKwh: 0.12 }] }),
    // Nine days: 0–7, 7–12, 12–23, 23–24.
    gives: 36,
  },
  csv: { nowMs: CSV_NOW_MS, settings: () => ({ file: "series.csv", column: "value" }), file: "series.csv", gives: 2 },
  push: { nowMs: CSV_NOW_MS, settings: () => ({}), gives: 0 },
};
