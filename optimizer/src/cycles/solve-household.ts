import {
  type DeviceIntents,
  inCurrency,
  inOtherMoney,
  MS_PER_HOUR,
  type HouseholdProblem,
  perEuro,
  type Plan,
  type PlanRung,
  type Schedule,
} from "@ohmstead/contract";
import { completeEndValues } from "../domain/end-values.ts";
import { SolverError } from "../domain/errors.ts";
import { buildModel } from "../model/build-model.ts";
import { eliminateStates } from "../model/eliminate-states.ts";
import { estimateMarginalPrice } from "../model/estimate-marginal-price.ts";
import { coarsen, transplant } from "../model/resample.ts";
import { withAlternatives } from "../plan/alternatives.ts";
import { assemblePlan } from "../plan/assemble-plan.ts";
import { checkSchedule } from "../plan/check-schedule.ts";
import { intentsOf } from "../plan/intents.ts";
import { intentsAt, planChange } from "../plan/plan-change.ts";
import { money } from "../plan/reasons/words.ts";
import { priceSchedule } from "../plan/price-schedule.ts";
import { rulesSchedule } from "../plan/rules-schedule.ts";
import { tidy } from "../plan/tidy-schedule.ts";
import { type Candidate, solveFully } from "./solve-fully.ts";
import type { SolvingEngine } from "./solving/open-house.ts";
import type { ExactOptions } from "./solving/solve-exactly.ts";

export interface SolveHouseholdOptions {
  readonly solver: SolvingEngine;
  readonly nowMs: number;
  readonly validHours: number;
  readonly planId: string;
  /** The plan in force: shifted to now when no engine answers, while it is valid. */
  readonly previous?: Plan | undefined;
  /** For all runs of HiGHS on one rung; javascript-lp-solver has four times that. */
  readonly timeLimitMs?: number | undefined;
  /** Price what else the devices could do now. */
  readonly alternatives?: boolean | undefined;
  /** Go on with whole numbers, and prove how good the plan is: with a time limit of its own, on top of the other. */
  readonly exact?: ExactOptions | undefined;
}

interface Rung {
  readonly name: PlanRung;
  /** Rejects, or gives nothing when the rung does not apply. */
  propose(): Promise<Candidate | undefined>;
}

const DEFAULT_TIME_LIMIT_MS = 5000;
const LITE_TIME_FACTOR = 4;

/** About as many slots as the default grid has: the dense engine's time grows with the cube. */
const LITE_SLOTS = 80;

/** Shares of money that are rounding and ties. */
const MONEY_SLACK = 1e-6;

/**
 * A plan for the household, from the first rung whose schedule the checker accepts: the full programme; once more in a fresh thread without
 * presolve; the previous plan, shifted to now; a smaller programme on the second engine; the house's old rules.
 * Rungs that failed leave a note. Throws SolverError when even the rules break a limit: then the problem itself is impossible.
 */
