/** A line as the service sends it: `[epoch ms, value]`, oldest first. */
export type Points = readonly (readonly [number, number])[];

/** A value from startMs until endMs, or, when it is a line, on the way from `value` to `endValue`. */
export interface Span {
  readonly startMs: number;
  readonly endMs: number;
  readonly value: number;
  readonly endValue: number;
}

/** A sensor silent for longer is unknown: the same half hour after which the service calls a reading stale. */
const STALE_MS = 30 * 60_000;

/** Hourly values have nothing missing when an hour lies between them, so the longest silence follows the usual distance. */
function longestSilence(points: Points): number {
  const distances = points
    .slice(1)
    .map(([at], i) => at - (points[i]?.[0] ?? at))
    .toSorted((a, b) => a - b);
  return Math.max(STALE_MS, 1.5 * (distances[Math.floor(distances.length / 2)] ?? 0));
}

interface Reading {
  /** True for a quantity that keeps its value until the next point, false for one that moves on a line. */
  readonly step: boolean;
  readonly untilMs: number;
  /** True when a long distance between two points means that nothing is known of the time between. */
  readonly hasGaps: boolean;
}

/** What is known between the points. The time before the first point and in gaps is in no span. */
export function spansOf(points: Points, { step, untilMs, hasGaps }: Reading): Span[] {
  const silence = hasGaps ? longestSilence(points) : Infinity;
  return points.flatMap(([startMs, value], i): Span[] => {
    const next = points[i + 1];
    const reaches = next && next[0] - startMs <= silence;
    if (!step) return reaches ? [{ startMs, endMs: next[0], value, endValue: next[1] }] : [];
    const endMs = reaches ? next[0] : Math.min(next?.[0] ?? untilMs, untilMs, startMs + lastingMs(points, i, silence));
    return endMs > startMs ? [{ startMs, endMs, value, endValue: value }] : [];
  });
}

/** The last value before a silence lasts as long as the one before it did; nobody says how long it really held. */
function lastingMs(points: Points, i: number, silence: number): number {
  if (silence === Infinity) return Infinity;
  const [at, before] = [points[i]?.[0], points[i - 1]?.[0]];
  return at === undefined || before === undefined ? silence : Math.min(silence, at - before);
}

/** The spans inside a window; a line's ends are moved along the line. */
export function clip(spans: readonly Span[], fromMs: number, untilMs: number): Span[] {
  return spans.flatMap((span) => {
    const startMs = Math.max(span.startMs, fromMs);
    const endMs = Math.min(span.endMs, untilMs);
    if (endMs <= startMs) return [];
    return [{ startMs, endMs, value: onSpan(span, startMs), endValue: onSpan(span, endMs) }];
  });
}

const onSpan = ({ startMs, endMs, value, endValue }: Span, atMs: number): number =>
  value + ((endValue - value) * (atMs - startMs)) / (endMs - startMs);

/** The value at a moment, `undefined` where nothing is known. A moment between two spans belongs to the later. */
export function valueAt(spans: readonly Span[], atMs: number): number | undefined {
  let [low, high] = [0, spans.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((spans[middle]?.startMs ?? Infinity) <= atMs) low = middle;
    else high = middle - 1;
  }
  const span = spans[low];
  if (!span || atMs < span.startMs || atMs > span.endMs) return undefined;
  return onSpan(span, atMs);
}
