import { type ApplianceProblem, type HouseholdProblem, MS_PER_HOUR, slotEndMs } from "@ohmstead/contract";
import { GOAL_PRICE_PER_KWH, HUNDREDTHS, TIE_BREAK, at, horizonEndMs, penaltyScaleOf, surplusKwOf } from "./horizon.ts";
import type { HouseProgram } from "./house-program.ts";
import type { Term } from "./linear-program.ts";

export interface ApplianceColumns {
  /** Per slot: the columns that draw its power. */
  readonly power: readonly (readonly Term[])[];
}

/** A start that is possible, and what it draws, kW per slot. */
export interface ApplianceStart {
  readonly slot: number;
  readonly powerKw: readonly number[];
}

/** Forecasts and windows are rounded to milliseconds by several hands. */
const SLACK_MS = 1000;

/** Power at full while [fromMs, untilMs) lasts, as means of the slots. */
export const drawnBetween = (problem: HouseholdProblem, kw: number, fromMs: number, untilMs: number): number[] =>
  problem.slots.map((slot) => {
    const ms = Math.min(untilMs, slotEndMs(slot)) - Math.max(fromMs, slot.startMs);
    return (kw * Math.max(0, ms)) / (slotEndMs(slot) - slot.startMs);
  });

/** From a time on for as long as the appliance runs. */
export const drawnFrom = (problem: HouseholdProblem, appliance: ApplianceProblem, startMs: number): number[] =>
  drawnBetween(problem, appliance.powerKw, startMs, startMs + appliance.runHours * MS_PER_HOUR);

/** Where a single block may begin: at a slot within its window that leaves it time to end in the window and in the horizon. */
export function startsOf(problem: HouseholdProblem, appliance: ApplianceProblem): ApplianceStart[] {
  const { window, runHours } = appliance;
  const untilMs = Math.min(window.untilMs, horizonEndMs(problem)) + SLACK_MS;
  return problem.slots.flatMap(({ startMs }, slot) =>
    startMs >= window.fromMs && startMs + runHours * MS_PER_HOUR <= untilMs
      ? [{ slot, powerKw: drawnFrom(problem, appliance, startMs) }]
      : [],
  );
}

/** The most that one which may be interrupted can draw in each slot: what of it lies in the window. */
export const mostInWindow = (problem: HouseholdProblem, { powerKw, window }: ApplianceProblem): number[] =>
  drawnBetween(problem, powerKw, window.fromMs, window.untilMs);

/** What a kWh that is not run costs: later it will be bought at a price as usual, or it is missed for good. */
function missedPricePerKwh(problem: HouseholdProblem, { window, runHours }: ApplianceProblem): number {
  if (window.untilMs - runHours * MS_PER_HOUR < horizonEndMs(problem))
    return GOAL_PRICE_PER_KWH * penaltyScaleOf(problem);
  const hours = problem.slots.reduce((sum, slot) => sum + slot.hours, 0);
  const money = problem.slots.reduce((sum, slot, k) => sum + slot.hours * at(problem.importPricePerKwh, k), 0);
  return Math.max(0, money / hours);
}

/**
 * Running: what is left of it draws its power. One block: exactly one of the possible starts, or none at the price of all its energy.
 * In pieces: any power within the window, and a price on what is missing of its energy.
 */
export function addAppliance(house: HouseProgram, appliance: ApplianceProblem): ApplianceColumns {
  const power: Term[][] = house.problem.slots.map(() => []);
  if (appliance.startedMs !== undefined) addStarted(house, appliance, appliance.startedMs, power);
  else if (appliance.singleBlock) addBlock(house, appliance, power);
  else addPieces(house, appliance, power);
  power.forEach((terms, k) => house.balance[k]?.push(...terms.map(([column, kw]) => [column, -kw] as const)));
  return { power };
}

function addStarted(house: HouseProgram, appliance: ApplianceProblem, startedMs: number, power: Term[][]): void {
  drawnFrom(house.problem, appliance, startedMs).forEach((kw, k) => {
    if (kw > 0) power[k]?.push([house.builder.column({ lower: kw, upper: kw }), 1]);
  });
}

function addBlock(house: HouseProgram, appliance: ApplianceProblem, power: Term[][]): void {
  const { builder, problem } = house;
  const starts = startsOf(problem, appliance);
  const notAtAll = HUNDREDTHS * missedPricePerKwh(problem, appliance) * appliance.powerKw * appliance.runHours;
  if (starts.length === 0) {
    builder.addConstant(notAtAll);
    return;
  }
  const only = house.lite ? cheapest(problem, starts) : undefined;
  const option = (start: ApplianceStart | undefined, cost: number, tieBreak: number): number => {
    const bound = start === only ? 1 : 0;
    return only === undefined
      ? builder.column({ upper: 1, cost, tieBreak, integer: true })
      : builder.column({ lower: bound, upper: bound, cost });
  };
  const energy = appliance.powerKw * appliance.runHours;
  const columns = starts.map((start) => {
    // Of equal starts the earlier.
    const column = option(start, 0, (TIE_BREAK * energy * start.slot) / problem.slots.length);
    start.powerKw.forEach((kw, k) => {
      if (kw > 0) power[k]?.push([column, kw]);
    });
    return column;
  });
  columns.push(option(undefined, notAtAll, 0));
  if (only !== undefined) return;
  builder.row(
    1,
    1,
    columns.map((column) => [column, 1]),
  );
  const startSlots = [...starts.map((start) => start.slot), undefined];
  house.switches.push({ kind: "choice", id: `${appliance.id}.start`, columns, startSlots });
}

/** By price alone: sun beyond the base load costs what it would earn. */
function cheapest(problem: HouseholdProblem, starts: readonly ApplianceStart[]): ApplianceStart | undefined {
  const surplusKw = surplusKwOf(problem);
  const costOf = ({ powerKw }: ApplianceStart): number =>
    powerKw.reduce((sum, kw, k) => {
      const sunKw = Math.min(kw, at(surplusKw, k));
      const perHour = sunKw * at(problem.exportPricePerKwh, k) + (kw - sunKw) * at(problem.importPricePerKwh, k);
      return sum + (problem.slots[k]?.hours ?? 0) * perHour;
    }, 0);
  return starts
    .map((start) => ({ start, cost: costOf(start) }))
    .reduce<{ start: ApplianceStart; cost: number } | undefined>(
      (best, each) => (best === undefined || each.cost < best.cost ? each : best),
      undefined,
    )?.start;
}

function addPieces(house: HouseProgram, appliance: ApplianceProblem, power: Term[][]): void {
  const { builder, problem } = house;
  const energy = appliance.powerKw * appliance.runHours;
  const terms: Term[] = [];
  mostInWindow(problem, appliance).forEach((upper, k) => {
    const hours = problem.slots[k]?.hours ?? 0;
    if (upper === 0) return;
    const column = builder.column({ upper, tieBreak: (TIE_BREAK * hours * k) / problem.slots.length });
    power[k]?.push([column, 1]);
    terms.push([column, hours]);
  });
  const missing = builder.column({ upper: energy, cost: HUNDREDTHS * missedPricePerKwh(problem, appliance) });
  builder.row(energy, energy, [...terms, [missing, 1]]);
}

export const appliancePowerKw = ({ power }: ApplianceColumns, x: Float64Array): number[] =>
  power.map((terms) => terms.reduce((sum, [column, kw]) => sum + kw * at(x, column), 0));
