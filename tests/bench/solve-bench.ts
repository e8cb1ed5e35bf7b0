import type { Slot } from "@ohmstead/contract";
import { evenSlots, planningGrid } from "../../optimizer/src/domain/slots.ts";
import { buildModel } from "../../optimizer/src/model/build-model.ts";
import { type Solver, createSolver } from "../../optimizer/src/solver/solver.ts";
import { household } from "./household.ts";

export interface Row {
  readonly what: string;
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly count: number;
  readonly budgetMs: number;
}

const HOUSEHOLDS = 50;
const WARM_UP = 10;
const NOW_MS = Date.UTC(2024, 0, 5, 10, 2);

const GRIDS: readonly { readonly what: string; readonly slots: readonly Slot[]; readonly budgetMs: number }[] = [
  { what: "household LP, default grid", slots: planningGrid(NOW_MS, 48), budgetMs: 30 },
  { what: "household LP, 48 h × 30 min", slots: evenSlots(NOW_MS, 0.5, 96), budgetMs: 30 },
  { what: "household LP, 48 h × 15 min", slots: evenSlots(NOW_MS, 0.25, 192), budgetMs: 100 },
];

const share = (rising: readonly number[], part: number): number =>
  rising[Math.min(rising.length - 1, Math.floor(rising.length * part))] ?? Number.NaN;

/** Model built, posted to the thread, solved cold (no basis), answer checked: all that a plan waits for. */
async function timeOne(solver: Solver, seed: number, slots: readonly Slot[]): Promise<number> {
  const problem = household(seed, slots);
  const beganMs = performance.now();
  const model = buildModel(problem);
  await solver.solve(model.lp, { engine: "highs", timeLimitMs: 60_000 });
  return performance.now() - beganMs;
}

/** One LP of a full household per varied instance, in a thread that is warm. */
export async function benchSolve(): Promise<Row[]> {
  const solver = createSolver();
  try {
    const rows: Row[] = [];
    for (const { what, slots, budgetMs } of GRIDS) {
      for (let seed = 0; seed < WARM_UP; seed++) await timeOne(solver, HOUSEHOLDS + seed, slots);
      const times: number[] = [];
      for (let seed = 0; seed < HOUSEHOLDS; seed++) times.push(await timeOne(solver, seed, slots));
      const rising = times.toSorted((a, b) => a - b);
      rows.push({ what, medianMs: share(rising, 0.5), p95Ms: share(rising, 0.95), count: times.length, budgetMs });
    }
    return rows;
  } finally {
    await solver.stop();
  }
}
