// The solver study's instances: a folder with optimum.json, programmes as *.mps, and the scenarios they were written from. Two questions:
// does the engine find the programme's optimum, and does our model of the scenario have the same one? The study's programmes allow import
// and export (or charge and discharge) in one step unless their variant forbids it; a plan never does. So a scenario whose plain optimum
// uses both is compared with the variant that forbids them, exactly, and our everyday plan with it too: at most 2 % above.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { HouseholdProblem, Plan } from "@ohmstead/contract";
import { solveHousehold } from "../../optimizer/src/cycles/solve-household.ts";
import { faultOf } from "../../optimizer/src/solver/check-answer.ts";
import { type HighsEngine, loadHighsEngine } from "../../optimizer/src/solver/highs-engine.ts";
import type { Solver } from "../../optimizer/src/solver/solver.ts";
import type { Family, Verdict } from "./family.ts";
import { readMps } from "./lp-mps.ts";
import { type Scenario, problemOfScenario, studyCost } from "./lp-scenario.ts";

interface Published {
  readonly file: string;
  readonly scenario?: string;
  readonly binaries?: number;
  readonly expected: "optimal" | "infeasible";
  readonly objective: number | null;
  readonly steps_with_import_and_export?: number;
  readonly steps_with_charge_and_discharge?: number;
}

const SHARE = 1e-6;
/** An everyday plan may cost this much more than the exact optimum. */
const EVERYDAY_SHARE = 0.02;
const RESIDUAL = 1e-6;
const TIME_LIMIT_MS = 300_000;
/** Far below what is compared. */
const GAP = 1e-8;

const differenceOf = (ours: number, published: number): number => (ours - published) / Math.max(1, Math.abs(published));
const percent = (share: number): string => `${(100 * share).toFixed(3)} %`;
const figure = (value: number): string => value.toFixed(6);

function verdictOf(name: string, ours: number, published: number, detail?: string): Verdict {
  const difference = differenceOf(ours, published);
  return {
    name,
    ours: figure(ours),
    published: figure(published),
    difference: difference.toExponential(1),
    pass: Math.abs(difference) <= SHARE,
    ...(detail === undefined ? {} : { detail }),
  };
}

const failed = (name: string, published: string, detail: string): Verdict => ({
  name,
  ours: "-",
  published,
  difference: "-",
  pass: false,
  detail,
});

function solveProgram(engine: HighsEngine, text: string, { file, expected, objective }: Published): Verdict {
  const { lp, constant } = readMps(text);
  const answer = engine.solve({ lp, options: { engine: "highs", timeLimitMs: TIME_LIMIT_MS, gap: GAP } });
  if (expected === "infeasible")
    return {
      name: file,
      ours: answer.status,
      published: expected,
      difference: "-",
      pass: answer.status === "infeasible",
    };
  const fault = faultOf(lp, answer, { residual: RESIDUAL, objective: SHARE });
  if (fault !== undefined || answer.objective === undefined)
    return failed(file, String(objective), fault ?? answer.detail);
  return verdictOf(file, answer.objective + constant, objective ?? Number.NaN);
}

async function planOf(problem: HouseholdProblem, solver: Solver, isExact: boolean): Promise<Plan> {
  return solveHousehold(problem, {
    solver,
    nowMs: problem.slots[0]?.startMs ?? 0,
    validHours: 1,
    planId: "yardstick",
    timeLimitMs: TIME_LIMIT_MS,
    ...(isExact ? { exact: { timeLimitMs: TIME_LIMIT_MS, gap: GAP } } : {}),
  });
}

const aboutPlan = ({ rung, gap, solveMs, notes }: Plan): string =>
  [
    `${rung}, ${(solveMs / 1000).toFixed(1)} s`,
    ...(gap === undefined ? [] : [`gap ${gap.toExponential(0)}`]),
    ...notes,
  ].join("; ");

/** Uses both directions of something in one step: no plan does. */
const isTempted = (each: Published): boolean =>
  (each.steps_with_import_and_export ?? 0) + (each.steps_with_charge_and_discharge ?? 0) > 0;

async function* compareScenario(
  file: string,
  scenario: Scenario,
  published: readonly Published[],
  solver: Solver,
): AsyncGenerator<Verdict> {
  const problem = problemOfScenario(scenario);
  const reachable = published.find((each) => each.expected === "optimal" && !isTempted(each));
  if (published.some((each) => each.expected === "infeasible")) {
    const { missed, rung } = await planOf(problem, solver, true);
    const named = missed.filter(({ subject }) => subject.startsWith("site."));
    // Ours always has an answer, since the house needs a plan: the limit that cannot be kept is named.
    yield {
      name: file,
      ours: named.length > 0 ? "limit missed" : "all limits kept",
      published: "infeasible",
      difference: "-",
      pass: named.length > 0,
      detail: [rung, ...named.map(({ subject, amount, unit }) => `${subject} by ${amount.toFixed(2)} ${unit}`)].join(
        "; ",
      ),
    };
    return;
  }
  const exact = await planOf(problem, solver, true);
  const exactCost = studyCost(scenario, exact.schedule);
  const best = reachable?.objective ?? exactCost;
  if (reachable) yield verdictOf(`${file}, exact`, exactCost, best, aboutPlan(exact));
  const everyday = await planOf(problem, solver, false);
  const cost = studyCost(scenario, everyday.schedule);
  const above = (cost - best) / Math.max(1, Math.abs(best));
  const isBelow = above < -SHARE;
  yield {
    name: `${file}, everyday plan`,
    ours: figure(cost),
    published: figure(best),
    difference: percent(above),
    pass: !isBelow && above <= EVERYDAY_SHARE,
    detail: [...(reachable ? [] : ["against our own exact plan"]), aboutPlan(everyday)].join("; "),
  };
}

export const lp: Family = {
  name: "lp",
  tolerance:
    "programmes and exact plans within 1e-6 of the published optimum, relative, absolute below 1; everyday plans at most 2 % above and never below it; residuals within 1e-6; an infeasible scenario names the limit it misses",
  async *run(folder, { solver }): AsyncGenerator<Verdict> {
    const index = join(folder, "optimum.json");
    const published = existsSync(index) ? (JSON.parse(readFileSync(index, "utf8")) as Published[]) : [];
    const files = readdirSync(folder).toSorted();
    const engine = await loadHighsEngine();
    for (const file of files.filter((each) => each.endsWith(".mps"))) {
      const known = published.find((each) => each.file === file);
      if (!known) yield failed(file, "-", "optimum.json does not know it");
      else
        try {
          yield solveProgram(engine, readFileSync(join(folder, file), "utf8"), known);
        } catch (error) {
          yield failed(file, String(known.objective), (error as Error).message);
        }
    }
    for (const file of files.filter((each) => each.endsWith(".scenario.json"))) {
      const own = file.replace(".scenario.json", ".mps");
      const known = published.filter((each) => each.scenario === file || each.file === own);
      if (known.length === 0) yield failed(file, "-", "optimum.json does not know it");
      else
        try {
          const scenario = JSON.parse(readFileSync(join(folder, file), "utf8")) as Scenario;
          yield* compareScenario(file.replace(".scenario.json", ""), scenario, known, solver);
        } catch (error) {
          yield failed(file, "-", (error as Error).message);
        }
    }
  },
};
