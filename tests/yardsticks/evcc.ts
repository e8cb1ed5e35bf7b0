// Test cases of evcc's optimiser: a file per case with its request and its expected_response. The request becomes a household problem, solved
// exactly; from our schedule the format's own figures are printed and compared.
//
// The printed money counts what is stored from the end of the FIRST step on. Where several schedules cost the same, that figure depends on which
// of them was printed: then we ask our programme for a schedule of the same lowest cost with the published figure, and say so. A case marked
// strict compares schedules: there the format's preferences among cheapest schedules are asked for too.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Schedule } from "@ohmstead/contract";
import { solveHousehold } from "../../optimizer/src/cycles/solve-household.ts";
import { type HouseholdModel, buildModel } from "../../optimizer/src/model/build-model.ts";
import type { Term } from "../../optimizer/src/model/linear-program.ts";
import { checkSchedule } from "../../optimizer/src/plan/check-schedule.ts";
import type { EngineAnswer, Solver } from "../../optimizer/src/solver/solver.ts";
import {
  type ChargeRequest,
  type PrintedAnswer,
  type ReadRequest,
  at,
  firstStepWorth,
  printAnswer,
  readRequest,
} from "./evcc-request.ts";
import { addDemands, addFirstStepTarget, addPreferences } from "./evcc-rows.ts";
import type { Family, Verdict } from "./family.ts";
import { MoreRows } from "./more-rows.ts";

interface ExpectedBattery {
  readonly charging_power: readonly number[];
  readonly discharging_power: readonly number[];
}

interface TestCase {
  readonly request: ChargeRequest;
  readonly strict?: boolean;
  readonly expected_response: {
    readonly status: string;
    readonly objective_value: number;
    readonly limit_violations?: {
      readonly grid_import_limit_exceeded?: boolean;
      readonly grid_export_limit_hit?: boolean;
    };
    readonly batteries: readonly ExpectedBattery[];
    readonly grid_import: readonly number[];
    readonly grid_export: readonly number[];
  };
}

const MONEY_SHARE = 1e-4;
/** Of money near nothing no share is asked for. */
const MONEY_FLOOR = 0.01;
/** Schedules of strict cases, Wh in a step. */
const SCHEDULE_WH = 1;
const TIME_LIMIT_MS = 120_000;
/** Penalties that nothing can avoid may be a thousand times the money: the money must still be right. */
const GAP = 1e-9;
const HUNDREDTHS = 100;

/** A way to all cheapest schedules of a request. */
interface Cheapest {
  /** One of them. */
  first(): Promise<{ readonly schedule: Schedule; readonly about: string }>;
  /** Among them the one that suits the aims best; undefined when nothing is aimed at. */
  another(aims: (model: HouseholdModel, rows: MoreRows) => boolean): Promise<Schedule | undefined>;
}

const ENGINE = { engine: "highs", timeLimitMs: TIME_LIMIT_MS, gap: GAP } as const;

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** Hundredths per unit of each column of our programme, without what only settles ties: the format may settle them otherwise. */
function moneyPerColumn(model: HouseholdModel): Float64Array {
  const x = new Float64Array(model.lp.columnCount);
  const nothing = model.objectiveMoney(x);
  return x.map((_, j) => {
    x[j] = 1;
    const money = model.objectiveMoney(x) - nothing;
    x[j] = 0;
    return HUNDREDTHS * money;
  });
}

function cheapestSchedules(read: ReadRequest, solver: Solver, slack: number): Cheapest {
  const { problem, batteries } = read;
  const model = buildModel(problem, { exact: true });
  const asked = new MoreRows(model.lp);
  addDemands(read, model, asked);
  const lp = asked.build();
  const hasDemands = batteries.some(({ given }) => given.p_demand);
  let solved: Promise<EngineAnswer> | undefined;
  const solve = (): Promise<EngineAnswer> => (solved ??= solver.solve(lp, ENGINE));
  const scheduleOf = ({ x }: EngineAnswer): Schedule => {
    const schedule = model.schedule(x);
    const complaints = checkSchedule(problem, schedule);
    if (complaints.length > 0) throw new Error(`the checker refuses it: ${complaints.join("; ")}`);
    return schedule;
  };
  return {
    async first() {
      if (hasDemands) {
        const answer = await solve();
        const about = `demand as rows behind our programme, ${answer.status}, ${seconds(answer.solveMs)}`;
        return { schedule: scheduleOf(answer), about };
      }
      // Nothing beyond our problem: what the appliance itself would plan.
      const plan = await solveHousehold(problem, {
        solver,
        nowMs: problem.slots[0]?.startMs ?? 0,
        validHours: 1,
        planId: "yardstick",
        timeLimitMs: TIME_LIMIT_MS,
        exact: { timeLimitMs: TIME_LIMIT_MS, gap: GAP },
      });
      const about = [plan.rung, plan.status, seconds(plan.solveMs), ...plan.notes].join(", ");
      return { schedule: plan.schedule, about };
    },
    async another(aims) {
      const rows = new MoreRows(lp);
      if (!aims(model, rows)) return undefined;
      const { x } = await solve();
      const money = moneyPerColumn(model);
      const terms = [...lp.cost].flatMap((cost, j): Term[] => {
        const value = money[j] ?? cost;
        return value === 0 ? [] : [[j, value]];
      });
      const least = terms.reduce((sum, [j, value]) => sum + value * (x[j] ?? 0), 0);
      rows.row(-Infinity, least + slack, terms);
      const ties = lp.cost.map((cost, j) => cost - (money[j] ?? cost));
      return scheduleOf(await solver.solve(rows.build(ties), ENGINE));
    },
  };
}

