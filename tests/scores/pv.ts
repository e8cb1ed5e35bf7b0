import { MS_PER_HOUR } from "@ohmstead/contract";
import { powerOf } from "../../optimizer/src/domain/plane-of-array.ts";
import { type JudgedHour, LEAD_BORDERS } from "../../optimizer/src/forecasts/judged-hours.ts";
import { skyOfLastHour } from "../../optimizer/src/forecasts/sky.ts";
import { skillOf } from "../../optimizer/src/forecasts/source-skill.ts";
import { evenSlots } from "../../optimizer/src/domain/slots.ts";
import { type Stretch } from "../../optimizer/src/domain/series.ts";
import { forecastPv } from "../../optimizer/src/forecasts/pv.ts";
import type { Family, ScoreRow, ScoreTable } from "./family.ts";
import { columnOf, type HouseFile, houseFiles, kwFactor } from "./house-file.ts";
import { isHeldOut } from "./months.ts";
import { asLastWeek, asYesterday, type MeasuredAt } from "./naive.ts";
import { type Trial, scoreOf } from "./score.ts";

const DAY_MS = 24 * MS_PER_HOUR;
/** Borders of the lead times that are told apart, hours. */
const LEADS = [0, 3, 6, 12, 24, 48] as const;
const AHEAD_HOURS = 48;
/** A forecast is made so often. */
const ISSUE_HOURS = 3;
const HISTORY_MS = 28 * DAY_MS;
const FIRST_MS = 28 * DAY_MS;
/** An hour of the day belongs to the day when within so many days it gave this share of the peak. */
const DAYLIGHT_DAYS = 7;
const DAYLIGHT_SHARE = 0.01;
const JUDGED_MS = 21 * DAY_MS;
const LOSS_SHARE = 0.17;

type Value = Omit<Trial, "measured">;
/** What a forecaster says at `issuedAtMs` of the hours ahead; undefined where it says nothing. */
type Forecaster = (issuedAtMs: number, starts: readonly number[]) => readonly (Value | undefined)[];

const isSun = (column: string): boolean => /^pv_(w|kwh|kw)(_|$)/.test(column);

/** Solar power of one house, kW, by the hour. */
interface SunYear {
  readonly file: HouseFile;
  readonly column: string;
  readonly measured: readonly Stretch[];
  readonly measuredAt: MeasuredAt;
  readonly peakKw: number;
  readonly fromMs: number;
  readonly untilMs: number;
}

function sunYear(file: HouseFile): SunYear {
  const column = file.columns.find(isSun) ?? "";
  const factor = kwFactor(column, file.stepMs);
  // Houses that report changes only say nothing at night.
  const measured = columnOf(file, column, { factor, blankIsZero: true });
  const [first, last] = [measured[0], measured.at(-1)];
  const fromMs = Math.ceil((first?.startMs ?? 0) / MS_PER_HOUR) * MS_PER_HOUR;
  const untilMs = last?.endMs ?? 0;
  const byHour = new Map<number, number>();
  const perHour = MS_PER_HOUR / file.stepMs;
  for (const { startMs, value } of measured) {
    const hour = Math.floor(startMs / MS_PER_HOUR) * MS_PER_HOUR;
    byHour.set(hour, (byHour.get(hour) ?? 0) + value / perHour);
  }
  return {
    file,
    column,
    measured,
    measuredAt: (startMs) => byHour.get(startMs),
    peakKw: Math.ceil(10 * measured.reduce((most, { value }) => Math.max(most, value), 0)) / 10,
    fromMs,
    untilMs,
  };
}

/** Hours of the UTC day that belong to the day at this time of the year. */
const isDaylight = ({ measuredAt, peakKw }: SunYear, startMs: number): boolean =>
  Array.from({ length: 2 * DAYLIGHT_DAYS + 1 }, (_, k) => measuredAt(startMs + (k - DAYLIGHT_DAYS) * DAY_MS) ?? 0).some(
    (kw) => kw > DAYLIGHT_SHARE * peakKw,
  );

const naive =
  ({ measuredAt }: SunYear, how: typeof asYesterday): Forecaster =>
  (issuedAtMs, starts) =>
    starts.map((startMs) => how(measuredAt, { startMs, endMs: startMs + MS_PER_HOUR }, issuedAtMs));

