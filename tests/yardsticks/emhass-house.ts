// The battery study in EMHASS's documents (chance-constrained MPC): a measured house in France, its last fourteen local days, a small battery, a
// tariff with two prices, no sun. Every half-hour a new plan for the rest of the local day from what was known before it; its first
// half-hour is carried out on the measured load: what is asked of the battery is cut to what the house takes and to what the battery holds.
import { HouseholdProblem, MS_PER_HOUR, type Plan } from "@ohmstead/contract";
import { learnLoad } from "../../optimizer/src/cycles/expected-load.ts";
import { solveHousehold } from "../../optimizer/src/cycles/solve-household.ts";
import type { SeriesRow } from "../../optimizer/src/domain/csv-series.ts";
import { type LocalTime, localClock, minuteOfDay } from "../../optimizer/src/domain/local-time.ts";
import type { Stretch } from "../../optimizer/src/domain/series.ts";
import { forecastBaseLoad } from "../../optimizer/src/forecasts/base-load.ts";
import type { Solver } from "../../optimizer/src/solver/solver.ts";
import type { EmhassConfig } from "./emhass-config.ts";
import type { Verdict } from "./family.ts";

/** Said in the study, not in its data. */
export const STUDY = {
  timeZone: "Europe/Paris",
  fromMs: Date.parse("2025-02-14T00:00:00+01:00"),
  untilMs: Date.parse("2025-02-28T00:00:00+01:00"),
  withoutBattery: 81.8763,
  foresight: 79.7017,
  /** Its four controllers that plan anew every half-hour with a point forecast: 79.7017, 79.7018, 79.7091, 79.7122. */
  closedLoop: 79.71,
} as const;

const W = 1000;
const MINUTE_MS = 60_000;
const PRINTED = 0.5e-4;

export interface House {
  readonly config: EmhassConfig;
  /** Measured load, kW, sorted. */
  readonly measured: readonly Stretch[];
  readonly clock: (ms: number) => LocalTime;
}

export function houseOf(rows: readonly SeriesRow[], config: EmhassConfig): House {
  const stepMs = config.optimization_time_step * MINUTE_MS;
  return {
    config,
    measured: rows.flatMap(({ startMs, values }) => {
      const watts = values["load_w"];
      return watts === undefined ? [] : [{ startMs, endMs: startMs + stepMs, value: watts / W }];
    }),
    clock: localClock(STUDY.timeZone),
  };
}

/** The steps of the study that were measured; a house of another time has none. */
export const stepsOf = ({ measured }: House): readonly Stretch[] =>
  measured.filter(({ startMs, endMs }) => startMs >= STUDY.fromMs && endMs <= STUDY.untilMs);

function priceAt({ config, clock }: House, ms: number): number {
  const minute = clock(ms).minuteOfDay;
  const isPeak = Object.values(config.load_peak_hour_periods).some((edges) => {
    const start = edges.find((each) => each.start !== undefined)?.start ?? "00:00";
    const end = edges.find((each) => each.end !== undefined)?.end ?? "24:00";
    return minute >= minuteOfDay(start) && minute < minuteOfDay(end);
  });
  return isPeak ? config.load_peak_hours_cost : config.load_offpeak_hours_cost;
}

/** The rest of the local day from now, with a battery that ends it as full as it is wished. */
function restOfDay(
  house: House,
  nowMs: number,
  soc: number,
  loadKw: (startsMs: readonly number[]) => readonly number[],
) {
  const { config, clock } = house;
  const stepMs = config.optimization_time_step * MINUTE_MS;
  const startsMs = [nowMs];
  let endMs = nowMs + stepMs;
  while (clock(endMs).minuteOfDay !== 0) {
    startsMs.push(endMs);
    endMs += stepMs;
  }
  const battery = config.battery_nominal_energy_capacity;
  return HouseholdProblem.parse({
    currency: "EUR",
    timeZone: STUDY.timeZone,
    slots: startsMs.map((startMs) => ({ startMs, hours: stepMs / MS_PER_HOUR })),
    importPricePerKwh: startsMs.map((ms) => priceAt(house, ms)),
    exportPricePerKwh: startsMs.map(() => 0),
    site: { importLimitKw: config.maximum_power_from_grid / W },
    baseLoadKw: [...loadKw(startsMs)],
    outdoorTempC: startsMs.map(() => 10),
    batteries: [
      {
        id: "battery",
        capacityKwh: battery / W,
        soc,
        minSoc: config.battery_minimum_state_of_charge,
        maxSoc: config.battery_maximum_state_of_charge,
        maxChargeKw: config.battery_charge_power_max / W,
        maxDischargeKw: config.battery_discharge_power_max / W,
        chargeEfficiency: config.battery_charge_efficiency,
        dischargeEfficiency: config.battery_discharge_efficiency,
        wearPricePerKwh: 0,
        mayExport: false,
        goals: [{ soc: config.battery_target_state_of_charge, atMs: endMs }],
        endValuePerKwh: 0,
      },
    ],
  });
}

const solve = (problem: HouseholdProblem, solver: Solver) =>
  solveHousehold(problem, { solver, nowMs: problem.slots[0]?.startMs ?? 0, validHours: 1, planId: "yardstick" });

export const costWithoutBattery = (house: House): number =>
  stepsOf(house).reduce(
    (sum, { startMs, endMs, value }) => sum + ((endMs - startMs) / MS_PER_HOUR) * value * priceAt(house, startMs),
    0,
  );

