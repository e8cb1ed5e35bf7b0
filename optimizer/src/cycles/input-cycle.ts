import type { HistorySource, HouseHistory, PriceSource, PvSource, WeatherSource } from "../sources/source.ts";
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
  /** Asks for the recorded history when its time has come. Never rejects. */
  refresh(): Promise<void>;
  recordedHistory(): HouseHistory | undefined;
}

/** Keeps in memory what was recorded elsewhere; prices have a desk of their own (price-desk.ts), weather and sun too (forecast-desk.ts). */
export function createInputCycle({
  sources,
  asker,
}: {
  readonly sources: Pick<InputSources, "history">;
  readonly asker: SourceAsker;
}): InputCycle {
  let history: HouseHistory | undefined;
  return {
    refresh: async () => {
      if (sources.history) history = (await asker.ask("history", sources.history)) ?? history;
    },
    recordedHistory: () => history,
  };
}
