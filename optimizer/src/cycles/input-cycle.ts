import { z } from "zod";
import type { Clock } from "../domain/clock.ts";
import type { Stretch } from "../domain/series.ts";
import type { HistorySource, HouseHistory, PriceSource, PvSource, WeatherSource } from "../sources/source.ts";
import type { Store } from "../store/store.ts";
import type { SourceAsker } from "./ask-sources.ts";

export interface InputSources {
  /** Best first. */
  readonly prices: readonly PriceSource[];
  readonly weather: readonly WeatherSource[];
  /** By the id of the array. */
  readonly pv: ReadonlyMap<string, readonly PvSource[]>;
  readonly history: HistorySource | undefined;
}

export interface InputCycle {
  /** Asks every source of weather and history whose time has come. Never rejects. */
  refresh(): Promise<void>;
  weather(): readonly Stretch[];
  recordedHistory(): HouseHistory | undefined;
}

const WEATHER_KEY = "weather";
const StoredWeather = z.array(z.object({ startMs: z.number(), endMs: z.number(), value: z.number() }));

/** Keeps what the world says of weather and recorded history in memory (weather also in the store, for the next start). */
export function createInputCycle(deps: {
  readonly sources: InputSources;
  readonly asker: SourceAsker;
  readonly store: Store;
  readonly clock: Clock;
}): InputCycle {
  const { sources, asker, store, clock } = deps;
  const known = StoredWeather.safeParse(store.state.get(WEATHER_KEY));
  let weather: readonly Stretch[] = known.success ? known.data : [];
  let history: HouseHistory | undefined;

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
      await Promise.all([refreshWeather(), refreshHistory()]);
    },
    weather: () => weather,
    recordedHistory: () => history,
  };
}
