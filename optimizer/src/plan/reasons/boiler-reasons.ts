import type { BoilerProblem, HouseholdProblem, Schedule } from "@ohmstead/contract";
import type { IntentRun } from "../intents/runs.ts";
import { boilerHeatKw } from "../intents/switch-runs.ts";
import { sum, valueAt, weightedMean, withId } from "../per-slot.ts";
import type { PowerPrice } from "./power-price.ts";
import { clearlyAbove, wordsFor } from "./words.ts";

const NOTHING_KW = 0.05;

type HeatPump = HouseholdProblem["heatPumps"][number];

interface Heated {
  readonly pump: HeatPump;
  readonly isWater: boolean;
}

/** Heat pumps that heat what a boiler heats, and which of their two kinds of heat that is. */
function beside(problem: HouseholdProblem, boiler: BoilerProblem): Heated[] {
  return problem.heatPumps.flatMap((pump): Heated[] => {
    const room = boiler.zoneIds.some((id) => pump.zoneIds.includes(id)) ? [{ pump, isWater: false }] : [];
    const water = boiler.tankId !== undefined && boiler.tankId === pump.tankId ? [{ pump, isWater: true }] : [];
    return [...room, ...water];
  });
}

/** Why a boiler heats or rests: its heat beside that of the heat pumps for the same rooms and tanks. */
export function boilerReason(
  problem: HouseholdProblem,
  schedule: Schedule,
  boiler: BoilerProblem,
  run: IntentRun,
  prices: readonly PowerPrice[],
): string {
  const words = wordsFor(problem);
  const heatKw = boilerHeatKw(schedule, boiler.id);
  const here = problem.slots
    .slice(run.first, run.last + 1)
    .map(({ hours }, index) => ({ slot: run.first + index, hours, heatKw: valueAt(heatKw, run.first + index) }));
  const isOn = run.intent.kind === "on";
  const weights = here.map(({ hours, heatKw }) => (isOn ? hours * heatKw : hours));
  const meanOf = (perKwh: (slot: number) => number): number =>
    weightedMean(here.map(({ slot }, index) => ({ value: perKwh(slot), weight: weights[index] ?? 0 }))) ??
    perKwh(run.first);
  const ownPrice = meanOf((slot) => valueAt(boiler.fuelPricePerKwh, slot) / boiler.efficiency);
  const candidates = beside(problem, boiler);
  const costs = candidates.map(({ pump, isWater }) =>
    meanOf((slot) => (prices[slot]?.pricePerKwh ?? 0) / valueAt(isWater ? pump.copWater : pump.copSpace, slot)),
  );
  const pumpPrice = costs.length > 0 ? Math.min(...costs) : undefined;
  const canRun = here.some(({ slot }) => candidates.some(({ pump }) => valueAt(pump.maxPowerKw, slot) > NOTHING_KW));
  if (!isOn) {
    if (here.every(({ slot }) => valueAt(boiler.maxHeatKw, slot) <= NOTHING_KW)) return "Off: it is not available now.";
    if (pumpPrice === undefined || !canRun) return "Off: no heat of it is needed now.";
    return clearlyAbove(ownPrice, pumpPrice, problem)
      ? `Off: its heat would cost ${words.price(ownPrice)}, that of the heat pump costs ${words.price(pumpPrice)}.`
      : "Off: no heat of it is needed now.";
  }
  const heating = `Heating at ${words.price(ownPrice)} of heat`;
  if (pumpPrice === undefined) return `${heating}.`;
  if (!canRun) return `${heating}: the heat pump cannot run now.`;
  if (clearlyAbove(pumpPrice, ownPrice, problem))
    return `${heating}: with the heat pump it would cost ${words.price(pumpPrice)}.`;
  const isPumpFull = here.every(({ slot }) =>
    candidates.every(({ pump }) => {
      const { spaceKw, waterKw } = withId(schedule.heatPumps, pump.id);
      return sum([valueAt(spaceKw, slot), valueAt(waterKw, slot)]) > valueAt(pump.maxPowerKw, slot) - NOTHING_KW;
    }),
  );
  return isPumpFull ? `${heating}: the heat pump is at its limit.` : `${heating}.`;
}
