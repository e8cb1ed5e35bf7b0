import type { Plan, Slot } from "@ohmstead/contract";
import { solveHousehold } from "../../optimizer/src/cycles/solve-household.ts";
import { evenSlots, planningGrid } from "../../optimizer/src/domain/slots.ts";
import { buildModel } from "../../optimizer/src/model/build-model.ts";
import { checkSchedule } from "../../optimizer/src/plan/check-schedule.ts";
import { priceSchedule } from "../../optimizer/src/plan/price-schedule.ts";
import { type Solver, createSolver } from "../../optimizer/src/solver/solver.ts";
import { type HouseholdWishes, type TariffName, household } from "./household.ts";

export interface Row {
  readonly what: string;
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly count: number;
  readonly budgetMs: number | undefined;
  readonly detail: string;
}

const HOUSEHOLDS = 50;
const WARM_UP = 10;
const NOW_MS = Date.UTC(2024, 0, 5, 10, 2);

interface Grid {
  readonly what: string;
  readonly slots: readonly Slot[];
  readonly budgetMs?: number;
}

export const GRIDS: readonly Grid[] = [
  { what: "default grid", slots: planningGrid(NOW_MS, 48), budgetMs: 30 },
  { what: "48 h × 30 min", slots: evenSlots(NOW_MS, 0.5, 96), budgetMs: 30 },
  { what: "48 h × 15 min", slots: evenSlots(NOW_MS, 0.25, 192), budgetMs: 100 },
  { what: "48 h × 5 min", slots: evenSlots(NOW_MS, 1 / 12, 576) },
];
export const BENCH_TARIFFS: readonly TariffName[] = ["spot", "flat", "twoRate", "negative"];

const share = (values: readonly number[], part: number): number => {
  const rising = values.toSorted((a, b) => a - b);
  return rising[Math.min(rising.length - 1, Math.floor(rising.length * part))] ?? Number.NaN;
};

interface Parts {
  readonly buildMs: number;
  readonly solveMs: number;
  readonly checkMs: number;
}

const total = ({ buildMs, solveMs, checkMs }: Parts): number => buildMs + solveMs + checkMs;

/** One LP: model built, posted to the thread and solved cold (no basis), its answer read out, priced and checked. */
async function timeLp(solver: Solver, seed: number, slots: readonly Slot[], wishes: HouseholdWishes): Promise<Parts> {
  const problem = household(seed, slots, wishes);
  const beganMs = performance.now();
  const model = buildModel(problem);
  const builtMs = performance.now();
  const answer = await solver.solve(model.lp, { engine: "highs", timeLimitMs: 60_000 });
  const solvedMs = performance.now();
  const schedule = model.schedule(answer.x);
  checkSchedule(problem, schedule, priceSchedule(problem, schedule));
  return { buildMs: builtMs - beganMs, solveMs: solvedMs - builtMs, checkMs: performance.now() - solvedMs };
}

function rowOf(what: string, times: readonly Parts[], budgetMs: number | undefined): Row {
  const median = (part: (each: Parts) => number): string => share(times.map(part), 0.5).toFixed(1);
  return {
    what,
    medianMs: share(times.map(total), 0.5),
    p95Ms: share(times.map(total), 0.95),
    count: times.length,
    budgetMs,
    detail: `build ${median((each) => each.buildMs)} + solve ${median((each) => each.solveMs)} + check ${median((each) => each.checkMs)}`,
  };
}

async function benchLps(solver: Solver): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { what, slots, budgetMs } of GRIDS) {
    for (let seed = 0; seed < WARM_UP; seed++) await timeLp(solver, HOUSEHOLDS + seed, slots, {});
    for (const tariff of BENCH_TARIFFS) {
      const times: Parts[] = [];
      for (let seed = 0; seed < HOUSEHOLDS; seed++) times.push(await timeLp(solver, seed, slots, { tariff }));
      rows.push(rowOf(`LP, ${what}, ${tariff}`, times, budgetMs));
    }
  }
  return rows;
}

