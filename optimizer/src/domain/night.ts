import { DateTime } from "luxon";
import { MS_PER_MINUTE } from "./slots.ts";

/** Local time at which a house's day ends for housekeeping: 03:17, when nobody needs the machine. */
const NIGHT_AFTER_MIDNIGHT_MS = (3 * 60 + 17) * MS_PER_MINUTE;

/**
 * The day whose night was the last to come, as 2026-11-28. Days sort by name: work that is done for a day later than the last is done once,
 * however the clock is set, and made up for when the machine was off.
 */
export function nightOf(nowMs: number, timeZone: string): string {
  const day = DateTime.fromMillis(nowMs - NIGHT_AFTER_MIDNIGHT_MS, { zone: timeZone });
  return day.toFormat("yyyy-MM-dd");
}
