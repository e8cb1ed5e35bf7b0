import { MS_PER_HOUR } from "@ohmstead/contract";
import { DateTime } from "luxon";
import type { IssuedForecast } from "../../domain/forecast.ts";
import { spokenHours } from "../problem/spoken-hours.ts";
import { doubtful, type Finding, well, wrong } from "./finding.ts";

export interface ForecastToExamine {
  readonly forecast: IssuedForecast;
  readonly nowMs: number;
  readonly timeZone: string;
}

const DAY_MS = 24 * MS_PER_HOUR;
/** Less than this ahead leaves most of a plan without it. */
const LEAST_AHEAD_HOURS = 24;
/** A forecast for another place is off by more than weather ever is. */
const OFF_BY_K = 8;
/** A source that goes on telling yesterday's forecast. */
const OLDEST_ISSUE_MS = DAY_MS;

const ahead = ({ forecast, nowMs }: ForecastToExamine) => forecast.stretches.filter((each) => each.endMs > nowMs);

function reach(given: ForecastToExamine): Finding[] {
  const later = ahead(given);
  const endMs = later.at(-1)?.endMs;
  if (endMs === undefined)
    return [wrong("it answers, but says nothing of the time to come", "check the place or resource in its settings")];
  const hours = (endMs - given.nowMs) / MS_PER_HOUR;
  const ageMs = given.nowMs - given.forecast.issuedAtMs;
  return [
    ...(hours < LEAST_AHEAD_HOURS
      ? [
          doubtful(
            `it ends in ${spokenHours(hours)}`,
            "ask it for more days, or put another source beside it: source takes a list",
          ),
        ]
      : []),
    ...(ageMs > OLDEST_ISSUE_MS
      ? [
          doubtful(
            `its newest forecast was made ${spokenHours(ageMs / MS_PER_HOUR)} ago`,
            "look at the source itself, or put another one beside it",
          ),
        ]
      : []),
  ];
}

/** Outdoor °C: far enough ahead, and of this place. `measuredC`: what the house's own sensor reads now. */
export function examineWeather(given: ForecastToExamine, measuredC: number | undefined): Finding[] {
  const complaints = reach(given);
  const nowC = given.forecast.stretches.find((each) => each.startMs <= given.nowMs && given.nowMs < each.endMs)?.value;
  if (measuredC !== undefined && nowC !== undefined && Math.abs(measuredC - nowC) > OFF_BY_K)
    complaints.push(
      doubtful(
        `it says ${nowC.toFixed(1)} °C now, and the house measures ${measuredC.toFixed(1)} °C`,
        "check its latitude and longitude (west of Greenwich is negative), then the place of meters.outdoorTemp: sun or a warm wall",
      ),
    );
  if (complaints.length > 0) return complaints;
  const values = ahead(given).map(({ value }) => value);
  return [
    well(
      `${Math.min(...values).toFixed(0)} to ${Math.max(...values).toFixed(0)} °C over the next ${spokenHours(((ahead(given).at(-1)?.endMs ?? 0) - given.nowMs) / MS_PER_HOUR)}`,
    ),
  ];
}

/** The middle of a day's sun stands near solar noon, which is never further from noon of the clock than this, summer time included. */
const NOON_HOURS = [10, 15] as const;

/** Mean kW of an array: far enough ahead, no more than its peak, and by day. */
export function examineSun(given: ForecastToExamine, peakKw: number): Finding[] {
  const complaints = reach(given);
  const later = ahead(given);
  const most = Math.max(0, ...later.map(({ value }) => value));
  if (most > 1.2 * peakKw)
    complaints.push(
      wrong(
        `it expects up to ${most.toFixed(1)} kW of an array of ${peakKw} kW`,
        most > 100 * peakKw
          ? "its values look like W: choose the attribute or unit in kW"
          : "check peakKw of the array, and the size given to the source",
      ),
    );
  const energy = later.reduce((sum, each) => sum + each.value * (each.endMs - each.startMs), 0);
  if (later.length > 0 && energy === 0)
    complaints.push(doubtful("it expects no sun at all", "check the place and the size given to the source"));
  const noon = later.reduce((sum, each) => {
    const middle = DateTime.fromMillis((each.startMs + each.endMs) / 2, { zone: given.timeZone });
    return sum + ((middle.hour + middle.minute / 60) * each.value * (each.endMs - each.startMs)) / (energy || 1);
  }, 0);
  const [earliest, latest] = NOON_HOURS;
  if (energy > 0 && (noon < earliest || noon > latest))
    complaints.push(
      doubtful(
        `the middle of its days is at ${Math.floor(noon)}:${String(Math.floor((noon % 1) * 60)).padStart(2, "0")} by the clock of ${given.timeZone}`,
        "check timeZone, and the source's longitude and azimuth: its times, or its roof, look shifted",
      ),
    );
  if (complaints.length > 0) return complaints;
  const kwh = later
    .filter((each) => each.startMs < given.nowMs + DAY_MS)
    .reduce((sum, each) => sum + (each.value * (each.endMs - each.startMs)) / MS_PER_HOUR, 0);
  return [well(`${kwh.toFixed(1)} kWh over the next 24 hours, at most ${most.toFixed(1)} kW`)];
}
