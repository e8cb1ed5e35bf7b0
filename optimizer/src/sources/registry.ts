import type { AdapterConfig } from "@ohmstead/contract";
import { closest } from "fastest-levenshtein";
import { ConfigError } from "../domain/errors.ts";
import { csvHistory } from "./csv-history.ts";
import { csvPrices } from "./csv-prices.ts";
import { csvWeather } from "./csv-weather.ts";
import { octopusAgile } from "./octopus-agile.ts";
import { openMeteo } from "./open-meteo.ts";
import { pushPrices } from "./push-prices.ts";
import type { HistorySource, PriceSource, SourceDeps, SourceKind, WeatherSource } from "./source.ts";

export const PRICE_KINDS: readonly SourceKind<PriceSource>[] = [octopusAgile, csvPrices, pushPrices];
export const WEATHER_KINDS: readonly SourceKind<WeatherSource>[] = [openMeteo, csvWeather];
export const HISTORY_KINDS: readonly SourceKind<HistorySource>[] = [csvHistory];

function create<T>(what: string, kinds: readonly SourceKind<T>[], raw: AdapterConfig, deps: SourceDeps): T {
  const known = kinds.find((each) => each.kind === raw.kind);
  if (known) return known.create(raw, deps);
  const names = kinds.map((each) => each.kind);
  throw new ConfigError(
    `There is no ${what} source "${raw.kind}"; did you mean "${closest(raw.kind, names)}"? There are: ${names.join(", ")}.`,
  );
}

/** `prices.source` of the config. Throws ConfigError. */
export const createPriceSource = (raw: AdapterConfig, deps: SourceDeps): PriceSource =>
  create("price", PRICE_KINDS, raw, deps);

/** `weather.source` of the config. Throws ConfigError. */
export const createWeatherSource = (raw: AdapterConfig, deps: SourceDeps): WeatherSource =>
  create("weather", WEATHER_KINDS, raw, deps);

/** `history.source` of the config. Throws ConfigError. */
export const createHistorySource = (raw: AdapterConfig, deps: SourceDeps): HistorySource =>
  create("history", HISTORY_KINDS, raw, deps);
