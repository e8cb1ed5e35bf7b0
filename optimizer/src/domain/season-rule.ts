import { MONTHS, type SeasonRule, WEEKDAYS } from "@ohmstead/contract";
import { type LocalTime, minuteOfDay, monthOf, weekdayOf } from "./local-time.ts";

/** From 22:00 until 22:00 is a whole day. After midnight a time that began the day before goes by that day's weekday and month. */
export function holdsAt({ from, until, days, months }: SeasonRule, local: LocalTime): boolean {
  const [begins, ends] = [minuteOfDay(from), minuteOfDay(until)];
  const isOn = (day: number): boolean =>
    (days?.some((each) => WEEKDAYS.indexOf(each) === weekdayOf(day) - 1) ?? true) &&
    (months?.some((each) => MONTHS.indexOf(each) === monthOf(day) - 1) ?? true);
  const { minuteOfDay: minute, day } = local;
  if (ends > begins) return begins <= minute && minute < ends && isOn(day);
  return minute >= begins ? isOn(day) : minute < ends && isOn(day - 1);
}
