import type { HouseholdProblem } from "@ohmstead/contract";
import type { FixedDirections } from "../../model/house-program.ts";
import type { OpenHouse } from "./open-house.ts";
import { type Settled, costOf } from "./settle.ts";

/** Programmes that the meter's directions are worth, beyond those that settled them. */
const MAX_FLIPS = 30;
/** Less money is rounding. */
const NO_GAIN = 1e-6;

/** Slots whose direction was fixed, those first in which the wrong one costs most. */
function fixedSlots(problem: HouseholdProblem, { grid }: FixedDirections): number[] {
  const atStake = (k: number): number =>
    Math.abs((problem.exportPricePerKwh[k] ?? 0) - (problem.importPricePerKwh[k] ?? 0)) *
    (problem.slots[k]?.hours ?? 0);
  return grid.flatMap((direction, k) => (direction ? [k] : [])).toSorted((a, b) => atStake(b) - atStake(a) || a - b);
}

/** The same with some slots open again. */
export const openedAt = ({ grid, storages, stages }: FixedDirections, slots: readonly number[]): FixedDirections => {
  const open = <T>(series: readonly (T | undefined)[]): (T | undefined)[] =>
    series.map((each, k) => (slots.includes(k) ? undefined : each));
  const openAll = <T>(byId: ReadonlyMap<string, readonly (T | undefined)[]>) =>
    new Map([...byId].map(([id, series]) => [id, open(series)]));
  return { grid: open(grid), storages: openAll(storages), ...(stages ? { stages: openAll(stages) } : {}) };
};

/** The other way in one slot; what storages do there is open again. */
const flipped = (fixed: FixedDirections, slot: number): FixedDirections => ({
  ...openedAt(fixed, [slot]),
  grid: fixed.grid.map((direction, k) => (k !== slot ? direction : direction === "import" ? "export" : "import")),
});

/**
 * Directions that were fixed where the first programme stood are not always the best: a house may buy into its battery in one hour to sell in the next.
 * Slot by slot the other direction is tried and kept when it is better, until none is, or the budget is spent.
 */
export async function flipMeter(house: OpenHouse, settled: Settled): Promise<Settled> {
  const { problem } = house;
  let best = settled;
  let count = 0;
  let improved = true;
  while (improved && best.isFinal && best.decisions.fixed) {
    improved = false;
    for (const slot of fixedSlots(problem, best.decisions.fixed)) {
      if (count >= MAX_FLIPS || !best.decisions.fixed) return best;
      count += 1;
      const decisions = { ...best.decisions, fixed: flipped(best.decisions.fixed, slot) };
      const solved = await house.solve(decisions).catch(() => undefined);
      if (!solved || solved.model.directionsToFix(solved.answer.x) !== undefined) continue;
      const next: Settled = { ...best, ...solved, decisions };
      if (costOf(problem, next) >= costOf(problem, best) - NO_GAIN) continue;
      best = next;
      improved = true;
    }
  }
  return best;
}
