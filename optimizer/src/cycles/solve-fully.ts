import type { HouseholdProblem, Plan, Schedule } from "@ohmstead/contract";
import { SolverError } from "../domain/errors.ts";
import { buildModel } from "../model/build-model.ts";
import { estimateMarginalPrice } from "../model/estimate-marginal-price.ts";
import type { FixedDirections, MeterPrices } from "../model/house-program.ts";
import { priceSchedule } from "../plan/price-schedule.ts";
import { rulesSchedule } from "../plan/rules-schedule.ts";
import type { EngineAnswer, SolveOptions, Solver } from "../solver/solver.ts";

/** A schedule that somebody proposes, and what they say of it. */
export interface Candidate {
  readonly schedule: Schedule;
  readonly marginalPricePerKwh: readonly number[];
  readonly engine: string;
  readonly status: Plan["status"];
  /** What the proposer says it costs; unknown when its programme priced something else. */
  readonly claimed?: number | undefined;
  /** Earlier than the usual end of validity. */
  readonly validHours?: number;
  /** Made for another problem or another model of the house: only if it does not cost more than the rules. */
  readonly mustBeatRules?: boolean;
}

/** Fixing directions may show another slot that wants both; after this many solves the rest is netted out. */
const MAX_RUNS = 4;

/** Where a run of solves sets out from. */
interface Start {
  readonly meter?: MeterPrices;
  readonly guide?: Schedule;
}

interface Settled extends Candidate {
  /** Directions had to be fixed: of several ways to do so another may be cheaper. */
  readonly wasFixed: boolean;
  readonly hadTemptingPrices: boolean;
  /** All that this way can give; false when time ran out between its solves. */
  readonly isFinished: boolean;
}

/**
 * The full programme on HiGHS. Mostly one LP. Where it wants both directions at once (export above import price, prices deep below zero),
 * directions are fixed and it is solved again from where it ended, in up to three ways of which the cheapest counts: the export price
 * lowered at first, the import price raised at first, and, should both cost more than the rules, along the rules' own directions,
 * which cannot. `timeLimitMs` is for all of it.
 */
export async function solveFully(
  problem: HouseholdProblem,
  solver: Pick<Solver, "solve">,
  { timeLimitMs, ...options }: Omit<SolveOptions, "engine" | "basis">,
): Promise<Candidate> {
  const endMs = performance.now() + timeLimitMs;
  const costs = new Map<Candidate, number>();
  const costOf = (candidate: Candidate): number => {
    const cost = costs.get(candidate) ?? priceSchedule(problem, candidate.schedule).total;
    costs.set(candidate, cost);
    return cost;
  };
  const settleFrom = (start: Start, freshWorker: boolean) =>
    settle(problem, solver, { ...options, freshWorker, endMs }, start);

  let best = await settleFrom({}, options.freshWorker === true);
  if (!best.wasFixed || !best.isFinished) return best;
  const improveFrom = async (start: Start): Promise<void> => {
    // There is a plan already: what breaks now may only cost the chance of a better one.
    const other = await settleFrom(start, false).catch(() => undefined);
    if (other && costOf(other) < costOf(best)) best = other;
  };
  if (best.hadTemptingPrices) await improveFrom({ meter: "raiseImport" });
  const rules = rulesSchedule(problem);
  if (costOf(best) > priceSchedule(problem, rules).total) await improveFrom({ guide: rules });
  return best;
}

async function settle(
  problem: HouseholdProblem,
  solver: Pick<Solver, "solve">,
  {
    endMs,
    freshWorker,
    ...options
  }: Omit<SolveOptions, "engine" | "basis" | "timeLimitMs"> & { readonly endMs: number },
  { meter, guide }: Start,
): Promise<Settled> {
  let fixed: FixedDirections | undefined;
  let answer: EngineAnswer | undefined;
  let best: Settled | undefined;
  for (let run = 1; run <= MAX_RUNS; run++) {
    const model = buildModel(problem, { fixed, meter });
    try {
      answer = await solver.solve(model.lp, {
        engine: "highs",
        ...options,
        freshWorker: run === 1 && freshWorker === true,
        basis: answer?.basis,
        timeLimitMs: Math.max(1, endMs - performance.now()),
      });
    } catch (error) {
      // A first answer is a whole plan already, only not the very best.
      if (best) return { ...best, isFinished: false };
      throw error;
    }
    const next = model.directionsToFix(answer.x, guide);
    const schedule = model.schedule(answer.x);
    best = {
      schedule,
      marginalPricePerKwh: answer.rowDuals
        ? model.marginalPricePerKwh(answer.rowDuals)
        : estimateMarginalPrice(problem, schedule),
      engine: answer.engine,
      status: next ? "feasible" : answer.status,
      claimed: next ? undefined : model.objectiveMoney(answer.x),
      wasFixed: (fixed ?? next) !== undefined,
      hadTemptingPrices: (fixed ?? next)?.grid.some((direction) => direction !== undefined) ?? false,
      isFinished: true,
    };
    if (!next) return best;
    fixed = next;
  }
  if (!best) throw new SolverError("no run was made");
  return best;
}
