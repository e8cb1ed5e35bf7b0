import type { HomeConfig } from "@ohmstead/contract";
import type { Logger } from "pino";
import { z } from "zod";
import type { Clock } from "../domain/clock.ts";
import type { Stretch } from "../domain/series.ts";
import { MS_PER_MINUTE } from "../domain/slots.ts";
import { applyTariff } from "../forecasts/tariff.ts";
import type { HistorySource, HouseHistory, PriceSource, PvSource, Source, WeatherSource } from "../sources/source.ts";
import type { Store } from "../store/store.ts";

export interface InputSources {
  /** Best first. */
  readonly prices: readonly PriceSource[];
  readonly weather: readonly WeatherSource[];
  /** By the id of the array. */
  readonly pv: ReadonlyMap<string, readonly PvSource[]>;
  readonly history: HistorySource | undefined;
}

export interface InputCycle {
  /** Asks every source whose time has come; answers whether a price is new or different. Never rejects: what failed is in failures(). */
  refresh(): Promise<boolean>;
  weather(): readonly Stretch[];
  recordedHistory(): HouseHistory | undefined;
  /** What a source said when it was last asked and could not be read, each a sentence. */
  failures(): readonly string[];
  /** Every source's time has come: the clock was set, so that no time that was noted means anything. */
  askAgain(): void;
  stop(): void;
}

const PRICE_WINDOW_MS = 4 * 24 * 60 * MS_PER_MINUTE;
const FIRST_RETRY_MS = MS_PER_MINUTE;
const WEATHER_KEY = "weather";
const StoredWeather = z.array(z.strictObject({ startMs: z.number(), endMs: z.number(), value: z.number() }));

interface Due {
  atMs: number;
  failedTimes: number;
  failure: string | undefined;
}

/** Keeps what the world says: prices in the store, weather and recorded history in memory (weather also in the store, for the next start). */
export function createInputCycle(deps: {
  readonly config: HomeConfig;
  readonly sources: InputSources;
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
}): InputCycle {
  const { config, sources, store, clock, logger } = deps;
  const stopping = new AbortController();
  const dueOf = new Map<string, Due>();
  const known = StoredWeather.safeParse(store.state.get(WEATHER_KEY));
  let weather: readonly Stretch[] = known.success ? known.data : [];
  let history: HouseHistory | undefined;

  /** Asks when it is time; a failure is said once, and asked again after growing pauses, at most the source's own. */
  async function ask<T>(what: "prices" | "weather" | "history", source: Source<T>): Promise<T | undefined> {
    const key = `${what} ${source.name}`;
    const entry = dueOf.get(key) ?? { atMs: 0, failedTimes: 0, failure: undefined };
    dueOf.set(key, entry);
    const nowMs = clock.nowMs();
    if (nowMs < entry.atMs) return undefined;
    const regularMs = source.refreshMinutes * MS_PER_MINUTE;
    entry.atMs = nowMs + regularMs;
    try {
      const answer = await source.fetch(nowMs, stopping.signal);
      if (entry.failure) logger.info({ source: source.name }, `${what}: the source answers again`);
      entry.failedTimes = 0;
      entry.failure = undefined;
      return answer;
    } catch (error) {
      if (stopping.signal.aborted) return undefined;
      const message = error instanceof Error ? error.message : String(error);
      if (entry.failure !== message)
        logger.warn(
          { source: source.name, err: error },
          `${what}: the source cannot be read; the last good answer stays`,
        );
      entry.failure = message;
      entry.atMs = nowMs + Math.min(regularMs, FIRST_RETRY_MS * 2 ** entry.failedTimes);
      entry.failedTimes += 1;
      return undefined;
    }
  }

  const knownPrices = (nowMs: number): string => JSON.stringify(store.prices.between(nowMs, nowMs + PRICE_WINDOW_MS));

  return {
    refresh: async () => {
      const nowMs = clock.nowMs();
      const before = knownPrices(nowMs);
      const [spots, forecasts, recorded] = await Promise.all([
        Promise.all(sources.prices.map((source) => ask("prices", source))),
        Promise.all(sources.weather.map((source) => ask("weather", source))),
        sources.history ? ask("history", sources.history) : undefined,
      ]);
      for (const [k, source] of sources.prices.entries()) {
        const given = spots[k] ?? [];
        if (given.length > 0) store.prices.save(source.name, applyTariff(given, config.prices), nowMs);
      }
      const outdoor = forecasts.find((each) => each !== undefined);
      if (outdoor) {
        weather = outdoor.stretches;
        store.state.set(WEATHER_KEY, outdoor.stretches, nowMs);
      }
      if (recorded) history = recorded;
      return knownPrices(nowMs) !== before;
    },
    weather: () => weather,
    recordedHistory: () => history,
    failures: () => [...dueOf.values()].flatMap(({ failure }) => failure ?? []),
    askAgain: () => {
      for (const entry of dueOf.values()) entry.atMs = 0;
    },
    stop: () => stopping.abort(),
  };
}
