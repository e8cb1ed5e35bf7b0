import type { AdapterConfig, HomeConfig } from "@ohmstead/contract";
import { closest } from "fastest-levenshtein";
import { ConfigError } from "../domain/errors.ts";
import type { IssuedForecast } from "../domain/forecast.ts";
import type { SpotSlot } from "../domain/spot-slot.ts";
import { awattar } from "./awattar.ts";
import { brightSky } from "./bright-sky.ts";
import { fixedTariff, timeOfUseTariff } from "./config-tariffs.ts";
import { csvHistory } from "./csv-history.ts";
import { csvPrices } from "./csv-prices.ts";
import { csvWeather } from "./csv-weather.ts";
import { elering } from "./elering.ts";
import { energyCharts } from "./energy-charts.ts";
import { entsoe } from "./entsoe.ts";
import { checkExchange, exchanged } from "./exchange.ts";
import { forecastSolar } from "./forecast-solar.ts";
import { homeAssistantPrices } from "./home-assistant-prices.ts";
import { homeAssistantPv } from "./home-assistant-pv.ts";
import { homeAssistantWeather } from "./home-assistant-weather.ts";
import { nordPool } from "./nord-pool.ts";
import { octopusAgile } from "./octopus-agile.ts";
import { octopusFixed } from "./octopus-fixed.ts";
import { openMeteo } from "./open-meteo.ts";
import { openMeteoPv } from "./open-meteo-pv.ts";
import { pushPv, pushWeather } from "./push-forecast.ts";
import { pushPrices } from "./push-prices.ts";
import { solcast } from "./solcast.ts";
import { tibber } from "./tibber.ts";
import type {
  HistorySource,
  HouseHistory,
  PriceSource,
  PvSource,
  Source,
  SourceDeps,
  SourceKind,
  WeatherSource,
} from "./source.ts";

export const PRICE_KINDS: readonly SourceKind<readonly SpotSlot[]>[] = [
  octopusAgile,
  octopusFixed,
  nordPool,
  entsoe,
  energyCharts,
  awattar,
  elering,
  tibber,
  homeAssistantPrices,
  fixedTariff,
  timeOfUseTariff,
  csvPrices,
  pushPrices,
];
export const WEATHER_KINDS: readonly SourceKind<IssuedForecast>[] = [
  openMeteo,
  homeAssistantWeather,
  brightSky,
  csvWeather,
  pushWeather,
];
export const PV_KINDS: readonly SourceKind<IssuedForecast>[] = [
  solcast,
  forecastSolar,
  openMeteoPv,
  homeAssistantPv,
  pushPv,
];
export const HISTORY_KINDS: readonly SourceKind<HouseHistory>[] = [csvHistory];

function create<T>(what: string, kinds: readonly SourceKind<T>[], raw: AdapterConfig, deps: SourceDeps): Source<T> {
  const known = kinds.find((each) => each.kind === raw.kind);
  if (known) return known.create(raw, deps);
  const names = kinds.map((each) => each.kind);
  throw new ConfigError(
    `There is no ${what} source "${raw.kind}"; did you mean "${closest(raw.kind, names)}"? There are: ${names.join(", ")}.`,
  );
}

/** One that is left without a name and whose kind has come before gets a number. Throws ConfigError for a name used twice. */
function createAll<T>(
  what: string,
  kinds: readonly SourceKind<T>[],
  all: readonly AdapterConfig[],
  depsOf: (place: number) => SourceDeps,
): Source<T>[] {
  const taken = new Set<string>();
  return all.map((raw, place) => {
    const made = create(what, kinds, raw, depsOf(place));
    let { name } = made;
    if (taken.has(name) && raw["name"] !== undefined)
      throw new ConfigError(`Two ${what} sources are called "${name}": give each a name of its own.`);
    for (let number = 2; taken.has(name); number += 1) name = `${made.kind}-${number}`;
    taken.add(name);
    return { ...made, name };
  });
}

/** `prices.source` of the config, best first, each with its own tariff and its own money where it has them. Throws ConfigError. */
export function createPriceSources(all: HomeConfig["prices"]["source"], deps: SourceDeps): PriceSource[] {
  const settings = all.map((each) => {
    const { tariff, exchange, ...own } = each;
    if (exchange) checkExchange(exchange, own.kind, deps.currency);
    return { tariff, exchange, own };
  });
  const own = settings.map((each) => each.own);
  const depsOf = (place: number): SourceDeps => {
    const exchange = settings[place]?.exchange;
    return exchange ? { ...deps, currency: exchange.from } : deps;
  };
  return createAll("price", PRICE_KINDS, own, depsOf).map((source, place) => {
    const { tariff, exchange } = settings[place] ?? {};
    return { ...(exchange ? exchanged(source, exchange.rate) : source), tariff };
  });
}

/** `weather.source` of the config, best first. Throws ConfigError. */
export const createWeatherSources = (all: readonly AdapterConfig[], deps: SourceDeps): WeatherSource[] =>
  createAll("weather", WEATHER_KINDS, all, () => deps);

/** `forecast` of a solar array in the config, best first. Throws ConfigError. */
export const createPvSources = (all: readonly AdapterConfig[], deps: SourceDeps): PvSource[] =>
  createAll("solar forecast", PV_KINDS, all, () => deps);

/** `history.source` of the config. Throws ConfigError. */
export const createHistorySource = (raw: AdapterConfig, deps: SourceDeps): HistorySource =>
  create("history", HISTORY_KINDS, raw, deps);
