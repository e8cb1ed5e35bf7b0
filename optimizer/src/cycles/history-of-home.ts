import { setImmediate as breathe } from "node:timers/promises";
import type { History, HistoryReading, HistoryStep } from "@ohmstead/contract";
import { distance } from "fastest-levenshtein";
import { DateTime } from "luxon";
import { InputError } from "../domain/errors.ts";
import { QUARTER_MS } from "../domain/quarter-hours.ts";
import { coarser, type HoldsMs, type ReadingPoint, type ResampledStep } from "../domain/resample.ts";
import type { Store } from "../store/store.ts";
import { holdsMs, type Signal } from "../telemetry/signals.ts";

export interface HistoryQuery {
  readonly signals: readonly string[];
  /** The day before `untilMs` when it is absent. */
  readonly fromMs?: number | undefined;
  /** Now when it is absent. */
  readonly untilMs?: number | undefined;
  readonly step: HistoryStep;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Enough for four years by the hour, or a year by the quarter-hour. */
const MOST_STEPS = 36_000;
const LONGEST_RAW_MS = 7 * DAY_MS;
const NAMED_NEAREST = 3;

const refuse = (field: string, message: string): InputError =>
  new InputError(`The query cannot be used: ${field} ${message}`, [{ field, message }]);

function checkSignals(signals: readonly string[], known: readonly string[]): void {
  for (const signal of signals) {
    if (known.includes(signal)) continue;
    const nearest = known.toSorted((a, b) => distance(a, signal) - distance(b, signal)).slice(0, NAMED_NEAREST);
    const hint = nearest.length === 0 ? "none has been read yet" : `the nearest are ${nearest.join(", ")}`;
    throw refuse("signal", `"${signal}" is not known here; ${hint}`);
  }
}

/** Local midnights from the day of the first moment on, up to the last. */
function midnights(fromMs: number, untilMs: number, timeZone: string): number[] {
  const days: number[] = [];
  let day = DateTime.fromMillis(fromMs, { zone: timeZone }).startOf("day");
  for (; day.toMillis() < untilMs; day = day.plus({ days: 1 }).startOf("day")) days.push(day.toMillis());
  return days;
}

const asReading = ([atMs, value, quality]: ReadingPoint): HistoryReading => ({
  atMs,
  value,
  quality: quality ?? "good",
});
const plain = ({ startMs, mean, min, max, coverage, quality }: ResampledStep) => ({
  startMs,
  ...(mean === undefined ? {} : { mean, min, max }),
  coverage,
  quality,
});

/**
 * What was measured, from readings or from the steps that are kept of them. Signals that the config does not name any more are told as well.
 * Control goes on between two signals. Throws InputError that names the field.
 */
export async function historyOfHome(
  deps: {
    readonly readings: Pick<Store["readings"], "between" | "steps" | "names">;
    readonly signals: readonly Signal[];
    readonly timeZone: string;
    readonly nowMs: number;
  },
  query: HistoryQuery,
): Promise<History> {
  const { readings, signals, timeZone, nowMs } = deps;
  const { step } = query;
  checkSignals(query.signals, [...new Set([...signals.map(({ id }) => id), ...readings.names()])]);
  const untilMs = Math.min(query.untilMs ?? nowMs, nowMs);
  const askedFromMs = query.fromMs ?? untilMs - DAY_MS;
  if (askedFromMs >= untilMs) throw refuse("from", "is not before until, or not before now");
  const days = step === "1d" ? midnights(askedFromMs, untilMs, timeZone) : [];
  // Where midnight is not on a full hour, days are made of quarter-hours.
  const isOnHour = [days[0], days.at(-1)].every((ms = 0) => ms % HOUR_MS === 0);
  const stepMs = step === "15m" || (step === "1d" && !isOnHour) ? QUARTER_MS : HOUR_MS;
  const fromMs = step === "raw" ? askedFromMs : (days[0] ?? Math.floor(askedFromMs / stepMs) * stepMs);
  if (step === "raw" && untilMs - fromMs > LONGEST_RAW_MS)
    throw refuse("from", "asks for more than 7 days of raw readings: ask for fewer, or for step=15m");
  if (step !== "raw" && (untilMs - fromMs) / stepMs > MOST_STEPS)
    throw refuse("from", `asks for more than ${MOST_STEPS} steps: ask for a shorter time, or for a longer step`);

  const holdsOf = (id: string): HoldsMs | undefined => {
    const signal = signals.find((each) => each.id === id);
    return signal && ((value) => holdsMs(signal, value));
  };
  /** Rising with `ms`, as the steps come. */
  const dayStarts = () => {
    let k = 0;
    return (ms: number): number => {
      while ((days[k + 1] ?? Infinity) <= ms) k += 1;
      return days[k] ?? ms;
    };
  };
  const series: History["series"][number][] = [];
  for (const signal of query.signals) {
    if (step === "raw") {
      const points = readings.between(signal, fromMs, untilMs);
      series.push({ signal, readings: points.map(asReading) });
    } else {
      const steps = readings.steps(signal, fromMs, untilMs, stepMs, holdsOf(signal));
      series.push({ signal, points: (step === "1d" ? coarser(steps, untilMs, dayStarts()) : steps).map(plain) });
    }
    await breathe();
  }
  return { fromMs: Math.round(fromMs), untilMs: Math.round(untilMs), step, timeZone, series };
}
