import { MS_PER_HOUR } from "@ohmstead/contract";

export interface Outage {
  readonly fromMs: number;
  readonly untilMs: number;
}

const MEAN_UP_HOURS = 36;
const SHORTEST_HOURS = 2;
const LONGEST_HOURS = 96;

const inMs = (hours: number): number => Math.round(hours * MS_PER_HOUR);

/** Times at which a source is down: up for a day and a half on average, then down for two hours to four days, short ones as likely as long ones. */
export function randomOutages(fromMs: number, untilMs: number, random: () => number): Outage[] {
  const outages: Outage[] = [];
  const up = (): number => inMs(-Math.log(1 - random()) * MEAN_UP_HOURS);
  for (let ms = fromMs + up(); ms < untilMs; ms += up()) {
    const endMs = ms + inMs(SHORTEST_HOURS * (LONGEST_HOURS / SHORTEST_HOURS) ** random());
    outages.push({ fromMs: ms, untilMs: endMs });
    ms = endMs;
  }
  return outages;
}

const DAY_MS = 24 * MS_PER_HOUR;

/** Six hours of every day, UTC, that nobody ever gives a price for; where in the day is drawn anew each day. */
export function sixHoursADay(fromMs: number, untilMs: number, random: () => number): Outage[] {
  const holes: Outage[] = [];
  for (let day = Math.floor(fromMs / DAY_MS) * DAY_MS; day < untilMs; day += DAY_MS) {
    const from = day + Math.floor(random() * 19) * MS_PER_HOUR;
    holes.push({ fromMs: from, untilMs: from + 6 * MS_PER_HOUR });
  }
  return holes;
}

export const isIn = (outages: readonly Outage[], ms: number): boolean =>
  outages.some((each) => each.fromMs <= ms && ms < each.untilMs);