/** Each local day planned once with what was measured afterwards. */
export async function costWithForesight(house: House, solver: Solver): Promise<number> {
  const { config, clock, measured } = house;
  const byStart = new Map(measured.map((each) => [each.startMs, each.value]));
  let cost = 0;
  for (const { startMs } of stepsOf(house)) {
    if (clock(startMs).minuteOfDay !== 0) continue;
    const load = (startsMs: readonly number[]): number[] => startsMs.map((ms) => byStart.get(ms) ?? 0);
    const plan = await solve(restOfDay(house, startMs, config.battery_target_state_of_charge, load), solver);
    cost += plan.cost.energy;
  }
  return cost;
}

export interface LoopResult {
  /** What is bought, less what the battery holds beyond the target at the price of buying it at night. */
  readonly cost: number;
  readonly soc: number;
  /** Steps in which the load, or the battery's limits, did not allow what was planned. */
  readonly interventions: number;
  /** Root mean square error of the forecast for the step at hand, W. */
  readonly forecastErrorW: number;
}

/** What the battery is to give now, negative to take. In self-use it is asked for all that the house takes, as a battery then does. */
function requestOf({ devices, schedule }: Plan, mostKw: number) {
  const [battery] = schedule.batteries;
  const plannedKw = (battery?.dischargeKw[0] ?? 0) - (battery?.chargeKw[0] ?? 0);
  const intent = devices.find(({ deviceId }) => deviceId === battery?.id)?.segments[0]?.intent;
  return { plannedKw, askedKw: intent?.kind === "selfUse" && plannedKw > 0 ? mostKw : plannedKw };
}

export async function closedLoop(house: House, solver: Solver): Promise<LoopResult> {
  const { config, measured } = house;
  const capacityKwh = config.battery_nominal_energy_capacity / W;
  const [lowKwh, highKwh, targetKwh] = [
    config.battery_minimum_state_of_charge * capacityKwh,
    config.battery_maximum_state_of_charge * capacityKwh,
    config.battery_target_state_of_charge * capacityKwh,
  ];
  const [into, outOf] = [config.battery_charge_efficiency, config.battery_discharge_efficiency];
  const steps = stepsOf(house);
  let contentKwh = targetKwh;
  let bill = 0;
  let interventions = 0;
  let squares = 0;
  for (const { startMs: nowMs, endMs, value: loadKw } of steps) {
    const hours = (endMs - nowMs) / MS_PER_HOUR;
    const known = measured.filter((each) => each.endMs <= nowMs);
    const load = (startsMs: readonly number[]): number[] => {
      const slots = startsMs.map((startMs) => ({ startMs, hours }));
      const profile = learnLoad({ timeZone: STUDY.timeZone, load: { annualKwh: 3500 } }, { history: known, nowMs });
      const forecast = forecastBaseLoad({ slots, profile, history: known, nowMs });
      squares += (W * ((forecast[0] ?? 0) - loadKw)) ** 2;
      return forecast;
    };
    const plan = await solve(restOfDay(house, nowMs, contentKwh / capacityKwh, load), solver);
    const { plannedKw, askedKw } = requestOf(plan, config.battery_discharge_power_max / W);
    const dischargeKw = Math.max(0, Math.min(askedKw, loadKw, ((contentKwh - lowKwh) * outOf) / hours));
    const chargeKw = Math.max(0, Math.min(-askedKw, (highKwh - contentKwh) / into / hours));
    if (Math.abs(dischargeKw - chargeKw) < Math.abs(plannedKw) - 1e-6) interventions += 1;
    contentKwh += hours * (into * chargeKw - dischargeKw / outOf);
    bill += hours * (loadKw + chargeKw - dischargeKw) * priceAt(house, nowMs);
  }
  return {
    cost: bill - ((contentKwh - targetKwh) * config.load_offpeak_hours_cost) / into,
    soc: contentKwh / capacityKwh,
    interventions,
    forecastErrorW: Math.sqrt(squares / steps.length),
  };
}

const euro = (value: number): string => value.toFixed(4);

const isPrinted = (ours: number, published: number): boolean => Math.abs(ours - published) <= PRINTED;

export async function* compareHouse(name: string, house: House, solver: Solver): AsyncGenerator<Verdict> {
  const verdict = (what: string, ours: number, published: number, pass: boolean, detail?: string): Verdict => ({
    name: `${name}, ${what}`,
    ours: euro(ours),
    published: euro(published),
    difference: euro(ours - published),
    pass,
    ...(detail === undefined ? {} : { detail }),
  });
  const without = costWithoutBattery(house);
  yield verdict("no battery", without, STUDY.withoutBattery, isPrinted(without, STUDY.withoutBattery));
  const foresight = await costWithForesight(house, solver);
  yield verdict("perfect foresight", foresight, STUDY.foresight, isPrinted(foresight, STUDY.foresight));
  const beganMs = performance.now();
  const { cost, soc, interventions, forecastErrorW } = await closedLoop(house, solver);
  const seconds = ((performance.now() - beganMs) / 1000).toFixed(0);
  yield verdict(
    "closed loop",
    cost,
    STUDY.closedLoop,
    cost <= STUDY.closedLoop,
    `ends at ${soc.toFixed(3)}, ${interventions} interventions, forecast error ${forecastErrorW.toFixed(0)} W, ${seconds} s`,
  );
}
