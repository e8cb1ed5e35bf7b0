import { type HomeConfig, MS_PER_HOUR } from "@ohmstead/contract";
import type { Clock } from "../domain/clock.ts";
import type { IssuedForecast } from "../domain/forecast.ts";
import type { Stretch } from "../domain/series.ts";
import { MS_PER_MINUTE } from "../domain/slots.ts";
import { rankForecasts, type RankedForecast, type SourceWord } from "../forecasts/blend-forecasts.ts";
import { hourlyMeans, judgedHours } from "../forecasts/judged-hours.ts";
import { type ErrorKind, skillOf, type SourceSkill } from "../forecasts/source-skill.ts";
import type { PvSource, WeatherSource } from "../sources/source.ts";
import type { Store } from "../store/store.ts";
import type { SourceAsker } from "./ask-sources.ts";

export const OUTDOOR_SERIES = "outdoorTempC";
export const pvSeries = (arrayId: string): string => `pv/${arrayId}`;
/** The source of what is sent in; without a place in the config it comes after those that have one. */
const PUSH = "push";

/** What was measured up to now, °C and kW; oldest first. */
export interface MeasuredForJudging {
  readonly outdoorTempC: readonly Stretch[];
  /** By array; without what our own limit held back. */
  readonly pv: ReadonlyMap<string, readonly Stretch[]>;
}

export interface ForecastDesk {
  /** Asks every source whose time has come. Answers whether one said something new. Never rejects. */
  refresh(): Promise<boolean>;
  /** Somebody sent a forecast in; it has been checked. */
  take(series: string, issued: IssuedForecast): void;
  /** Outdoor °C, best first. */
  outdoor(): readonly RankedForecast[];
  /** kW by array, best first. */
  sun(): ReadonlyMap<string, readonly RankedForecast[]>;
}

/** What was said longer ago is no help any more. */
const OLDEST_MS = 72 * MS_PER_HOUR;
/** Errors are judged over so long, anew every hour. */
const JUDGED_MS = 21 * 24 * MS_PER_HOUR;
const JUDGE_EVERY_MS = MS_PER_HOUR;
/** Of each source so many older answers are kept at hand: what one of them covers, the newest may leave out. */
const AT_HAND = 4;
/** What had been said of the last hours is compared with what came (forecasts/sky.ts). */
const RECENT_MS = 3 * MS_PER_HOUR;

interface Desk {
  readonly series: string;
  readonly sources: readonly (WeatherSource | PvSource)[];
  readonly errors: ErrorKind;
  readonly measured: () => readonly Stretch[];
  /** By source, newest first. */
  readonly words: Map<string, IssuedForecast[]>;
  skills: ReadonlyMap<string, SourceSkill>;
  judgedAtMs: number;
}

/** A source's word counts as that of now while it is no older than two of its rounds and an hour. */
const isFresh = (issuedAtMs: number, refreshMinutes: number, nowMs: number): boolean =>
  nowMs - issuedAtMs <= (2 * refreshMinutes + 60) * MS_PER_MINUTE;
/** Of a source that the config does not name: twice a day somebody is expected to send. */
const PUSH_REFRESH_MINUTES = 720;

/**
 * Keeps what is said of the weather and the sun: every answer goes into the store with its issue time; what was measured since judges it. Once
 * an hour the sources' recent errors are counted; at each plan their newest words are corrected, blended and ranked.
 */
