import { MS_PER_HOUR } from "@ohmstead/contract";
import { IANAZone } from "luxon";

const DAY_MS = 24 * MS_PER_HOUR;

/** What the clock on the wall shows. */
export interface LocalTime {
  /** Minutes since local midnight, 0 to below 1440. */
  readonly minuteOfDay: number;
  /** 1 Monday to 7 Sunday */
  readonly weekday: number;
  /** Days from 1 January 1970 to this local date. */
  readonly day: number;
}

/** Wall time in a zone, for many moments: offsets are looked up once for each day on which the clocks do not change. */
export function localClock(timeZone: string): (ms: number) => LocalTime {
  const zone = IANAZone.create(timeZone);
  const offsets = new Map<number, number>();
  const offsetMs = (ms: number): number => {
    const day = Math.floor(ms / DAY_MS);
    const known = offsets.get(day);
    if (known !== undefined) return known;
    const atStart = zone.offset(day * DAY_MS);
    if (atStart !== zone.offset((day + 1) * DAY_MS)) return zone.offset(ms) * 60_000;
    offsets.set(day, atStart * 60_000);
    return atStart * 60_000;
  };
  return (ms) => {
    const localMs = ms + offsetMs(ms);
    const day = Math.floor(localMs / DAY_MS);
    return { minuteOfDay: (localMs - day * DAY_MS) / 60_000, weekday: weekdayOf(day), day };
  };
}

/** 1 Monday to 7 Sunday; 1 January 1970, day 0, was a Thursday. */
export const weekdayOf = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1;

/** 1 January to 12 December */
export const monthOf = (day: number): number => new Date(day * DAY_MS).getUTCMonth() + 1;

/** Minutes since midnight of a time such as 22:30. */
export function minuteOfDay(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}
