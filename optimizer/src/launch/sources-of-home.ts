import type { HomeConfig } from "@ohmstead/contract";
import type { InputSources } from "../cycles/input-cycle.ts";
import { createHistorySource, createPriceSources, createPvSources, createWeatherSources } from "../sources/registry.ts";

/** Every source that a home's config names; secrets come from the environment. Throws ConfigError. */
export function sourcesOfHome(
  config: HomeConfig,
  baseFolder: string,
  environment: Readonly<Record<string, string | undefined>>,
): InputSources {
  const deps = {
    currency: config.currency,
    timeZone: config.timeZone,
    baseFolder,
    secret: (name: string) => environment[name] || undefined,
  };
  return {
    prices: createPriceSources(config.prices.source, deps),
    weather: createWeatherSources(config.weather.source, deps),
    pv: new Map(
      config.pvArrays.map(({ id, peakKw, forecast = [] }) => [id, createPvSources(forecast, { ...deps, peakKw })]),
    ),
    history: config.history && createHistorySource(config.history.source, deps),
  };
}

/** Where Home Assistant answers, and how we are known there; undefined while one of both is missing. */
export function homeAssistantIn({ HA_URL, HA_TOKEN }: Readonly<Record<string, string | undefined>>) {
  return HA_URL && HA_TOKEN ? { url: HA_URL, token: HA_TOKEN } : undefined;
}
