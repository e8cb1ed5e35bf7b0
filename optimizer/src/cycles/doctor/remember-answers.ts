import type { Source } from "../../sources/source.ts";
import type { InputSources } from "../input-cycle.ts";
import type { DoctorSources } from "./doctor.ts";

export interface Remembered<T> {
  readonly atMs: number;
  readonly answer: T;
}

export interface RememberingSource<T> extends Source<T> {
  /** What it last gave, and when; undefined before it has, and after it failed. */
  last(): Remembered<T> | undefined;
}

/** Keeps a source's last answer at hand, so that whoever wants to look at it need not use up what its maker allows. */
export function remembering<T>(source: Source<T>): RememberingSource<T> {
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
  prices: prices.map(remembering),
  weather: weather.map(remembering),
  pv: new Map([...pv].map(([id, all]) => [id, all.map(remembering)])),
  history: history && remembering(history),
});
