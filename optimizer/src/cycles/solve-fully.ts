import type { HouseholdProblem, Plan, Schedule } from "@ohmstead/contract";
import { estimateMarginalPrice } from "../model/estimate-marginal-price.ts";
import { transplant } from "../model/resample.ts";
import type { DeviceAlternative } from "../plan/alternatives.ts";
import { intentsOf } from "../plan/intents.ts";
import { priceSchedule } from "../plan/price-schedule.ts";
import { rulesSchedule } from "../plan/rules-schedule.ts";
import { priceAlternatives } from "./solving/alternatives.ts";
import { calmSchedule } from "./solving/calm.ts";
import { cutMaker } from "./solving/cut.ts";
import { flipMeter } from "./solving/flip-meter.ts";
import { keepActions } from "./solving/keep.ts";
import { type OpenHouse, type SolvingEngine, openHouse } from "./solving/open-house.ts";
import { searchPatterns } from "./solving/search-patterns.ts";
import { type SeriesRules, rulesOf } from "./solving/series-rules.ts";
import { type Settled, type Start, costOf, settle } from "./solving/settle.ts";
import { type ExactOptions, solveExactly } from "./solving/solve-exactly.ts";
import { repaired, roundedPatterns } from "./solving/start-patterns.ts";

/** A schedule that somebody proposes, and what they say of it. */
export interface Candidate {
  readonly schedule: Schedule;
  readonly marginalPricePerKwh: readonly number[];
  readonly engine: string;
  readonly status: Plan["status"];
  /** How far its cost may be above the optimum, share of it; undefined: nobody has proved a bound. */
  readonly gap?: number | undefined;
  /** What the proposer says it costs; unknown when its programme priced something else. */
  readonly claimed?: number | undefined;
  /** Earlier than the usual end of validity. */
  readonly validHours?: number;
  /** Made for another problem or another model of the house: only if it does not cost more than the rules. */
  readonly mustBeatRules?: boolean;
  /** Money saved against going on as planned before; undefined without a plan before it. */
  readonly changeGain?: number | undefined;
  readonly alternatives?: readonly DeviceAlternative[];
}

export interface FullOptions {
  /** For everything together, but for the exact programme. */
  readonly timeLimitMs: number;
  readonly presolve?: boolean;
  readonly freshWorker?: boolean;
  /** Price what else could be done. */
  readonly alternatives?: boolean | undefined;
  /** Go on with whole numbers from what was found. */
  readonly exact?: ExactOptions | undefined;
}

/** What the search for patterns may take: programmes are counted, so that equal problems get equal plans; time is a safety net. */
const SEARCH_PROGRAMS = 80;
const SEARCH_TIME_SHARE = 0.5;

/** Less money is rounding. */
const NO_GAIN = 1e-6;

/**
 * The full programme on HiGHS: its optimum, with directions settled and everything that is on or off searched for; then what the previous plan
 * meant for now goes on unless changing it pays, and of plans that cost the same the calmest is taken.
 */
export async function solveFully(
  problem: HouseholdProblem,
  solver: SolvingEngine,
  { alternatives = false, exact, ...options }: FullOptions,
): Promise<Candidate> {
  const house = openHouse(problem, solver, options);
  try {
    const relaxed = await settleDirections(house, {});
    const settled = relaxed.model.switches.length === 0 ? relaxed : await settleSwitches(house, relaxed);
    const found = await flipMeter(house, settled);
    if (exact) return await exactCandidate(problem, solver, found, exact);
    const first = await finish(house, found, alternatives);
    // What was forced to be priced turned out the better plan.
    const { better } = first;
    if (!better || costOf(problem, better) > costOf(problem, found) - NO_GAIN) return first.candidate;
    return (await finish(house, better, alternatives)).candidate;
  } finally {
    house.close();
  }
}

/** From the best plan to the one that is proposed: nearest to the plan before it, with what else could be done. */
async function finish(
  house: OpenHouse,
  found: Settled,
  alternatives: boolean,
): Promise<{ readonly candidate: Candidate; readonly better?: Settled | undefined }> {
  const { problem } = house;
  const { previous } = problem;
  const kept = previous && (await keepActions(house, found, previous));
  const settled = kept?.settled ?? found;
  const calm = await calmSchedule(house, settled, previous);
  const proposed = noDearerThanRules(problem, settled, candidateOf(problem, settled, calm));
  const candidate: Candidate = { ...proposed, ...(kept ? { changeGain: kept.gain } : {}) };
  if (!alternatives) return { candidate };
  const { schedule, marginalPricePerKwh } = candidate;
  const priced = await priceAlternatives(house, settled, schedule, intentsOf(problem, schedule, marginalPricePerKwh));
  return { candidate: { ...candidate, alternatives: priced.alternatives }, better: priced.better };
}

/**
 * Where something was searched for or fixed, the house's own rules may still be cheaper than what was found: then they are the plan. Going on as
 * planned before may cost what it is allowed to.
 */
