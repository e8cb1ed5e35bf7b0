import { MS_PER_HOUR } from "@ohmstead/contract";
import { MS_PER_MINUTE } from "../domain/slots.ts";
import type { RawState } from "./believable-state.ts";

/** So far back a rise is looked for: long enough for a tank to answer, short enough to tell of now. */
const WINDOW_MS = 10 * MS_PER_MINUTE;
/** Over less time the sensor's last digit is all there is to see. */
const SHORTEST_MS = 2 * MS_PER_MINUTE;

/** How fast a state rose over the last minutes, per hour; undefined where too little of them was read. Readings oldest first. */
export function risePerHour(readings: readonly RawState[] = []): number | undefined {
  const good = readings.flatMap(({ atMs, value }) => (value === undefined ? [] : [{ atMs, value }]));
  const last = good.at(-1);
  if (!last) return undefined;
  const inWindow = good.filter(({ atMs }) => atMs >= last.atMs - WINDOW_MS);
  // What was unchanged for longer has one reading before the window.
  const first = inWindow.length > 1 ? inWindow[0] : good.at(-2);
  if (!first || last.atMs - first.atMs < SHORTEST_MS) return undefined;
  return ((last.value - first.value) * MS_PER_HOUR) / (last.atMs - first.atMs);
}
