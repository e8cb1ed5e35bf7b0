import { MS_PER_HOUR } from "@ohmstead/contract";

const QUARTER_MS = MS_PER_HOUR / 4; // no zone changes its offset within a quarter-hour of UTC

/** What the kitchen clock shows, as milliseconds that are read like UTC. Offsets are looked up once per quarter-hour. */
export function localTimeOf(timeZone: string): (atMs: number) => number {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const offsetOf = (atMs: number): number => {
    const parts = Object.fromEntries(format.formatToParts(atMs).map((part) => [part.type, Number(part.value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - atMs;
  };
  let quarter = Number.NaN;
  let offsetMs = 0;
  return (atMs) => {
    const wanted = Math.floor(atMs / QUARTER_MS);
    if (wanted !== quarter) {
      quarter = wanted;
      offsetMs = offsetOf(wanted * QUARTER_MS);
    }
    return atMs + offsetMs;
  };
}

export const hourOfDay = (localMs: number): number => (localMs / MS_PER_HOUR) % 24;

/** True within a daily span such as 22 to 6, which may pass midnight. */
export const isWithinDaily = (hour: number, fromHour: number, untilHour: number): boolean =>
  fromHour <= untilHour ? hour >= fromHour && hour < untilHour : hour >= fromHour || hour < untilHour;
