import { DateTime } from "luxon";
import { InputError } from "../domain/errors.ts";

/** The local day of a text such as 2026-01-31, or of a moment: 23, 24 or 25 hours. Throws InputError. */
export function dayOf(
  day: string | undefined,
  nowMs: number,
  timeZone: string,
): { readonly fromMs: number; readonly untilMs: number } {
  const start =
    day === undefined
      ? DateTime.fromMillis(nowMs, { zone: timeZone }).startOf("day")
      : DateTime.fromISO(day, { zone: timeZone }).startOf("day");
  if (!start.isValid) {
    const message = `"${day}" is no day; write one such as ${DateTime.fromMillis(nowMs, { zone: timeZone }).toISODate()}`;
    throw new InputError(`The query cannot be used: day ${message}`, [{ field: "day", message }]);
  }
  return { fromMs: start.toMillis(), untilMs: start.plus({ days: 1 }).toMillis() };
}
