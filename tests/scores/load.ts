import { MS_PER_HOUR } from "@ohmstead/contract";
import { type LoadInputs, learnLoad } from "../../optimizer/src/cycles/expected-load.ts";
import { localClock } from "../../optimizer/src/domain/local-time.ts";
import type { Stretch } from "../../optimizer/src/domain/series.ts";
import { forecastBaseLoad, type LoadProfile } from "../../optimizer/src/forecasts/base-load.ts";
import type { Family, ScoreRow, ScoreTable } from "./family.ts";
import { columnOf, type HouseFile, houseFiles, kwFactor } from "./house-file.ts";
import { isHeldOut } from "./months.ts";
import { asAWeekAgo, asLastWeek, asYesterday, type MeasuredAt } from "./naive.ts";
import { type Trial, scoreOf } from "./score.ts";

const DAY_MS = 24 * MS_PER_HOUR;
const AHEAD_MS = 2 * DAY_MS;
const ISSUE_MS = 6 * MS_PER_HOUR;
/** So much must be known before the first forecast. */
const FIRST_MS = 28 * DAY_MS;
/** More than the profile looks back. */
const HISTORY_MS = 60 * DAY_MS;
const ANNUAL_KWH = 3500;

type Value = Omit<Trial, "measured">;
/** What a forecaster says at `issuedAtMs` of the intervals that begin then; undefined where it says nothing. */
type Forecaster = (issuedAtMs: number, starts: readonly number[]) => readonly (Value | undefined)[];

/** A forecast is judged by how far ahead it was, or by how long the house has been known. */
interface Class {
  readonly name: string;
  readonly from: number;
  readonly until: number;
}
const LEADS: readonly Class[] = [
  { name: "0-2 h", from: 0, until: 2 },
  { name: "2-24 h", from: 2, until: 24 },
  { name: "24-48 h", from: 24, until: 48 },
];
const AGES: readonly Class[] = [
  { name: "first day", from: 0, until: 1 },
  { name: "days 2-3", from: 1, until: 3 },
  { name: "days 4-7", from: 3, until: 7 },
  { name: "days 8-14", from: 7, until: 14 },
];
const classOf = (classes: readonly Class[], value: number): string | undefined =>
  classes.find(({ from, until }) => value >= from && value < until)?.name;

/** The files' names begin with the place. The Californian ones keep standard time all year. */
const ZONES: readonly (readonly [string, string])[] = [
  ["us_ca_", "Etc/GMT+8"],
  ["fr_", "Europe/Paris"],
  ["gb_", "Europe/London"],
  ["de_", "Europe/Berlin"],
  ["fi_", "Europe/Helsinki"],
];

const isLoad = (column: string): boolean => /^load_(w|kw|kwh)$/.test(column);

interface House {
  readonly timeZone: string;
  readonly stepMs: number;
  readonly measured: readonly Stretch[];
  readonly measuredAt: MeasuredAt;
  readonly outdoor: readonly Stretch[];
  readonly fromMs: number;
  readonly untilMs: number;
}

function houseOf(file: HouseFile): House {
  const column = file.columns.find(isLoad) ?? "";
  const measured = columnOf(file, column, { factor: kwFactor(column, file.stepMs) });
  const byStart = new Map(measured.map(({ startMs, value }) => [startMs, value]));
  return {
    timeZone: ZONES.find(([prefix]) => file.name.startsWith(prefix))?.[1] ?? "UTC",
    stepMs: file.stepMs,
    measured,
    measuredAt: (startMs) => byStart.get(startMs),
    outdoor: file.columns.includes("outdoor_temp_c") ? columnOf(file, "outdoor_temp_c") : [],
    fromMs: measured[0]?.startMs ?? 0,
    untilMs: measured.at(-1)?.endMs ?? 0,
  };
}

const within = (series: readonly Stretch[], fromMs: number, untilMs: number): Stretch[] =>
  series.filter(({ startMs, endMs }) => startMs >= fromMs && endMs <= untilMs);

/** As the plan cycle does it, known since `sinceMs`. */
const learned =
  (
    { timeZone, stepMs, measured, outdoor }: House,
    { sinceMs = 0, learn = learnLoad }: { readonly sinceMs?: number; readonly learn?: typeof learnLoad } = {},
  ): Forecaster =>
  (nowMs, starts) => {
    const history = within(measured, Math.max(sinceMs, nowMs - HISTORY_MS), nowMs);
    const inputs: LoadInputs = {
      history,
      outdoor: within(outdoor, Math.max(sinceMs, nowMs - HISTORY_MS), nowMs + AHEAD_MS),
      nowMs,
    };
    const profile = learn({ timeZone, load: { annualKwh: ANNUAL_KWH } }, inputs);
    const slots = starts.map((startMs) => ({ startMs, hours: stepMs / MS_PER_HOUR }));
    const said = (what: Parameters<LoadProfile["at"]>[1]) => forecastBaseLoad({ slots, profile, history, nowMs }, what);
    const [forecast, low, high] = [said("meanKw"), said("lowKw"), said("highKw")];
    return starts.map((_, k) => ({ forecast: forecast[k] ?? Number.NaN, low: low[k], high: high[k] }));
  };

/** The standard household as configured, whatever is measured. */
const presetAlone = (house: House): Forecaster =>
  learned(house, { learn: (config, { nowMs }) => learnLoad(config, { history: [], nowMs }) });

function naive({ measuredAt, stepMs }: House, how: typeof asYesterday, sinceMs = 0): Forecaster {
  const known: MeasuredAt = (startMs) => (startMs >= sinceMs ? measuredAt(startMs) : undefined);
  return (issuedAtMs, starts) => starts.map((startMs) => how(known, { startMs, endMs: startMs + stepMs }, issuedAtMs));
}

