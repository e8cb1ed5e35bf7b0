import {
  type HouseholdProblem,
  type Intent,
  MS_PER_HOUR,
  type Plan,
  type PlanChange,
  type Schedule,
} from "@ohmstead/contract";
import { checkSchedule } from "./check-schedule.ts";
import { intentsOf } from "./intents.ts";
import { missedLimits } from "./missed-limits.ts";
import { priceSchedule } from "./price-schedule.ts";
import { tidy, tidyAll, tidySchedule } from "./tidy-schedule.ts";
import { horizonEndMs } from "./times.ts";

export interface PlanParts extends Pick<Plan, "rung" | "engine" | "status" | "solveMs" | "notes"> {
  /** With completed end values. */
  readonly problem: HouseholdProblem;
  /** Accepted by the checker. */
  readonly schedule: Schedule;
  /** Per slot; where nobody knows better, the import price. */
  readonly marginalPricePerKwh: readonly number[];
  readonly nowMs: number;
  readonly validHours: number;
  readonly planId: string;
  /** How far the cost may be above the optimum, where somebody has proved a bound. */
  readonly gap?: number | undefined;
  /** What devices are told at the moment. */
  readonly inForce?: ReadonlyMap<string, Intent> | undefined;
  /** Against the plan in force, where there is one. */
  readonly change?: PlanChange | undefined;
}

/** Tidied figures, unless a device so small, or a slot so long, would turn a millionth of a kW into a broken limit. */
function legible(problem: HouseholdProblem, schedule: Schedule): Schedule {
  const isAccepted = (each: Schedule): boolean => checkSchedule(problem, each).length === 0;
  const tidied = tidySchedule(problem, schedule);
  return !isAccepted(tidied) && isAccepted(schedule) ? schedule : tidied;
}

/** An accepted schedule as the plan that everybody reads: priced, its missed wishes named, as intents with reasons. */
export function assemblePlan(parts: PlanParts): Plan {
  const { problem, nowMs, validHours, gap, change } = parts;
  const schedule = legible(problem, parts.schedule);
  const cost = priceSchedule(problem, schedule);
  return {
    formatVersion: 1,
    id: parts.planId,
    createdAtMs: nowMs,
    validUntilMs: Math.max(nowMs, Math.min(horizonEndMs(problem), nowMs + Math.round(validHours * MS_PER_HOUR))),
    status: parts.status,
    rung: parts.rung,
    engine: parts.engine,
    ...(gap === undefined ? {} : { gap: Math.max(0, gap) }),
    solveMs: parts.solveMs,
    currency: problem.currency,
    slots: problem.slots,
    schedule,
    cost: {
      energy: tidy(cost.energy),
      export: tidy(cost.export),
      fuel: tidy(cost.fuel),
      wear: tidy(cost.wear),
      start: tidy(cost.start),
      demand: tidy(cost.demand),
      discomfort: tidy(cost.discomfort),
      change: tidy(cost.change),
      endValue: tidy(cost.endValue),
      total: tidy(cost.total),
    },
    missed: missedLimits(problem, schedule).map((each) => ({ ...each, amount: tidy(each.amount) })),
    marginalPricePerKwh: tidyAll(parts.marginalPricePerKwh),
    devices: intentsOf(problem, schedule, parts.marginalPricePerKwh, parts.inForce),
    ...(change ? { change: { ...change, gain: tidy(change.gain) } } : {}),
    notes: parts.notes,
  };
}
