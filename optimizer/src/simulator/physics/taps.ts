import { MS_PER_HOUR } from "@ohmstead/contract";
import { MS_PER_MINUTE } from "../../domain/slots.ts";
import { gaussian } from "./random.ts";

/** An open tap: heat above cold water, from startMs until endMs. */
export interface Draw {
  readonly startMs: number;
  readonly endMs: number;
  readonly kw: number;
}

interface Tapping {
  readonly hour: number;
  readonly kwh: number;
  readonly kw: number;
}

const small = (hour: number, minute: number): Tapping => ({ hour: hour + minute / 60, kwh: 0.105, kw: 6.3 });
const shower = (hour: number, minute: number): Tapping => ({ hour: hour + minute / 60, kwh: 1.4, kw: 14 });

/** Medium tapping pattern, 5.845 kWh a day: Regulation (EU) 814/2013, annex III, table 1, profile M. */
export const MEDIUM_PATTERN: readonly Tapping[] = [
  small(7, 0),
  shower(7, 5),
  small(7, 30),
  small(8, 1),
  small(8, 15),
  small(8, 30),
  small(8, 45),
  small(9, 0),
  small(9, 30),
  small(10, 30),
  small(11, 30),
  small(11, 45),
  { hour: 12.75, kwh: 0.315, kw: 8.4 },
  small(14, 30),
  small(15, 30),
  small(16, 30),
  small(18, 0),
  small(18, 15),
  small(18, 30),
  small(19, 0),
  { hour: 20.5, kwh: 0.735, kw: 8.4 },
  small(21, 15),
  shower(21, 30),
];

const DAY_MS = 24 * MS_PER_HOUR;
const TIME_JITTER_MS = 12 * MS_PER_MINUTE;
const AMOUNT_JITTER = 0.15;

/** One local day's draws; nobody showers at 7:05 sharp. localDayStartMs is midnight, as a UTC time. */
export const drawsOfDay = (localDayStartMs: number, random: () => number): Draw[] =>
  MEDIUM_PATTERN.map(({ hour, kwh, kw }) => {
    const startMs = Math.round(localDayStartMs + hour * MS_PER_HOUR + TIME_JITTER_MS * gaussian(random));
    const amountKwh = kwh * Math.min(1.6, Math.max(0.4, 1 + AMOUNT_JITTER * gaussian(random)));
    return { startMs, endMs: startMs + Math.round((amountKwh / kw) * MS_PER_HOUR), kw };
  }).toSorted((a, b) => a.startMs - b.startMs);

/**
 * Heat drawn at the taps, as a mean over a stretch of time, kW. Days are made as time comes to them; time must not run backwards
 * by more than a day.
 */
export function tapsOf(
  fromMs: number,
  localTime: (atMs: number) => number,
  random: () => number,
): (startMs: number, endMs: number) => number {
  // Midnight of the local day: the offset of noon is that of most of the day; an hour's error on two days a year is nobody's shower.
  const midnightOf = (atMs: number): number => {
    const localDay = Math.floor(localTime(atMs) / DAY_MS) * DAY_MS;
    const noonMs = localDay + DAY_MS / 2;
    return localDay - (localTime(noonMs) - noonMs);
  };
  let nextDayMs = midnightOf(fromMs);
  let draws: Draw[] = [];
  return (startMs, endMs) => {
    while (nextDayMs - 2 * MS_PER_HOUR < endMs) {
      draws = [...draws.filter((draw) => draw.endMs > startMs - DAY_MS), ...drawsOfDay(nextDayMs, random)];
      nextDayMs = midnightOf(nextDayMs + 1.25 * DAY_MS);
    }
    let kwMs = 0;
    for (const draw of draws)
      kwMs += draw.kw * Math.max(0, Math.min(draw.endMs, endMs) - Math.max(draw.startMs, startMs));
    return kwMs / (endMs - startMs);
  };
}