/** The largest difference of two series, Wh. */
const apart = (mine: readonly number[], theirs: readonly number[]): number =>
  Math.max(0, ...theirs.map((value, k) => Math.abs(value - at(mine, k))));

/** The largest difference of two schedules in a step, Wh. */
function scheduleDifference(ours: PrintedAnswer, published: TestCase["expected_response"]): number {
  return Math.max(
    apart(ours.importWh, published.grid_import),
    apart(ours.exportWh, published.grid_export),
    ...published.batteries.map(({ charging_power }, i) => apart(ours.chargeWh[i] ?? [], charging_power)),
    ...published.batteries.map(({ discharging_power }, i) => apart(ours.dischargeWh[i] ?? [], discharging_power)),
  );
}

/** Flags that the answer has; older files have none. */
function wrongFlags(ours: PrintedAnswer, { limit_violations: flags = {} }: TestCase["expected_response"]): string[] {
  const { grid_import_limit_exceeded: exceeded, grid_export_limit_hit: hit } = flags;
  return [
    ...(exceeded === undefined || exceeded === ours.importExceeded ? [] : ["grid_import_limit_exceeded differs"]),
    ...(hit === undefined || hit === ours.exportLimitHit ? [] : ["grid_export_limit_hit differs"]),
  ];
}

async function compare(name: string, { request, strict, expected_response: published }: TestCase, solver: Solver) {
  const { objective_value: wanted } = published;
  const read = readRequest(request);
  const tolerance = MONEY_SHARE * Math.max(Math.abs(wanted), MONEY_FLOOR);
  const cheapest = cheapestSchedules(read, solver, (tolerance / 100) * read.scale * HUNDREDTHS);
  const { schedule, about } = await cheapest.first();
  const preferred = strict ? await cheapest.another((model, rows) => addPreferences(read, model, rows)) : undefined;
  const details = [about, ...(preferred ? ["preferences of the format asked for"] : [])];
  let ours = printAnswer(read, preferred ?? schedule);
  const missing = wanted - ours.objective;
  if (!strict && Math.abs(missing) > tolerance) {
    // Less in store after the first step is more in the printed figure.
    const target = firstStepWorth(read, schedule) - missing;
    const same = await cheapest.another((model, rows) => {
      addFirstStepTarget(read, model, rows, target);
      return true;
    });
    if (same) {
      const other = printAnswer(read, same);
      details.push(
        `of the schedules that cost the same one prints ${ours.objective.toFixed(6)}, another ${other.objective.toFixed(6)}`,
      );
      ours = other;
    }
  }
  const problems = wrongFlags(ours, published);
  const apartWh = strict ? scheduleDifference(ours, published) : 0;
  if (apartWh > SCHEDULE_WH) problems.push(`schedules differ by up to ${apartWh.toFixed(1)} Wh in a step`);
  const difference = ours.objective - wanted;
  return {
    name,
    ours: ours.objective.toFixed(6),
    published: wanted.toFixed(6),
    difference: difference.toExponential(1),
    pass: Math.abs(difference) <= tolerance && problems.length === 0,
    detail: [...problems, ...details].join("; "),
  };
}

export const evcc: Family = {
  name: "evcc",
  tolerance:
    "printed money within 1e-4, relative; limit flags equal; in strict cases every step of every schedule within 1 Wh",
  async *run(folder, { solver }): AsyncGenerator<Verdict> {
    for (const file of readdirSync(folder).toSorted()) {
      if (!file.endsWith(".json")) continue;
      const test = JSON.parse(readFileSync(join(folder, file), "utf8")) as Partial<TestCase>;
      if (!test.request || !test.expected_response) continue;
      const name = file.replace(".json", "");
      try {
        yield await compare(name, test as TestCase, solver);
      } catch (error) {
        const published = String(test.expected_response.objective_value);
        yield { name, ours: "-", published, difference: "-", pass: false, detail: (error as Error).message };
      }
    }
  },
};