/** The whole of a plan as the appliance makes it: LPs, search over on/off, ties, intents, reasons, alternatives. */
async function benchPlans(solver: Solver): Promise<Row[]> {
  const slots = planningGrid(NOW_MS, 48);
  const rows: Row[] = [];
  const plan = (seed: number, wishes: HouseholdWishes, previous?: Plan): Promise<Plan> => {
    const problem = household(seed, slots, wishes);
    const inForce = previous && { slots: previous.slots, schedule: previous.schedule };
    return solveHousehold(inForce ? { ...problem, previous: inForce } : problem, {
      solver,
      nowMs: NOW_MS,
      validHours: 2,
      planId: "bench",
      alternatives: true,
    });
  };
  for (const isSwitched of [false, true]) {
    const fresh: number[] = [];
    const again: number[] = [];
    for (let seed = 0; seed < HOUSEHOLDS; seed++) {
      const beganMs = performance.now();
      const first = await plan(seed, { isSwitched });
      fresh.push(performance.now() - beganMs);
      const againMs = performance.now();
      await plan(seed, { isSwitched }, first);
      again.push(performance.now() - againMs);
    }
    const house = isSwitched ? "heat pump on/off" : "all continuous";
    for (const [what, times] of [
      ["first", fresh],
      ["again, with the plan in force", again],
    ] as const)
      rows.push({
        what: `whole plan, ${house}, ${what}`,
        medianMs: share(times, 0.5),
        p95Ms: share(times, 0.95),
        count: times.length,
        budgetMs: isSwitched ? 500 : undefined,
        detail: "default grid, alternatives included",
      });
  }
  return rows;
}

const EXACT_HOUSEHOLDS = 20;
const EXACT_LIMIT_MS = 20_000;

export interface SearchLoss {
  readonly medianMoney: number;
  readonly worstMoney: number;
  readonly count: number;
  readonly medianExactMs: number;
  readonly worstGap: number;
}

/** What the search over on/off loses against the exact programme, in money over the horizon. */
async function benchSearch(solver: Solver): Promise<SearchLoss> {
  const slots = planningGrid(NOW_MS, 48);
  const losses: number[] = [];
  const exactMs: number[] = [];
  const gaps: number[] = [];
  for (let seed = 0; seed < EXACT_HOUSEHOLDS; seed++) {
    const problem = household(seed, slots, { isSwitched: true });
    const options = { solver, nowMs: NOW_MS, validHours: 2, planId: "bench" };
    const searched = await solveHousehold(problem, options);
    const beganMs = performance.now();
    const exact = await solveHousehold(problem, { ...options, exact: { timeLimitMs: EXACT_LIMIT_MS, gap: 1e-3 } });
    exactMs.push(performance.now() - beganMs);
    gaps.push(exact.gap ?? 0);
    losses.push(searched.cost.total - exact.cost.total);
  }
  return {
    medianMoney: share(losses, 0.5),
    worstMoney: Math.max(...losses),
    count: losses.length,
    medianExactMs: share(exactMs, 0.5),
    worstGap: Math.max(...gaps),
  };
}

export interface SolveBench {
  readonly rows: readonly Row[];
  /** Median of a flat tariff's LP by that of a spot tariff, per grid. */
  readonly flatBySpot: readonly { readonly what: string; readonly ratio: number }[];
  readonly search: SearchLoss;
}

export async function benchSolve(): Promise<SolveBench> {
  const solver = createSolver();
  try {
    const lps = await benchLps(solver);
    const medianOf = (what: string, tariff: TariffName): number =>
      lps.find((row) => row.what === `LP, ${what}, ${tariff}`)?.medianMs ?? Number.NaN;
    return {
      rows: [...lps, ...(await benchPlans(solver))],
      flatBySpot: GRIDS.map(({ what }) => ({ what, ratio: medianOf(what, "flat") / medianOf(what, "spot") })),
      search: await benchSearch(solver),
    };
  } finally {
    await solver.stop();
  }
}