export async function solveHousehold(given: HouseholdProblem, options: SolveHouseholdOptions): Promise<Plan> {
  const problem = completeEndValues(given);
  const { currency } = problem;
  const euroSized = inEuroSize(problem);
  const { nowMs, planId } = options;
  const beganMs = performance.now();
  const notes: string[] = [];
  let rulesTotal: number | undefined;
  const costOfRules = (): number => (rulesTotal ??= priceSchedule(problem, rulesSchedule(problem)).total);
  for (const rung of ladder(euroSized, options)) {
    try {
      const proposed = await rung.propose();
      if (!proposed) continue;
      const candidate = inMoneyOf(currency, proposed);
      const complaints = complaintsAbout(problem, candidate, costOfRules);
      if (complaints.length === 0) {
        const { schedule, marginalPricePerKwh, engine, status, gap, validHours = options.validHours } = candidate;
        const parts = { problem, schedule, marginalPricePerKwh, engine, status, gap, validHours, nowMs, planId };
        const solveMs = performance.now() - beganMs;
        const before = devicesBefore(problem, marginalPricePerKwh, options);
        const inForce = before && intentsAt(before, nowMs);
        const plan = assemblePlan({ ...parts, rung: rung.name, solveMs, notes, inForce });
        return explained(plan, candidate, before, nowMs);
      }
      notes.push(`${rung.name}: refused, ${complaints.join("; ")}`);
    } catch (error) {
      // Whatever broke, the next rung may hold: the house needs a plan. The note carries the reason to the reader.
      notes.push(`${rung.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new SolverError(`no schedule passes the check: ${notes.join(" | ")}`);
}

/**
 * The search's tolerances and the programme's penalties are of the size of a euro: it is given the same house with its money in that size, so
 * that a plan is the same whatever the house counts in.
 */
const inEuroSize = (problem: HouseholdProblem): HouseholdProblem => {
  const factor = perEuro(problem.currency);
  return factor === 1 ? problem : inOtherMoney(problem, "EUR", 1 / factor);
};

/** What was proposed for the euro-sized house, in the house's own money. */
function inMoneyOf(currency: string, proposed: Candidate): Candidate {
  const { marginalPricePerKwh, claimed, changeGain, alternatives } = proposed;
  const own = (amount: number): number => inCurrency(amount, currency);
  return {
    ...proposed,
    marginalPricePerKwh: marginalPricePerKwh.map(own),
    claimed: claimed === undefined ? undefined : own(claimed),
    changeGain: changeGain === undefined ? undefined : own(changeGain),
    ...(alternatives
      ? { alternatives: alternatives.map((each) => ({ ...each, extraCost: own(each.extraCost) })) }
      : {}),
  };
}

/** What the plan in force tells the devices; of one that is known by its schedule alone, what it must have told them. */
function devicesBefore(
  problem: HouseholdProblem,
  marginalPricePerKwh: readonly number[],
  { previous }: SolveHouseholdOptions,
): readonly DeviceIntents[] | undefined {
  if (!problem.previous) return undefined;
  return previous?.devices ?? intentsOf(problem, transplant(problem, problem.previous), marginalPricePerKwh);
}

/** The plan with what else could be done, and with what it does otherwise than the plan before it. */
function explained(
  plan: Plan,
  { alternatives = [], changeGain }: Candidate,
  before: readonly DeviceIntents[] | undefined,
  nowMs: number,
): Plan {
  const devices = withAlternatives(plan.devices, alternatives);
  if (changeGain === undefined || !before) return { ...plan, devices };
  return { ...plan, devices, change: planChange(before, devices, nowMs, tidy(changeGain)) };
}

function complaintsAbout(problem: HouseholdProblem, candidate: Candidate, costOfRules: () => number): string[] {
  const complaints = checkSchedule(problem, candidate.schedule, candidate.claimed);
  if (complaints.length > 0 || !candidate.mustBeatRules) return complaints;
  const { currency } = problem;
  const { total } = priceSchedule(problem, candidate.schedule);
  const limit = costOfRules();
  return total > limit + MONEY_SLACK * Math.max(perEuro(currency), Math.abs(limit))
    ? [`it would cost ${money(total, currency)}, more than the ${money(limit, currency)} under the house's own rules`]
    : [];
}

function ladder(problem: HouseholdProblem, options: SolveHouseholdOptions): readonly Rung[] {
  const { solver, timeLimitMs = DEFAULT_TIME_LIMIT_MS, alternatives, exact } = options;
  const full = { timeLimitMs, alternatives, exact };
  return [
    { name: "full", propose: () => solveFully(problem, solver, full) },
    {
      name: "retry",
      propose: () => solveFully(problem, solver, { ...full, presolve: false, freshWorker: true }),
    },
    { name: "shifted", propose: async () => shiftPrevious(problem, options) },
    { name: "lite", propose: () => solveLite(problem, solver, timeLimitMs * LITE_TIME_FACTOR) },
    {
      name: "rules",
      propose: async () => withEstimatedPrices(problem, rulesSchedule(problem), { engine: "rules" }),
    },
  ];
}

const withEstimatedPrices = (
  problem: HouseholdProblem,
  schedule: Schedule,
  rest: Pick<Candidate, "engine" | "validHours" | "mustBeatRules">,
): Candidate => ({
  schedule,
  marginalPricePerKwh: estimateMarginalPrice(problem, schedule),
  status: "feasible",
  ...rest,
});

function shiftPrevious(problem: HouseholdProblem, { previous, nowMs }: SolveHouseholdOptions): Candidate | undefined {
  if (!previous || previous.rung === "rules" || nowMs >= previous.validUntilMs) return undefined;
  const schedule = transplant(problem, previous, rulesSchedule(problem));
  return withEstimatedPrices(problem, schedule, {
    engine: previous.engine,
    // Shifting a plan does not make it younger.
    validHours: (previous.validUntilMs - nowMs) / MS_PER_HOUR,
    mustBeatRules: true,
  });
}

async function solveLite(problem: HouseholdProblem, solver: SolvingEngine, timeLimitMs: number) {
  const coarse = coarsen(problem, LITE_SLOTS);
  const model = buildModel(coarse, { lite: true });
  const reduced = eliminateStates(model.lp, model.definitions);
  const answer = await solver.solve(reduced.lp, { engine: "javascript-lp-solver", timeLimitMs });
  const solved = model.schedule(reduced.recover(answer.x));
  const schedule = coarse === problem ? solved : transplant(problem, { slots: coarse.slots, schedule: solved });
  return withEstimatedPrices(problem, schedule, { engine: answer.engine, mustBeatRules: true });
}
