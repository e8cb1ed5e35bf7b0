import { MONTHS, type TariffShape, WEEKDAYS } from "@ohmstead/contract";
import { type LocalTime, minuteOfDay, monthOf, weekdayOf } from "./local-time.ts";

type TariffTime = TariffShape["times"][number];

/** The tariff's prices at a moment: of the times that hold the last in the list, for each direction by itself. */
export function tariffAt(
  tariff: TariffShape,
  clock: (ms: number) => LocalTime,
): (ms: number) => Pick<TariffShape, "importPerKwh" | "exportPerKwh"> {
  return (ms) => {
    const local = clock(ms);
    const holding = tariff.times.filter((time) => holds(time, local));
    const last = (field: "importPerKwh" | "exportPerKwh"): number =>
      holding.findLast((time) => time[field] !== undefined)?.[field] ?? tariff[field];
    return { importPerKwh: last("importPerKwh"), exportPerKwh: last("exportPerKwh") };
  };
}

/** After midnight a time that began the day before goes by that day's weekday and month. */
function holds({ from, until, days, months }: TariffTime, local: LocalTime): boolean {
  const [begins, ends] = [minuteOfDay(from), minuteOfDay(until)];
  const isOn = (day: number): boolean =>
    (days?.some((each) => WEEKDAYS.indexOf(each) === weekdayOf(day) - 1) ?? true) &&
    (months?.some((each) => MONTHS.indexOf(each) === monthOf(day) - 1) ?? true);
  const { minuteOfDay: minute, day } = local;
  if (ends > begins) return begins <= minute && minute < ends && isOn(day);
  return minute >= begins ? isOn(day) : minute < ends && isOn(day - 1);
}
