import type { WeekTime } from "./cells.ts";

/**
 * Load of a usual household by the hour, as a share of its mean over the week: the standard load profile H25 of the German energy association
 * (BDEW, 2025; quarter-hours of a year by month and day), averaged over months and quarters.
 */
const WORKING_DAY = [
  0.71, 0.61, 0.58, 0.57, 0.6, 0.69, 0.87, 0.93, 0.88, 0.86, 0.87, 0.94, 0.99, 0.97, 0.94, 0.96, 1.06, 1.25, 1.44, 1.49,
  1.42, 1.3, 1.14, 0.9,
];
const SATURDAY = [
  0.78, 0.66, 0.61, 0.59, 0.6, 0.62, 0.72, 0.92, 1.12, 1.22, 1.29, 1.39, 1.38, 1.3, 1.26, 1.25, 1.28, 1.4, 1.5, 1.48,
  1.38, 1.28, 1.17, 0.99,
];
const SUNDAY = [
  0.81, 0.69, 0.63, 0.61, 0.6, 0.62, 0.69, 0.87, 1.12, 1.31, 1.45, 1.61, 1.55, 1.4, 1.3, 1.25, 1.28, 1.42, 1.54, 1.53,
  1.43, 1.29, 1.13, 0.9,
];

/** A usual household's load as a share of its mean. */
export function householdShare({ weekday, minuteOfDay }: WeekTime): number {
  const day = weekday === 7 ? SUNDAY : weekday === 6 ? SATURDAY : WORKING_DAY;
  return day[Math.floor(minuteOfDay / 60)] ?? 1;
}
