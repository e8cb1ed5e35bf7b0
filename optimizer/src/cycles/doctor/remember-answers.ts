import type { SpotSlot } from "../../domain/spot-slot.ts";
import type { PriceSource, Source } from "../../sources/source.ts";
import type { InputSources } from "../input-cycle.ts";
import type { DoctorSources } from "./doctor.ts";

export interface Remembered<T> {
  readonly atMs: number;
  readonly answer: T;
}

/** A source `S` of answers `T`. */
export type Remembering<T, S extends Source<T> = Source<T>> = S & {
  /** What it last gave, and when; undefined before it has, and after it failed. */
  readonly last: () => Remembered<T> | undefined;
};

/** Keeps a source's last answer at hand, so that whoever wants to look at it need not use up what its maker allows. */
export function remembering<T, S extends Source<T>>(source: S & Source<T>): Remembering<T, S> {
  let last: Remembered<T> | undefined;
  return {
    ...source,
    fetch: async (nowMs, signal) => {
      last = undefined;
      const answer = await source.fetch(nowMs, signal);
      last = { atMs: nowMs, answer };
      return answer;
    },
    last: () => last,
  };
}

export const rememberingAll = ({ prices, weather, pv, history }: InputSources): DoctorSources => ({
  prices: prices.map((source) => remembering<readonly SpotSlot[], PriceSource>(source)),
  weather: weather.map((source) => remembering(source)),
  pv: new Map([...pv].map(([id, all]) => [id, all.map((source) => remembering(source))])),
  history: history && remembering(history),
});