/** What the plan uses where nobody forecasts the sun. */
const learned =
  ({ measured, peakKw, file }: SunYear): Forecaster =>
  (issuedAtMs, starts) => {
    const end = Math.round((issuedAtMs - (measured[0]?.startMs ?? 0)) / file.stepMs);
    const history = measured.slice(Math.max(0, end - Math.round(HISTORY_MS / file.stepMs)), end);
    const slots = evenSlots(starts[0] ?? 0, 1, starts.length);
    return (
      forecastPv({ slots, history, nowMs: issuedAtMs, peakKw })?.map((forecast) => ({ forecast })) ??
      starts.map(() => undefined)
    );
  };

/**
 * A forecast as the plan treats it: `said` by the hour, as if said again at every issue; corrected by what the 21 days before say of it, with a band
 * from its errors, and, where that is asked for, moved by the sky of the last hour.
 */
function treated(
  { measured, measuredAt, peakKw, file }: SunYear,
  said: MeasuredAt,
  { isJudged, hasSky }: { readonly isJudged: boolean; readonly hasSky: boolean },
): Forecaster {
  return (issuedAtMs, starts) => {
    const judged: JudgedHour[] = [];
    const fromMs = issuedAtMs - (isJudged ? JUDGED_MS : 0);
    for (let startMs = fromMs; startMs < issuedAtMs; startMs += MS_PER_HOUR) {
      const [forecast, came] = [said(startMs), measuredAt(startMs)];
      if (forecast === undefined || came === undefined) continue;
      for (const lead of LEAD_BORDERS.keys()) judged.push({ startMs, lead, forecast, measured: came });
    }
    const skill = skillOf(judged, { kind: "proportional", most: peakKw }, issuedAtMs);
    const correctAt = (startMs: number) => {
      const value = said(startMs);
      return value === undefined
        ? undefined
        : skill.correct({ startMs, endMs: startMs + MS_PER_HOUR, value }, issuedAtMs);
    };
    const recent = [-3, -2, -1].flatMap((hour) => correctAt(issuedAtMs + hour * MS_PER_HOUR) ?? []);
    const end = Math.round((issuedAtMs - (measured[0]?.startMs ?? 0)) / file.stepMs);
    const history = measured.slice(Math.max(0, end - 12), end);
    const sky = hasSky ? skyOfLastHour({ expected: recent, measured: history, nowMs: issuedAtMs, peakKw }) : () => 1;
    return starts.map((startMs) => {
      const stretch = correctAt(startMs);
      if (!stretch) return undefined;
      const factor = sky({ startMs, hours: 1 });
      const moved = (kw: number | undefined) => (kw === undefined ? undefined : Math.min(peakKw, kw * factor));
      return { forecast: moved(stretch.value) ?? 0, low: moved(stretch.low), high: moved(stretch.high) };
    });
  };
}

/** The three ways of one forecast, by name. */
const waysOf = (year: SunYear, name: string, said: MeasuredAt): (readonly [string, Forecaster])[] => [
  [`${name}, as said`, treated(year, said, { isJudged: false, hasSky: false })],
  [`${name}, corrected`, treated(year, said, { isJudged: true, hasSky: false })],
  [`${name}, corrected, last hour`, treated(year, said, { isJudged: true, hasSky: true })],
];

/** Means of the hours of a column. */
function hourly(file: HouseFile, column: string, factor: number): MeasuredAt {
  const byHour = Map.groupBy(
    columnOf(file, column, { factor }),
    ({ startMs }) => Math.floor(startMs / MS_PER_HOUR) * MS_PER_HOUR,
  );
  const means = new Map(
    [...byHour].map(([hour, all]) => [hour, all.reduce((sum, { value }) => sum + value, 0) / all.length]),
  );
  return (startMs) => means.get(startMs);
}

