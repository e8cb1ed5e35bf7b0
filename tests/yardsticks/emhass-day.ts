// A result table of EMHASS (opt_res*.csv): what went in (load, sun, prices) and what came out, a row per step. The same day becomes a household
// problem. Its deferrable loads run with their nominal power or not at all in a step, and may pause; how long they ran is in the table, because
// the configuration of that day is not kept. Our appliances run in one block, or with any share of a step; a load that is on or off, with
// pauses, is what a charger is: a car of so many kWh, full at the end, that takes its whole power or none.
import { HouseholdProblem, type HouseholdProblemInput } from "@ohmstead/contract";
import { solveHousehold } from "../../optimizer/src/cycles/solve-household.ts";
import type { Solver } from "../../optimizer/src/solver/solver.ts";
import { type CsvTable, numberIn } from "./csv-table.ts";
import type { EmhassConfig } from "./emhass-config.ts";
import type { Verdict } from "./family.ts";

const W = 1000;
const MINUTES_PER_HOUR = 60;
const NEEDED = [
  "timestamp",
  "P_PV",
  "P_Load",
  "P_grid_pos",
  "P_grid_neg",
  "unit_load_cost",
  "unit_prod_price",
  "cost_profit",
];
/** Printed powers and costs have eight digits. */
const SHARE = 1e-6;
const TIME_LIMIT_MS = 120_000;
const GAP = 1e-8;

export const isResultTable = ({ heading }: CsvTable): boolean => NEEDED.every((name) => heading.includes(name));

type Device = "evs" | "appliances";

/** One deferrable load by its rules: in one block, on or off with pauses, or any share of its power. */
function deferrable(
  table: CsvTable,
  config: EmhassConfig,
  slots: readonly { readonly startMs: number; readonly hours: number }[],
  i: number,
): Pick<HouseholdProblemInput, Device> {
  const column = `P_deferrable${i}`;
  const kw = table.rows.map((row) => (numberIn(row, column) ?? 0) / W);
  const powerKw = (config.nominal_power_of_deferrable_loads[i] ?? 0) / W;
  const kwh = kw.reduce((sum, each, k) => sum + each * (slots[k]?.hours ?? 0), 0);
  if (kwh <= 0) return {};
  const id = `deferrable-${i}`;
  const fromMs = slots[0]?.startMs ?? 0;
  const untilMs = fromMs + slots.reduce((sum, { hours }) => sum + hours, 0) * MINUTES_PER_HOUR * 60_000;
  const singleBlock = config.set_deferrable_load_single_constant[i] ?? false;
  if (singleBlock || !(config.treat_deferrable_load_as_semi_cont[i] ?? true))
    return { appliances: [{ id, powerKw, runHours: kwh / powerKw, singleBlock, window: { fromMs, untilMs } }] };
  return {
    evs: [
      {
        id,
        capacityKwh: kwh,
        soc: 0,
        maxChargeKw: powerKw,
        minChargeKw: powerKw,
        chargeEfficiency: 1,
        connected: slots.map(() => true),
        goals: [{ soc: 1, atMs: untilMs }],
        endValuePerKwh: 0,
      },
    ],
  };
}

export function problemOfDay(table: CsvTable, config: EmhassConfig): HouseholdProblem {
  const hours = config.optimization_time_step / MINUTES_PER_HOUR;
  const slots = table.rows.map((row) => ({ startMs: Date.parse(row.get("timestamp") ?? ""), hours }));
  const series = (column: string): number[] => table.rows.map((row) => numberIn(row, column) ?? 0);
  const sunKw = series("P_PV").map((watts) => watts / W);
  const loads = table.heading.filter((name) => /^P_deferrable\d+$/.test(name));
  const strange = table.heading.find((name) => /^(P_batt|P_hybrid)/.test(name));
  if (strange) throw new Error(`${strange}: a result with a battery is not part of this yardstick`);
  const devices = loads.map((name) => deferrable(table, config, slots, Number(name.replace("P_deferrable", ""))));
  return HouseholdProblem.parse({
    currency: "EUR",
    slots,
    importPricePerKwh: series("unit_load_cost"),
    exportPricePerKwh: series("unit_prod_price"),
    site: {
      importLimitKw: config.maximum_power_from_grid / W,
      exportLimitKw: config.maximum_power_to_grid / W,
    },
    // A meter that shows less than nothing at night draws.
    baseLoadKw: series("P_Load").map((watts, k) => watts / W - Math.min(0, sunKw[k] ?? 0)),
    outdoorTempC: slots.map(() => 10),
    pvArrays: [
      {
        id: "sun",
        forecastKw: sunKw.map((kw) => Math.max(0, kw)),
        curtailable: table.heading.includes("P_PV_curtailment"),
      },
    ],
    evs: devices.flatMap((each) => each.evs ?? []),
    appliances: devices.flatMap((each) => each.appliances ?? []),
  });
}

/** The cheapest plan of the same day beside the printed profit, which counts what is spent as negative. */
export async function compareDay(
  name: string,
  table: CsvTable,
  config: EmhassConfig,
  solver: Solver,
): Promise<Verdict> {
  const problem = problemOfDay(table, config);
  const published = table.rows.reduce((sum, row) => sum - (numberIn(row, "cost_profit") ?? 0), 0);
  const plan = await solveHousehold(problem, {
    solver,
    nowMs: problem.slots[0]?.startMs ?? 0,
    validHours: 1,
    planId: "yardstick",
    timeLimitMs: TIME_LIMIT_MS,
    exact: { timeLimitMs: TIME_LIMIT_MS, gap: GAP },
  });
  const ours = plan.cost.energy + plan.cost.export;
  const difference = ours - published;
  const within = SHARE * Math.max(1, Math.abs(published));
  // Their solver may stop this share above the optimum; more would mean that we solve another problem.
  const isCheaper = difference < -within && -difference <= config.lp_solver_mip_rel_gap * Math.abs(published);
  return {
    name,
    ours: ours.toFixed(6),
    published: published.toFixed(6),
    difference: difference.toExponential(1),
    pass: plan.missed.length === 0 && (Math.abs(difference) <= within || isCheaper),
    detail: [
      `${plan.rung}, ${(plan.solveMs / 1000).toFixed(1)} s`,
      ...(isCheaper ? ["cheaper: the published solver may stop within its gap"] : []),
      ...plan.missed.map(({ subject, amount, unit }) => `missed: ${subject} by ${amount.toFixed(2)} ${unit}`),
      ...plan.notes,
    ].join("; "),
  };
}