function noDearerThanRules(problem: HouseholdProblem, settled: Settled, candidate: Candidate): Candidate {
  if (!settled.wasFixed && settled.model.switches.length === 0) return candidate;
  const schedule = rulesSchedule(problem);
  const allowed = problem.previous ? problem.keepUnlessGain : 0;
  const rulesCost = priceSchedule(problem, schedule).total;
  if (priceSchedule(problem, candidate.schedule).total <= rulesCost + allowed + NO_GAIN) return candidate;
  const marginalPricePerKwh = estimateMarginalPrice(problem, schedule);
  return { ...candidate, schedule, marginalPricePerKwh, status: "feasible", claimed: undefined };
}

function candidateOf(problem: HouseholdProblem, settled: Settled, calm: Schedule | undefined): Candidate {
  const { model, answer, isFinal } = settled;
  const schedule = calm ?? model.schedule(answer.x);
  return {
    schedule,
    marginalPricePerKwh: answer.rowDuals
      ? model.marginalPricePerKwh(answer.rowDuals)
      : estimateMarginalPrice(problem, schedule),
    engine: answer.engine,
    // A search has looked at some of all patterns: it proves nothing.
    status: isFinal && model.switches.length === 0 ? answer.status : "feasible",
    claimed: isFinal ? model.objectiveMoney(answer.x) : undefined,
  };
}

/** Without an answer in time it is the plan that was found, of which nobody knows how good it is. */
async function exactCandidate(
  problem: HouseholdProblem,
  solver: SolvingEngine,
  found: Settled,
  exact: ExactOptions,
): Promise<Candidate> {
  const schedule = found.model.schedule(found.answer.x);
  const known = { schedule, x: found.answer.x };
  const proved = await solveExactly(problem, solver, known, exact).catch(() => undefined);
  if (!proved) return { ...candidateOf(problem, found, schedule), status: "feasible" };
  return { ...candidateOf(problem, found, proved.schedule), ...proved };
}

/**
 * Directions settled in up to three ways of which the cheapest counts: the export price lowered at first, the import price raised at first,
 * and, should both cost more than the rules, along the rules' own directions, which cannot.
 */
async function settleDirections(house: OpenHouse, start: Start): Promise<Settled> {
  const { problem } = house;
  let best = await settle(house, start);
  if (!best.wasFixed || !best.isFinished) return best;
  const improveFrom = async (other: Start): Promise<void> => {
    // There is a plan already: what breaks now may only cost the chance of a better one.
    const next = await settle(house, { ...start, ...other }).catch(() => undefined);
    if (next && costOf(problem, next) < costOf(problem, best)) best = next;
  };
  if (best.hadTemptingPrices) await improveFrom({ meter: "raiseImport" });
  const isRelaxed = start.pattern === undefined && best.model.switches.length > 0;
  if (isRelaxed) return best;
  const rules = rulesSchedule(problem);
  if (costOf(problem, best) > priceSchedule(problem, rules).total) await improveFrom({ guide: rules });
  return best;
}

/** The best pattern of what is on or off that a search finds, from the relaxed optimum and its directions. */
async function settleSwitches(house: OpenHouse, relaxed: Settled): Promise<Settled> {
  const { problem } = house;
  const { slots, previous } = problem;
  const { model, answer, decisions } = relaxed;
  const { switches } = model;
  const rules = new Map<string, SeriesRules>(
    switches.flatMap((each) => (each.kind === "series" ? [[each.id, rulesOf(slots, each)] as const] : [])),
  );
  const starts = [
    ...(previous ? [model.patternOf(transplant(problem, previous))] : []),
    ...roundedPatterns(slots, { model, x: answer.x }, rules),
  ].map((pattern) => repaired(slots, switches, pattern, rules));
  const netMs = house.msLeft() * (1 - SEARCH_TIME_SHARE);
  const found = await searchPatterns(
    { slots, switches, rules, cutting: cutMaker(problem, model) },
    starts,
    relaxed.isFinal ? relaxed : undefined,
    async (pattern): Promise<Settled> => {
      const solved = await house.solve({ ...decisions, pattern });
      const isFinal = solved.model.directionsToFix(solved.answer.x) === undefined;
      return { ...relaxed, ...solved, isFinal, decisions: { ...decisions, pattern } };
    },
    { maxPrograms: SEARCH_PROGRAMS, isInTime: () => house.msLeft() > netMs },
  );
  let best = found?.solved;
  // The directions were those of a house that need not be on or off: they are settled once more for this one.
  if (found && best && (best.wasFixed || !best.isFinal)) {
    const again = await settleDirections(house, { pattern: found.pattern }).catch(() => undefined);
    if (again && costOf(problem, again) < costOf(problem, best)) best = again;
  }
  const ruled = rulesSchedule(problem);
  if (!best || costOf(problem, best) > priceSchedule(problem, ruled).total) {
    const other = await settle(house, { pattern: house.openModel().patternOf(ruled), guide: ruled }).catch(
      () => undefined,
    );
    if (other && (!best || costOf(problem, other) < costOf(problem, best))) best = other;
  }
  return best ?? relaxed;
}