/** Columns from which a forecast of the sun can be made, and what to know of it. */
function givenForecasts(year: SunYear): { readonly ways: (readonly [string, Forecaster])[]; readonly notes: string[] } {
  const { file, peakKw } = year;
  const has = (column: string) => file.columns.includes(column);
  if (has("pv_forecast_w")) {
    const said = hourly(file, "pv_forecast_w", 0.001);
    return {
      ways: waysOf(year, "its own forecast", (startMs) => {
        const kw = said(startMs);
        return kw === undefined ? undefined : Math.max(0, kw);
      }),
      notes: [
        "pv_forecast_w is the forecast that the house itself had, without a time of issue: it is taken as said again at every issue, the same for all lead times, and only hours that it has are scored.",
      ],
    };
  }
  if (has("poa_irradiance_w_per_m2") && has("outdoor_temp_c")) {
    const [light, airTempC] = [hourly(file, "poa_irradiance_w_per_m2", 1), hourly(file, "outdoor_temp_c", 1)];
    const nominalKw = Number(/pv_w_([\d.]+)kwp/.exec(year.column)?.[1] ?? peakKw);
    return {
      ways: waysOf(year, "our model of the recorded light", (startMs) => {
        const [wPerM2, tempC] = [light(startMs), airTempC(startMs)];
        if (wPerM2 === undefined || tempC === undefined) return undefined;
        return powerOf(wPerM2, tempC, { peakKw: nominalKw, lossShare: LOSS_SHARE, inverterKw: nominalKw });
      }),
      notes: [
        "The recorded light on the plane stands in for a forecast without error: this scores the model of the modules (domain/plane-of-array.ts), not the weather. The power beside it is itself modelled (PVGIS).",
      ],
    };
  }
  return {
    ways: [],
    notes: [
      "This file holds no forecast, and no light on the plane of the array: what is scored is learned from the measured sun alone.",
    ],
  };
}

const leadOf = (hours: number): number => LEADS.findLastIndex((each) => each <= hours);
const leadName = (k: number): string => `${LEADS[k]}-${LEADS[k + 1]} h`;

/** Every forecaster on the same hours of daylight in held-out months: those of which all of them say something. */
function rowsOf(year: SunYear, forecasters: ReadonlyMap<string, Forecaster>): ScoreRow[] {
  const trials = new Map<string, Trial[][]>([...forecasters.keys()].map((name) => [name, LEADS.map(() => [])]));
  for (let issuedAtMs = year.fromMs + FIRST_MS; issuedAtMs < year.untilMs; issuedAtMs += ISSUE_HOURS * MS_PER_HOUR) {
    const starts = Array.from({ length: AHEAD_HOURS }, (_, k) => issuedAtMs + k * MS_PER_HOUR).filter(
      (startMs) => isHeldOut(startMs) && year.measuredAt(startMs) !== undefined,
    );
    if (starts.length === 0) continue;
    const all = Array.from({ length: AHEAD_HOURS }, (_, k) => issuedAtMs + k * MS_PER_HOUR);
    const said = [...forecasters].map(([name, forecaster]) => [name, forecaster(issuedAtMs, all)] as const);
    for (const startMs of starts) {
      const k = (startMs - issuedAtMs) / MS_PER_HOUR;
      const measured = year.measuredAt(startMs);
      if (measured === undefined || !isDaylight(year, startMs)) continue;
      if (said.some(([, values]) => values[k] === undefined)) continue;
      for (const [name, values] of said) {
        const value = values[k];
        if (value) trials.get(name)?.[leadOf(k)]?.push({ ...value, measured });
      }
    }
  }
  return LEADS.slice(0, -1).flatMap((_, lead) =>
    [...trials].flatMap(([forecaster, byLead]) => {
      const score = scoreOf(byLead[lead] ?? []);
      return score ? [{ forecaster, lead: leadName(lead), score }] : [];
    }),
  );
}

function tableOf(file: HouseFile): ScoreTable {
  const year = sunYear(file);
  const { ways, notes } = givenForecasts(year);
  const forecasters = new Map<string, Forecaster>([
    ...ways,
    ["learned", learned(year)],
    ["as yesterday", naive(year, asYesterday)],
    ["mean of last week", naive(year, asLastWeek)],
  ]);
  return {
    title: `${file.name}, ${year.column}, peak ${year.peakKw} kW`,
    unit: "kW, hours of daylight in February, April … December",
    rows: rowsOf(year, forecasters),
    notes,
  };
}

/** Forecasts of solar power, made every three hours for the next two days. */
export const pv: Family = {
  name: "pv",
  // oxlint-disable-next-line require-await -- families may read as they go
  run: async function* (folder) {
    for (const file of houseFiles(folder, isSun)) yield tableOf(file);
  },
};