type Forecasters = readonly (readonly [string, Forecaster])[];

/** Trials by class and forecaster. */
function createBook(classes: readonly Class[], names: readonly string[]) {
  const trials = new Map(classes.map(({ name }) => [name, new Map(names.map((each) => [each, [] as Trial[]]))]));
  return {
    /** One issue of all forecasters, of which those values count that every one of them has. */
    take: (
      { measuredAt, stepMs }: House,
      forecasters: Forecasters,
      issuedAtMs: number,
      hours: number,
      nameOf: (leadHours: number) => string | undefined,
    ): void => {
      const starts = Array.from({ length: (hours * MS_PER_HOUR) / stepMs }, (_, k) => issuedAtMs + k * stepMs);
      if (!starts.some((startMs) => isHeldOut(startMs))) return;
      const said = forecasters.map(([name, forecaster]) => [name, forecaster(issuedAtMs, starts)] as const);
      for (const [k, startMs] of starts.entries()) {
        const measured = measuredAt(startMs);
        const into = trials.get(nameOf((startMs + stepMs / 2 - issuedAtMs) / MS_PER_HOUR) ?? "");
        if (measured === undefined || !into || !isHeldOut(startMs)) continue;
        if (said.some(([, values]) => values[k] === undefined)) continue;
        for (const [name, values] of said) into.get(name)?.push({ ...(values[k] as Value), measured });
      }
    },
    rows: (): ScoreRow[] =>
      [...trials].flatMap(([lead, byName]) =>
        [...byName].flatMap(([forecaster, each]) => {
          const score = scoreOf(each);
          return score ? [{ forecaster, lead, score }] : [];
        }),
      ),
  };
}

/** Every six hours for two days. */
function rolling(house: House): ScoreRow[] {
  const forecasters: Forecasters = [
    ["learned", learned(house)],
    ["as yesterday", naive(house, asYesterday)],
    ["as a week ago", naive(house, asAWeekAgo)],
    ["mean of last week", naive(house, asLastWeek)],
  ];
  const book = createBook(
    LEADS,
    forecasters.map(([name]) => name),
  );
  for (let ms = house.fromMs + FIRST_MS; ms + AHEAD_MS <= house.untilMs; ms += ISSUE_MS)
    book.take(house, forecasters, ms, AHEAD_MS / MS_PER_HOUR, (lead) => classOf(LEADS, lead));
  return book.rows();
}

/** At each local midnight for the day that begins. */
function dayAhead(house: House): ScoreRow[] {
  const forecasters: Forecasters = [
    ["learned", learned(house)],
    ["as yesterday", naive(house, asYesterday)],
    ["as a week ago", naive(house, asAWeekAgo)],
  ];
  const midnights: readonly Class[] = [{ name: "at midnight, 24 h", from: 0, until: 24 }];
  const book = createBook(
    midnights,
    forecasters.map(([name]) => name),
  );
  const clock = localClock(house.timeZone);
  const isMidnight = (ms: number): boolean => clock(ms).minuteOfDay === 0;
  for (let ms = house.fromMs + FIRST_MS; ms + DAY_MS <= house.untilMs; ms += house.stepMs)
    if (isMidnight(ms)) book.take(house, forecasters, ms, 24, (lead) => classOf(midnights, lead));
  return book.rows();
}

/** Begun anew on the first of each held-out month, for its first two weeks: every six hours for one day. */
function firstWeeks(house: House): ScoreRow[] {
  const names = ["learned", "preset alone", "as yesterday, else preset"];
  const book = createBook(AGES, names);
  const preset = presetAlone(house);
  for (let sinceMs = house.fromMs; sinceMs + 14 * DAY_MS <= house.untilMs; sinceMs += ISSUE_MS) {
    const isFirst = isHeldOut(sinceMs) && new Date(sinceMs).getUTCDate() === 1 && new Date(sinceMs).getUTCHours() < 6;
    if (!isFirst) continue;
    const yesterday = naive(house, asYesterday, sinceMs);
    const forecasters: Forecasters = [
      ["learned", learned(house, { sinceMs })],
      ["preset alone", preset],
      [
        "as yesterday, else preset",
        (nowMs, starts) => {
          const otherwise = preset(nowMs, starts);
          return yesterday(nowMs, starts).map((each, k) => each ?? otherwise[k]);
        },
      ],
    ];
    for (let ms = sinceMs; ms < sinceMs + 14 * DAY_MS; ms += ISSUE_MS)
      book.take(house, forecasters, ms, 24, () => classOf(AGES, (ms - sinceMs) / DAY_MS));
  }
  return book.rows();
}

function* tablesOf(file: HouseFile): Generator<ScoreTable> {
  const house = houseOf(file);
  const column = file.columns.find(isLoad) ?? "";
  const unit = "kW, February, April … December";
  const weather =
    house.outdoor.length > 0
      ? "The outdoor temperature of the file stands for a forecast without error, where the profile uses it."
      : "This file holds no outdoor temperature: the weather plays no part.";
  yield { title: `${file.name}, ${column}`, unit, rows: [...rolling(house), ...dayAhead(house)], notes: [weather] };
  const rows = firstWeeks(house);
  if (rows.length > 0)
    yield {
      title: `${file.name}, ${column}: the first two weeks of a house`,
      unit,
      rows,
      notes: [`Begun anew each held-out month with a standard household of ${ANNUAL_KWH} kWh a year; one day ahead.`],
    };
}

/** The load of a house, for the next two days. */
export const load: Family = {
  name: "load",
  // oxlint-disable-next-line require-await -- families may read as they go
  run: async function* (folder) {
    for (const file of houseFiles(folder, isLoad)) yield* tablesOf(file);
  },
};
