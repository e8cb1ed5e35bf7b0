import { existsSync } from "node:fs";
import { type Plan, slotEndMs } from "@ohmstead/contract";
import { planInFile, storedPlan, withStoredPlans } from "./find-plan.ts";
import { planText } from "./plan-text.ts";

/** The present, where the plan reaches it: a plan of a simulated or of another day is told as of its own first moment. */
function nowFor({ slots, createdAtMs }: Plan): number {
  const last = slots.at(-1);
  const nowMs = Date.now();
  return last && nowMs >= createdAtMs && nowMs < slotEndMs(last) ? nowMs : createdAtMs;
}

export interface ExplainFlags {
  readonly data?: string;
  /** A plan in a file does not know its house's; without it, that of whoever reads. */
  readonly timeZone?: string;
}

/** Prints a plan for people: the newest of the data folder, one by its id, or one in a JSON file. */
export function explain(wanted: string, { data, timeZone: given }: ExplainFlags): void {
  if (wanted === "-" || existsSync(wanted)) {
    const plan = planInFile(wanted);
    const timeZone = given ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
    process.stdout.write(planText({ plan, timeZone, nowMs: nowFor(plan) }));
    return;
  }
  const { plan, problem, cause } = withStoredPlans(data, (plans) => storedPlan(plans, wanted));
  process.stdout.write(planText({ plan, problem, cause, timeZone: problem.timeZone, nowMs: nowFor(plan) }));
}
