import type { Slot } from "@ohmstead/contract";
import { type LocalTime, minuteOfDay } from "../domain/local-time.ts";
import { expectedOver } from "../domain/quarter-hours.ts";
import type { LoadProfile } from "./base-load.ts";

/** Taps of a usual day: load profile M of Regulation (EU) No 814/2013, annex III, local time and kWh. */
const TAPS: readonly (readonly [string, number])[] = [
  ["07:00", 0.105],
  ["07:05", 1.4],
  ["07:30", 0.105],
  ["08:01", 0.105],
  ["08:15", 0.105],
  ["08:30", 0.105],
  ["08:45", 0.105],
  ["09:00", 0.105],
  ["09:30", 0.105],
  ["10:30", 0.105],
  ["11:30", 0.105],
  ["11:45", 0.105],
  ["12:45", 0.315],
  ["14:30", 0.105],
  ["15:30", 0.105],
  ["16:30", 0.105],
  ["18:00", 0.105],
  ["18:15", 0.105],
  ["18:30", 0.105],
  ["19:00", 0.105],
  ["20:30", 0.735],
  ["21:15", 0.105],
  ["21:30", 1.4],
];

/** Nobody showers to the minute: each tap is spread over an hour before and after, most in the middle. */
const SPREAD_QUARTERS = 4;

/** What each local quarter-hour takes, as a share of the day's mean; the mean of the day is 1. */
const SHARES: readonly number[] = (() => {
  const shares = Array.from({ length: 96 }, () => 0);
  for (const [time, kwh] of TAPS) {
    const middle = Math.floor(minuteOfDay(time) / 15);
    for (let offset = -SPREAD_QUARTERS; offset <= SPREAD_QUARTERS; offset += 1) {
      const quarter = (middle + offset + 96) % 96;
      shares[quarter] = (shares[quarter] ?? 0) + kwh * (SPREAD_QUARTERS + 1 - Math.abs(offset));
    }
  }
  const total = shares.reduce((sum, each) => sum + each, 0);
  return shares.map((each) => (96 * each) / total);
})();

/** What the taps of a usual household take then, as a share of their mean over the day. */
export const tapShare = (time: Pick<LocalTime, "minuteOfDay">): number =>
  SHARES[Math.floor(time.minuteOfDay / 15)] ?? 0;

/** Heat taken by taps, mean kW per slot. */
export const forecastDraw = (slots: readonly Slot[], usualDraw: LoadProfile): number[] =>
  slots.map((slot) => expectedOver((ms) => usualDraw.at(ms), slot) ?? 0);
