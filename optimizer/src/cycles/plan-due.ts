/** So long a plan is waited for; in house time, and in real time on a faster clock. */
const PATIENCE_MS = { house: 15_000, real: 2500 };

/**
 * True while the plan after this one may come at any moment: from the beginning of the first cycle since, for a little while.
 * One that does not come is not waited for in the cycles after that: the old plan is all there is, and is followed.
 */
export function isPlanDue(
  createdAtMs: number,
  nowMs: number,
  { cycleMs, speed }: { readonly cycleMs: number; readonly speed: number },
): boolean {
  const dueMs = (Math.floor(createdAtMs / cycleMs) + 1) * cycleMs;
  return nowMs >= dueMs && nowMs - dueMs < Math.max(PATIENCE_MS.house, PATIENCE_MS.real * speed);
}
