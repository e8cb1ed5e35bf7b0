import { type Moment, type Slot, slotEndMs, type TimeRule, WEEKDAYS } from "@ohmstead/contract";
import { DateTime } from "luxon";

/** Half-open, epoch milliseconds. */
export interface LocalSpan {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Local midnights of the days that touch [fromMs, untilMs), and of the day before: what began then may last until now. */
function midnights(fromMs: number, untilMs: number, timeZone: string): DateTime[] {
  const days: DateTime[] = [];
  let day = DateTime.fromMillis(fromMs, { zone: timeZone }).startOf("day").minus({ days: 1 });
  for (; day.toMillis() < untilMs; day = day.plus({ days: 1 })) days.push(day);
  return days;
}

/** Where the clocks skip the time it is the moment they skip to. */
function at(day: DateTime, time: string): number {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  return day.set({ hour, minute }).toMillis();
}

const isOn = (day: DateTime, days: TimeRule["days"]): boolean =>
  days === undefined || days.some((each) => WEEKDAYS.indexOf(each) === day.weekday - 1);

/** The times at which a rule holds that reach into [fromMs, untilMs), whole, in order. From 22:00 until 22:00 is a whole day. */
export const spansOf = (rule: TimeRule, fromMs: number, untilMs: number, timeZone: string): LocalSpan[] =>
  midnights(fromMs, untilMs, timeZone)
    .filter((day) => isOn(day, rule.days))
    .map((day) => ({
      fromMs: at(day, rule.from),
      untilMs: at(rule.until > rule.from ? day : day.plus({ days: 1 }), rule.until),
    }))
    .filter((span) => span.fromMs < untilMs && span.untilMs > fromMs && span.fromMs < span.untilMs);

/** The moments of a rule within (fromMs, untilMs], in order. */
export const momentsOf = ({ at: time, days }: Moment, fromMs: number, untilMs: number, timeZone: string): number[] =>
  midnights(fromMs, untilMs + 1, timeZone)
    .filter((day) => isOn(day, days))
    .map((day) => at(day, time))
    .filter((ms) => ms > fromMs && ms <= untilMs);

/** A stretch of time with one value; slots are cut so that none lies half in it. */
export interface LimitedSpan extends LocalSpan {
  readonly limitKw: number;
}

/** The lowest limit that holds in each slot; undefined where none is ever lower than `usualKw`. */
export function lowestPerSlot(
  slots: readonly Slot[],
  usualKw: number,
  limits: readonly LimitedSpan[],
): number[] | undefined {
  const perSlot = slots.map((slot) =>
    limits
      .filter((each) => each.fromMs < slotEndMs(slot) && each.untilMs > slot.startMs)
      .reduce((least, each) => Math.min(least, each.limitKw), usualKw),
  );
  return perSlot.some((kw) => kw < usualKw) ? perSlot : undefined;
}
