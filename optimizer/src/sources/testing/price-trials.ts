import { fixture, send } from "./local-server.ts";
import type { Trials } from "./trial.ts";

const CSV_NOW_MS = Date.parse("2024-01-05T02:00:00Z");

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
  csv: { nowMs: CSV_NOW_MS, settings: () => ({ file: "series.csv", column: "value" }), file: "series.csv", gives: 2 },
  push: { nowMs: CSV_NOW_MS, settings: () => ({}), gives: 0 },
};
