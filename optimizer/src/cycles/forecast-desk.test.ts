import { MS_PER_HOUR } from "@ohmstead/contract";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SourceError } from "../domain/errors.ts";
import type { IssuedForecast } from "../domain/forecast.ts";
import type { Stretch } from "../domain/series.ts";
import type { PvSource } from "../sources/source.ts";
import { openStore, type Store } from "../store/store.ts";
import { createSourceAsker } from "./ask-sources.ts";
import { createForecastDesk } from "./forecast-desk.ts";

const DAY_MS = 24 * MS_PER_HOUR;
let nowMs: number;
let store: Store;
beforeEach(() => {
  nowMs = Date.UTC(2024, 5, 1, 9);
  store = openStore(":memory:");
});
afterEach(() => store.close());

const clearKw = (ms: number) => Math.max(0, 4 * Math.sin((((ms % DAY_MS) / MS_PER_HOUR - 6) / 12) * Math.PI));
const hours = (fromMs: number, count: number, kw: (ms: number) => number): Stretch[] =>
  Array.from({ length: count }, (_, k) => {
    const startMs = fromMs + k * MS_PER_HOUR;
    return { startMs, endMs: startMs + MS_PER_HOUR, value: kw(startMs + MS_PER_HOUR / 2) };
  });

/** Two days ahead, as a share of a clear day; silent while it is told to be. */
function forecaster(name: string, share: number) {
  const state = { asked: 0, isSilent: false };
  const source: PvSource = {
    kind: name,
    name,
    refreshMinutes: 60,
    fetch: async (atMs): Promise<IssuedForecast> => {
      state.asked += 1;
      if (state.isSilent) throw new SourceError(name, "cannot be reached", { trouble: "unreachable" });
      return { issuedAtMs: atMs, stretches: hours(atMs, 48, (ms) => share * clearKw(ms)) };
    },
  };
  return { source, state };
}
let measured: Stretch[];
beforeEach(() => {
  measured = [];
});
const deskOf = (...sources: readonly PvSource[]) => {
  const clock = { nowMs: () => nowMs };
  return createForecastDesk({
    config: {
      pvArrays: [
        { id: "roof", peakKw: 5, sensors: { power: { source: "sensor.pv", invert: false, staleAfterMinutes: 30 } } },
      ],
    },
    sources: { weather: [], pv: new Map([["roof", sources]]) },
    store,
    clock,
    asker: createSourceAsker({ clock, logger: pino({ level: "silent" }), random: () => 0.5 }),
    measured: () => ({ outdoorTempC: [], pv: new Map([["roof", measured]]) }),
  });
};
const ranks = (desk: ReturnType<typeof deskOf>) =>
  (desk.sun().get("roof") ?? []).map(({ rung, source, issuedAtMs }) => [
    rung,
    source,
    (nowMs - issuedAtMs) / MS_PER_HOUR,
  ]);
const noonOf = (desk: ReturnType<typeof deskOf>, at = 0) =>
  desk
    .sun()
    .get("roof")
    ?.[at]?.stretches.find(({ startMs }) => new Date(startMs).getUTCHours() === 12 && startMs > nowMs)?.value;

test("two sources are blended, each alone stands behind, and what is new is told", async () => {
  const desk = deskOf(forecaster("one", 1).source, forecaster("two", 0.5).source);
  expect(await desk.refresh()).toBe(true);
  expect(await desk.refresh()).toBe(false);
  expect(ranks(desk)).toEqual([
    ["best", "one + two", 0],
    ["best", "one", 0],
    ["second", "two", 0],
  ]);
  expect(noonOf(desk)).toBeCloseTo(0.75 * (noonOf(desk, 1) ?? 0), 6);
});

test("E07 a source that falls silent counts for its rounds, then as an older word, and in the end not at all", async () => {
  const one = forecaster("one", 1);
  const desk = deskOf(one.source);
  await desk.refresh();
  one.state.isSilent = true;
  const after = async (hour: number) => {
    nowMs += hour * MS_PER_HOUR;
    await desk.refresh();
    return ranks(desk);
  };
  expect(await after(3)).toEqual([["best", "one", 3]]);
  expect(await after(1)).toEqual([["cached", "one", 4]]);
  expect(await after(30)).toEqual([["cached", "one", 34]]);
  expect(await after(60)).toEqual([]);
  one.state.isSilent = false;
  expect(await after(2)).toEqual([["best", "one", 0]]);
});

test("after a restart the word of before holds, and a source with few calls a day is not asked again at once", async () => {
  const one = forecaster("one", 1);
  await deskOf(one.source).refresh();
  nowMs += MS_PER_HOUR / 2;
  const desk = deskOf(one.source);
  await desk.refresh();
  expect(one.state.asked).toBe(1);
  expect(ranks(desk)).toEqual([["best", "one", 0.5]]);
  nowMs += MS_PER_HOUR / 2;
  await desk.refresh();
  expect(one.state.asked).toBe(2);
});

test("what was measured judges what was said: who always says double is halved, and who is right counts more", async () => {
  const desk = deskOf(forecaster("right", 1).source, forecaster("double", 2).source);
  const fromMs = nowMs;
  for (let day = 0; day < 14; day += 1)
    for (let hour = 0; hour < 24; hour += 3) {
      await desk.refresh();
      nowMs += 3 * MS_PER_HOUR;
    }
  measured = hours(fromMs, 14 * 24, clearKw);
  // Errors are counted anew once an hour.
  nowMs += MS_PER_HOUR;
  await desk.refresh();
  const clearNoon = clearKw(12.5 * MS_PER_HOUR);
  expect(Math.abs((noonOf(desk, 2) ?? 0) - clearNoon)).toBeLessThan(0.12 * clearNoon);
  expect(Math.abs((noonOf(desk, 0) ?? 0) - clearNoon)).toBeLessThan(0.06 * clearNoon);
});

test("a forecast that was sent in speaks alone where the config names no source, and survives a restart", () => {
  deskOf().take("pv/roof", { issuedAtMs: nowMs - MS_PER_HOUR, stretches: hours(nowMs, 24, () => 1) });
  expect(ranks(deskOf())).toEqual([["best", "push", 1]]);
});

test("a source that speaks of the future only is followed by what it had said of the last hours", async () => {
  const desk = deskOf(forecaster("one", 1).source);
  await desk.refresh();
  nowMs += MS_PER_HOUR;
  await desk.refresh();
  const [best] = desk.sun().get("roof") ?? [];
  expect(best?.stretches[0]?.startMs).toBe(nowMs - MS_PER_HOUR);
  best?.stretches.slice(1).forEach((each, k) => expect(each.startMs).toBe(best.stretches[k]?.endMs));
});
