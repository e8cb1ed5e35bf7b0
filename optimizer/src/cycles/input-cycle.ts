import type { HomeConfig } from "@ohmstead/contract";
import type { Logger } from "pino";
import { z } from "zod";
import type { Clock } from "../domain/clock.ts";
import type { Stretch } from "../domain/series.ts";
import { localClock } from "../domain/local-time.ts";
import { MS_PER_MINUTE } from "../domain/slots.ts";
import { applyTariff } from "../forecasts/tariff.ts";
import type { HistorySource, HouseHistory, PriceSource, PvSource, WeatherSource } from "../sources/source.ts";
import type { Store } from "../store/store.ts";
import { createSourceAsker } from "./ask-sources.ts";

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
const WEATHER_KEY = "weather";
const StoredWeather = z.array(z.object({ startMs: z.number(), endMs: z.number(), value: z.number() }));

/** Keeps what the world says: prices in the store, weather and recorded history in memory (weather also in the store, for the next start). */
export function createInputCycle(deps: {
  readonly config: HomeConfig;
  readonly sources: InputSources;
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
}): InputCycle {
  const { config, sources, store, clock, logger } = deps;
  const asker = createSourceAsker({ clock, logger });
  const wallClock = localClock(config.timeZone);
  const known = StoredWeather.safeParse(store.state.get(WEATHER_KEY));
  let weather: readonly Stretch[] = known.success ? known.data : [];
  let history: HouseHistory | undefined;

  const knownPrices = (nowMs: number): string => JSON.stringify(store.prices.between(nowMs, nowMs + PRICE_WINDOW_MS));

  async function refreshPrices(): Promise<boolean> {
    const nowMs = clock.nowMs();
    const before = knownPrices(nowMs);
    const given = await Promise.all(sources.prices.map((source) => asker.ask("prices", source)));
    for (const [k, source] of sources.prices.entries()) {
      const spots = given[k] ?? [];
      if (spots.length === 0) continue;
      store.prices.save(source.name, applyTariff(spots, source.tariff ?? config.prices, wallClock), nowMs);
    }
    return knownPrices(nowMs) !== before;
  }

  async function refreshWeather(): Promise<void> {
    const nowMs = clock.nowMs();
    const forecasts = await Promise.all(sources.weather.map((source) => asker.ask("weather", source)));
    const outdoor = forecasts.find((each) => each !== undefined);
    if (!outdoor) return;
    weather = outdoor.stretches;
    store.state.set(WEATHER_KEY, outdoor.stretches, nowMs);
  }

  async function refreshHistory(): Promise<void> {
    if (sources.history) history = (await asker.ask("history", sources.history)) ?? history;
  }

  return {
    refresh: async () => {
      const [hasNewPrices] = await Promise.all([refreshPrices(), refreshWeather(), refreshHistory()]);
      return hasNewPrices;
    },
    weather: () => weather,
    recordedHistory: () => history,
    failures: () => asker.states().flatMap(({ failure }) => failure ?? []),
    askAgain: () => asker.askAgain(),
    stop: () => asker.stop(),
  };
}
