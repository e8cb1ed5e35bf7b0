import { HouseholdProblem, type Plan } from "@ohmstead/contract";
import { solveHousehold } from "../../../optimizer/src/cycles/solve-household.ts";
import { InputError } from "../../../optimizer/src/domain/errors.ts";
import { parseInput } from "../../../optimizer/src/domain/parse-config.ts";
import { mayAnchor, type PlanBasis } from "../../../optimizer/src/forecasts/plan-anchor.ts";
import type { Solver } from "../../../optimizer/src/solver/solver.ts";
import type { Mistype, PlanningInput } from "./case-file.ts";
import { type CasePlan, noPlan } from "./case-plan.ts";
import type { Carried } from "./carried.ts";
import { configPath } from "./config-path.ts";
import { fromPlan } from "./from-plan.ts";
import { createNames } from "./names.ts";
import { type SpoiledKey, spoilConfig } from "./spoil-key.ts";
import { toHousehold, withWorthBeyond } from "./to-household.ts";
import { settleConfig, withUserSettings } from "./user-settings.ts";

/** A plan and what it was made from, as the appliance keeps them. */
export interface PlanInForce extends PlanBasis {
  readonly plan: Plan;
}

/** One question to the program; plain data, so that another process can be asked the same. */
export interface Question {
  readonly input: PlanningInput;
  readonly mistype?: Mistype | undefined;
  /** What is in force in that process. */
  readonly previous?: PlanInForce | undefined;
  readonly carried?: Carried | undefined;
}

export interface Answer {
  readonly casePlan: CasePlan;
  /** What came into force; undefined when nothing did. */
  readonly inForce: PlanInForce | undefined;
  readonly spoiled?: SpoiledKey;
}

/** As the appliance has it when the house's config does not say otherwise. */
const VALID_HOURS = 2;

/** Asks the program as the appliance asks it: config checked, problem solved, plan checked. */
export async function ask(question: Question, solver: Pick<Solver, "solve" | "open">): Promise<Answer> {
  const beganMs = performance.now();
  const seconds = (): number => (performance.now() - beganMs) / 1000;
  const { previous, carried, mistype } = question;
  const { input, left } = withUserSettings(question.input);
  const names = createNames();
  const translated = toHousehold(input, names, carried);
  // JSON, as a file would hold it: no undefined, no shared objects.
  const config = JSON.parse(JSON.stringify(translated.config)) as Record<string, unknown>;
  settleConfig(config, left, input);
  const spoiled = mistype && spoilConfig(config, configPath(mistype.field, input), mistype.how);
  const answer = (casePlan: CasePlan, inForce?: PlanInForce): Answer => ({
    casePlan,
    inForce,
    ...(spoiled ? { spoiled } : {}),
  });
  try {
    const problem = withWorthBeyond(parseInput(HouseholdProblem, config, "the configuration"), input);
    const basis = { problem, missing: translated.unmet.map(({ subject }) => subject) };
    const isAnchored = previous && mayAnchor(previous, basis);
    const { slots, schedule } = previous?.plan ?? {};
    const plan = await solveHousehold(
      isAnchored && slots && schedule ? { ...problem, previous: { slots, schedule } } : problem,
      {
        solver,
        nowMs: Date.parse(input.now),
        validHours: VALID_HOURS,
        planId: "case",
        previous: previous?.plan,
        ...(input.planner ? { timeLimitMs: input.planner.timeLimitSeconds * 1000 } : {}),
      },
    );
    return answer(fromPlan(plan, problem, translated, names, seconds()), { ...basis, plan });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return answer(noPlan(error instanceof InputError ? "refused" : "failed", [text], seconds()));
  }
}