export function createForecastDesk(deps: {
  readonly config: Pick<HomeConfig, "pvArrays">;
  readonly sources: {
    readonly weather: readonly WeatherSource[];
    readonly pv: ReadonlyMap<string, readonly PvSource[]>;
  };
  readonly store: Pick<Store, "forecasts">;
  readonly clock: Pick<Clock, "nowMs">;
  readonly asker: SourceAsker;
  readonly measured: () => MeasuredForJudging;
}): ForecastDesk {
  const { config, sources, store, clock, asker, measured } = deps;

  const deskFor = (series: string, given: Desk["sources"], errors: ErrorKind, measuredOf: Desk["measured"]): Desk => {
    const desk: Desk = {
      series,
      sources: given,
      errors,
      measured: measuredOf,
      words: new Map(),
      skills: new Map(),
      judgedAtMs: Number.NEGATIVE_INFINITY,
    };
    for (const vintage of store.forecasts.since(series, clock.nowMs() - OLDEST_MS)) note(desk, vintage.source, vintage);
    return desk;
  };
  const outdoorDesk = deskFor(OUTDOOR_SERIES, sources.weather, { kind: "additive" }, () => measured().outdoorTempC);
  const sunDesks = new Map(
    config.pvArrays.map(({ id, peakKw }) => [
      id,
      deskFor(
        pvSeries(id),
        sources.pv.get(id) ?? [],
        { kind: "proportional", most: peakKw },
        () => measured().pv.get(id) ?? [],
      ),
    ]),
  );
  const all = [outdoorDesk, ...sunDesks.values()];

  /** An answer that says nothing is none. */
  function keep(desk: Desk, source: string, issued: IssuedForecast): boolean {
    if (issued.stretches.length === 0) return false;
    const isNew = store.forecasts.save(desk.series, source, issued);
    note(desk, source, issued);
    return isNew;
  }

  async function ask(desk: Desk, source: WeatherSource | PvSource): Promise<boolean> {
    // After a restart the word of before still holds: a source that allows ten calls a day is not asked again at once.
    const newest = desk.words.get(source.name)?.[0];
    const isYoung = newest && clock.nowMs() - newest.issuedAtMs < source.refreshMinutes * MS_PER_MINUTE;
    const hasAnswered = asker.states().some((each) => each.series === desk.series && each.source === source.name);
    if (isYoung && !hasAnswered) return false;
    const answer = await asker.ask(desk.series, source);
    return answer ? keep(desk, source.name, answer) : false;
  }

  function judge(desk: Desk, nowMs: number): void {
    if (nowMs - desk.judgedAtMs < JUDGE_EVERY_MS && nowMs >= desk.judgedAtMs) return;
    desk.judgedAtMs = nowMs;
    const fromMs = nowMs - JUDGED_MS;
    const vintages = Map.groupBy(store.forecasts.since(desk.series, fromMs - OLDEST_MS), ({ source }) => source);
    const came = hourlyMeans(desk.measured());
    desk.skills = new Map(
      [...vintages].map(([source, issued]) => [source, skillOf(judgedHours(issued, came, fromMs), desk.errors, nowMs)]),
    );
  }

  function ranked(desk: Desk): RankedForecast[] {
    const nowMs = clock.nowMs();
    judge(desk, nowMs);
    const names = [...new Set([...desk.sources.map(({ name }) => name), ...(desk.words.has(PUSH) ? [PUSH] : [])])];
    const fresh: SourceWord[] = [];
    const old: SourceWord[] = [];
    for (const source of names) {
      const refreshMinutes = desk.sources.find(({ name }) => name === source)?.refreshMinutes ?? PUSH_REFRESH_MINUTES;
      const skill = desk.skills.get(source) ?? skillOf([], desk.errors, nowMs);
      const [newest, ...older] = (desk.words.get(source) ?? []).filter((each) => nowMs - each.issuedAtMs <= OLDEST_MS);
      if (!newest) continue;
      const isNow = isFresh(newest.issuedAtMs, refreshMinutes, nowMs);
      (isNow ? fresh : old).push({ ...withRecentPast(newest, older, nowMs), source, skill });
      old.push(...older.map((each) => ({ ...each, source, skill })));
    }
    return rankForecasts(fresh, old, names[0]);
  }

  return {
    refresh: async () => {
      const news = await Promise.all(all.flatMap((desk) => desk.sources.map((source) => ask(desk, source))));
      return news.includes(true);
    },
    take: (series, issued) => {
      const desk = all.find((each) => each.series === series);
      if (desk) keep(desk, PUSH, issued);
    },
    outdoor: () => ranked(outdoorDesk),
    sun: () => new Map([...sunDesks].map(([id, desk]) => [id, ranked(desk)])),
  };
}

/** Newest first, each issue once, a few. */
function note(desk: Desk, source: string, issued: IssuedForecast): void {
  const others = (desk.words.get(source) ?? []).filter((each) => each.issuedAtMs !== issued.issuedAtMs);
  desk.words.set(source, [issued, ...others].toSorted((a, b) => b.issuedAtMs - a.issuedAtMs).slice(0, AT_HAND));
}

/** A source that speaks of the future only: what it had said of the last hours, by its newest word before each. */
function withRecentPast(newest: IssuedForecast, older: readonly IssuedForecast[], nowMs: number): IssuedForecast {
  let stretches = newest.stretches;
  for (const each of older) {
    const fromMs = stretches[0]?.startMs ?? Number.POSITIVE_INFINITY;
    if (fromMs <= nowMs - RECENT_MS) break;
    stretches = [
      ...each.stretches.filter(({ startMs, endMs }) => endMs <= fromMs && startMs >= nowMs - RECENT_MS),
      ...stretches,
    ];
  }
  return { issuedAtMs: newest.issuedAtMs, stretches };
}
