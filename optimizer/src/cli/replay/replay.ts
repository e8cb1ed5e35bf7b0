import type { Plan } from "@ohmstead/contract";
import { solveHousehold } from "../../cycles/solve-household.ts";
import { toldDevices } from "../../plan/told-devices.ts";
import { createSolver } from "../../solver/solver.ts";
import type { StoredPlan } from "../../store/plan-repository.ts";
import { storedPlan, withStoredPlans } from "../explain/find-plan.ts";
import { type Difference, planDifferences } from "./plan-differences.ts";

const EXIT_DIFFERENT = 1;
/** For plans from before settings were kept. */
const VALID_HOURS = 2;
const SHOWN = 40;

/** Solves what a stored plan was made from once more, in this process that knows nothing else, and says in what the two differ. */
export async function replay(wanted: string, { data }: { readonly data?: string }): Promise<void> {
  const { stored, previous } = withStoredPlans(data, (plans) => {
    const found = storedPlan(plans, wanted);
    const previousId = found.settings?.previousId;
    return { stored: found, previous: previousId === undefined ? undefined : plans.byId(previousId)?.plan };
  });
  const again = await solveAgain(stored, previous);
  const differences = planDifferences(stored.plan, again);
  console.log(replayText(stored, again, differences));
  if (differences.length > 0) process.exitCode = EXIT_DIFFERENT;
}

async function solveAgain({ plan, problem, settings }: StoredPlan, previous: Plan | undefined): Promise<Plan> {
  const solver = createSolver();
  solver.start();
  try {
    const solved = await solveHousehold(problem, {
      solver,
      nowMs: plan.createdAtMs,
      validHours: settings?.validHours ?? VALID_HOURS,
      planId: plan.id,
      previous,
      timeLimitMs: settings?.timeLimitMs,
      alternatives: settings?.alternatives,
    });
    return settings?.told ? { ...solved, devices: toldDevices(solved.devices, settings.told) } : solved;
  } finally {
    await solver.stop();
  }
}

/** "same", or every difference; and what a reader must know of the stored plan to judge it. */
export function replayText({ plan, settings }: StoredPlan, again: Plan, differences: readonly Difference[]): string {
  const lines = [
    ...(plan.rung === "full" ? [] : [`The stored plan came from rung ${plan.rung}: ${notesOf(plan)}`]),
    ...(plan.status === "optimal"
      ? []
      : ["The stored plan was stopped early or made by rules: how far it came may depend on the machine."]),
    ...(settings
      ? []
      : ["The stored plan does not say how it was solved: time limit and plan in force are not those of then."]),
  ];
  if (differences.length === 0)
    return [...lines, `same: plan ${plan.id}, rung ${again.rung}, total ${plan.cost.total} ${plan.currency}`].join(
      "\n",
    );
  const shown = differences.slice(0, SHOWN).map(({ where, before, after }) => `${where}: ${before} -> ${after}`);
  const more = differences.length - shown.length;
  return [
    ...lines,
    `different in ${differences.length} places: plan ${plan.id}, then ${plan.cost.total} ${plan.currency}, now ${again.cost.total}`,
    ...shown,
    ...(more > 0 ? [`and ${more} more`] : []),
  ].join("\n");
}

const notesOf = ({ notes }: Plan): string => notes.join(" | ") || "it has no notes";
