import type { DoctorCheck } from "@ohmstead/contract";
import type { Stretch } from "../../domain/series.ts";
import { QUARTER_MS } from "../../domain/quarter-hours.ts";
import { resample } from "../../domain/resample.ts";
import type { RawState } from "../../telemetry/believable-state.ts";
import { findings } from "../../telemetry/findings.ts";
import { judgeReading } from "../../telemetry/judge-reading.ts";
import { holdsMs, type Signal } from "../../telemetry/signals.ts";
import { asCheck, doubtful } from "./finding.ts";

/** What Home Assistant remembers of one sensor, oldest first, and the unit it gives now. */
export interface PastOfSignal {
  readonly signal: Signal;
  readonly unit: string | undefined;
  readonly states: readonly { readonly atMs: number; readonly state: string }[];
}

/** So much of the past tells what is usual, and whether signs agree with physics: solar power at noon, a battery that fills or empties. */
export const PAST_MS = 3 * 24 * 3_600_000;
const RECENT_MS = 2 * 3_600_000;

/** Suspicions that only the past can tell: wrong signs, wrong scales, values that stand still or jump. */
export function examinePast(
  all: readonly PastOfSignal[],
  placeOf: (signal: Signal) => string,
  nowMs: number,
): DoctorCheck[] {
  const means = new Map<string, readonly Stretch[]>();
  const recent = new Map<string, readonly RawState[]>();
  for (const { signal, unit, states } of all) {
    const read = states.map(({ atMs, state }) => {
      const judgement = judgeReading(
        { source: signal.source, value: state, atMs, ...(unit === undefined ? {} : { unit }) },
        signal,
        nowMs,
      );
      return { atMs, value: judgement.ok ? judgement.value : undefined };
    });
    means.set(signal.id, quarterHours(signal, read, nowMs));
    if (signal.quantity === "share" || signal.quantity === "temperature")
      recent.set(
        signal.id,
        read.filter(({ atMs }) => atMs >= nowMs - RECENT_MS),
      );
  }
  const signals = all.map(({ signal }) => signal);
  return findings(signals, { means, recent }, nowMs).flatMap(({ signal: id, source, sentence }) => {
    const signal = signals.find((each) => each.id === id);
    if (!signal) return [];
    return [
      asCheck(
        "entities",
        `${source} (${id})`,
        doubtful(sentence, `its settings are at ${placeOf(signal)} in the config`),
      ),
    ];
  });
}

function quarterHours(signal: Signal, read: readonly RawState[], nowMs: number): Stretch[] {
  const points = read.flatMap(({ atMs, value }) => (value === undefined ? [] : [[atMs, value] as const]));
  const fromMs = Math.ceil((nowMs - PAST_MS) / QUARTER_MS) * QUARTER_MS;
  const window = { fromMs, untilMs: Math.floor(nowMs / QUARTER_MS) * QUARTER_MS, stepMs: QUARTER_MS };
  return resample(points, window, (value) => holdsMs(signal, value)).flatMap(({ startMs, mean }) =>
    mean === undefined ? [] : [{ startMs, endMs: startMs + QUARTER_MS, value: mean }],
  );
}
