import { MS_PER_HOUR } from "@ohmstead/contract";

/** How far a value may be believed, as its source or its judge says. */
export type ReadingQuality = "good" | "uncertain";

/** A reading; its third part is there only where it is uncertain. */
export type ReadingPoint = readonly [atMs: number, value: number, quality?: "uncertain"];

/** What a value of a step rests on, from the best to the worst. */
export const STEP_QUALITIES = ["measured", "filled", "interpolated", "uncertain", "unknown"] as const;
export type StepQuality = (typeof STEP_QUALITIES)[number];
const [MEASURED, FILLED, INTERPOLATED, UNCERTAIN] = [0, 1, 2, 3];
const KNOWN_KINDS = 4;

/** Time-weighted over a step, of the time that is known; mean, min and max are absent where none of it is. */
export interface ResampledStep {
  readonly startMs: number;
  readonly mean?: number;
  readonly min?: number;
  readonly max?: number;
  /** Share of the step that is known at all, 0..1. */
  readonly coverage: number;
  /** What most of the known time rests on; `unknown` where less than half of the step is known. */
  readonly quality: StepQuality;
}

/** Half-open, in steps of equal length; the last one may be short. */
export interface StepWindow {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly stepMs: number;
}

/** For how long a value stands without another, by the rhythm of its source: one that sends only changes is taken at its last word. */
export type HoldsMs = (value: number) => number;

const HALF_AN_HOUR: HoldsMs = () => MS_PER_HOUR / 2;
/** Beyond its own time a value is carried on so far. */
export const LONGEST_FILL_MS = MS_PER_HOUR;
/** Between two readings no further apart a line is drawn. */
export const LONGEST_LINE_MS = 2 * MS_PER_HOUR;

/** A share of time is compared with half in floating point. */
const SLACK = 1e-9;

const qualityOf = (coverage: number, timeOf: (kind: number) => number): StepQuality => {
  if (coverage < 0.5 - SLACK) return "unknown";
  let most = UNCERTAIN;
  for (let kind = UNCERTAIN - 1; kind >= MEASURED; kind -= 1) if (timeOf(kind) > timeOf(most)) most = kind;
  return STEP_QUALITIES[most] ?? "unknown";
};

/**
 * Readings as steps. A value holds until the next reading, at most as long as such a value does (`holdsMs`). A gap beyond that is filled with the
 * value when the next reading comes within an hour, bridged by a line when it comes within two; where none comes in time the value is carried on
 * for an hour in all, and then nothing is known. `points` come sorted by time, with the one before the window and the one after it.
 */
export function resample(
  points: Iterable<ReadingPoint>,
  { fromMs, untilMs, stepMs }: StepWindow,
  holdsMs: HoldsMs = HALF_AN_HOUR,
): ResampledStep[] {
  const count = Math.max(0, Math.ceil((untilMs - fromMs) / stepMs));
  const sums = new Float64Array(count);
  const times = new Float64Array(count * KNOWN_KINDS);
  const lows = new Float64Array(count).fill(Infinity);
  const highs = new Float64Array(count).fill(-Infinity);

  /** The value goes from `first` at `startMs` straight to `last` at `endMs`. */
  const add = (startMs: number, endMs: number, first: number, last: number, kind: number): void => {
    let at = Math.max(startMs, fromMs);
    const stop = Math.min(endMs, untilMs);
    const slope = first === last ? 0 : (last - first) / (endMs - startMs);
    while (at < stop) {
      const k = Math.floor((at - fromMs) / stepMs);
      const until = Math.min(stop, fromMs + (k + 1) * stepMs);
      const a = first + slope * (at - startMs);
      const b = first + slope * (until - startMs);
      sums[k] = (sums[k] ?? 0) + ((a + b) / 2) * (until - at);
      times[k * KNOWN_KINDS + kind] = (times[k * KNOWN_KINDS + kind] ?? 0) + (until - at);
      lows[k] = Math.min(lows[k] ?? Infinity, a, b);
      highs[k] = Math.max(highs[k] ?? -Infinity, a, b);
      at = until;
    }
  };
  /** What is known from a reading on, until the next. */
  const addFrom = ([atMs, value, quality]: ReadingPoint, next: ReadingPoint | undefined): void => {
    const kindOf = (kind: number): number => (quality === "uncertain" ? UNCERTAIN : kind);
    const heldMs = atMs + holdsMs(value);
    const nextMs = next?.[0] ?? Infinity;
    add(atMs, Math.min(heldMs, nextMs), value, value, kindOf(MEASURED));
    if (!next || nextMs <= heldMs || nextMs - atMs <= LONGEST_FILL_MS || nextMs - atMs > LONGEST_LINE_MS)
      add(heldMs, Math.min(nextMs, atMs + LONGEST_FILL_MS), value, value, kindOf(FILLED));
    else add(heldMs, nextMs, value, next[1], next[2] === "uncertain" ? UNCERTAIN : kindOf(INTERPOLATED));
  };
  let last: ReadingPoint | undefined;
  for (const point of points) {
    if (last) addFrom(last, point);
    last = point;
    if (point[0] >= untilMs) break;
  }
  if (last) addFrom(last, undefined);

  return Array.from(sums, (sum, k) => {
    const startMs = fromMs + k * stepMs;
    const timeOf = (kind: number): number => times[k * KNOWN_KINDS + kind] ?? 0;
    const knownMs = timeOf(MEASURED) + timeOf(FILLED) + timeOf(INTERPOLATED) + timeOf(UNCERTAIN);
    const coverage = knownMs / Math.min(stepMs, untilMs - startMs);
    if (knownMs === 0) return { startMs, coverage: 0, quality: "unknown" };
    const [min = 0, max = 0] = [lows[k], highs[k]];
    return { startMs, mean: sum / knownMs, min, max, coverage, quality: qualityOf(coverage, timeOf) };
  });
}

/**
 * Steps joined to coarser ones that begin where `startOf` says: whole hours, or local days. Mean, extremes and coverage are those of all readings
 * of the time; the quality is that of most of it. The last of the steps ends at `untilMs`.
 */
export function coarser(
  steps: readonly ResampledStep[],
  untilMs: number,
  startOf: (ms: number) => number,
): ResampledStep[] {
  const timed = steps.map((step, k) => ({ ...step, lengthMs: (steps[k + 1]?.startMs ?? untilMs) - step.startMs }));
  return [...Map.groupBy(timed, ({ startMs }) => startOf(startMs))].map(([startMs, group]): ResampledStep => {
    const known = group.flatMap((each) =>
      each.mean === undefined ? [] : [{ ...each, mean: each.mean, knownMs: each.coverage * each.lengthMs }],
    );
    const knownMs = known.reduce((sum, each) => sum + each.knownMs, 0);
    if (knownMs === 0) return { startMs, coverage: 0, quality: "unknown" };
    const coverage = knownMs / group.reduce((sum, each) => sum + each.lengthMs, 0);
    const timeOf = (kind: number): number =>
      known.reduce((sum, each) => sum + (each.quality === STEP_QUALITIES[kind] ? each.knownMs : 0), 0);
    return {
      startMs,
      mean: known.reduce((sum, each) => sum + each.mean * each.knownMs, 0) / knownMs,
      min: Math.min(...known.map(({ min = Infinity }) => min)),
      max: Math.max(...known.map(({ max = -Infinity }) => max)),
      coverage,
      quality: qualityOf(coverage, timeOf),
    };
  });
}
