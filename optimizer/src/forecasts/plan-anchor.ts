import type { HouseholdProblem } from "@ohmstead/contract";

/** What a plan was made from. */
export interface PlanBasis {
  readonly problem: HouseholdProblem;
  /** Inputs that had to be guessed. */
  readonly missing: readonly string[];
}

const GROUPS = [
  "pvArrays",
  "inverters",
  "batteries",
  "evs",
  "zones",
  "tanks",
  "heatPumps",
  "boilers",
  "immersionHeaters",
  "appliances",
] as const;

/** States, and what follows from prices: they change from plan to plan without the question being another. */
const PASSING = new Set(["soc", "tempC", "previousKw", "previousHours", "startedMs", "endValuePerKwh", "runHours"]);

/**
 * Whether the plan in force may steady the next one: whether that asks the same question. A plan that rested on guesses does not hold back one
 * that knows; and after a limit, a device or a goal was changed, what was best before says nothing. Prices, forecasts and states may differ:
 * steadiness is for those.
 */
export function mayAnchor(before: PlanBasis, now: PlanBasis): boolean {
  if (before.missing.some((input) => !now.missing.includes(input))) return false;
  const fromMs = now.problem.slots[0]?.startMs ?? 0;
  if (limitsOf(before.problem.site, fromMs) !== limitsOf(now.problem.site, fromMs)) return false;
  return GROUPS.every((group) => {
    const known = new Map(before.problem[group].map((device) => [device.id, limitsOf(device, fromMs)]));
    // A car that has come, or a machine that is done, leaves the rest of the house as it was.
    return now.problem[group].every((device) => {
      const limits = known.get(device.id);
      return limits === undefined || limits === limitsOf(device, fromMs);
    });
  });
}

/** What is set and does not pass, as text that can be compared: plain fields, and goals that are still ahead. */
function limitsOf(device: object, fromMs: number): string {
  const plain = Object.entries(device).filter(
    ([key, value]) => !PASSING.has(key) && value !== undefined && typeof value !== "object",
  );
  const goals = "goals" in device ? (device.goals as HouseholdProblem["batteries"][number]["goals"]) : [];
  return JSON.stringify([
    plain.toSorted(([a], [b]) => a.localeCompare(b)),
    goals.filter(({ atMs }) => atMs > fromMs).map(({ atMs, soc }) => [atMs, soc]),
  ]);
}
