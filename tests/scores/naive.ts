const DAY_MS = 86_400_000;

/** What was measured in the interval of a series that begins then; undefined where nobody knows. */
export type MeasuredAt = (startMs: number) => number | undefined;

/** An interval to be forecast. */
export interface Target {
  readonly startMs: number;
  readonly endMs: number;
}

/** The values of the same UTC time on the last `count` days that were known at `issuedAtMs`, newest first. */
function onDaysBefore(measuredAt: MeasuredAt, { startMs, endMs }: Target, issuedAtMs: number, count: number): number[] {
  const first = Math.max(1, Math.ceil((endMs - issuedAtMs) / DAY_MS));
  return Array.from({ length: count }, (_, k) => measuredAt(startMs - (first + k) * DAY_MS)).filter(
    (each) => each !== undefined,
  );
}

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.round(share * (sorted.length - 1))] ?? 0;

/** As at the same time of the last day that is known. Its P10 and P90 are that, too: it knows no better. */
export function asYesterday(measuredAt: MeasuredAt, target: Target, issuedAtMs: number) {
  const [value] = onDaysBefore(measuredAt, target, issuedAtMs, 1);
  return value === undefined ? undefined : { forecast: value, low: value, high: value };
}

/** As at the same time of the same weekday, the last one that is known. */
export function asAWeekAgo(measuredAt: MeasuredAt, { startMs, endMs }: Target, issuedAtMs: number) {
  const weeks = Math.max(1, Math.ceil((endMs - issuedAtMs) / (7 * DAY_MS)));
  const value = measuredAt(startMs - weeks * 7 * DAY_MS);
  return value === undefined ? undefined : { forecast: value, low: value, high: value };
}

/** The mean of the last seven days that are known at the same time; P10 and P90 from these seven. */
export function asLastWeek(measuredAt: MeasuredAt, target: Target, issuedAtMs: number) {
  const values = onDaysBefore(measuredAt, target, issuedAtMs, 7);
  if (values.length < 4) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  return {
    forecast: values.reduce((sum, each) => sum + each, 0) / values.length,
    low: quantile(sorted, 0.1),
    high: quantile(sorted, 0.9),
  };
}
