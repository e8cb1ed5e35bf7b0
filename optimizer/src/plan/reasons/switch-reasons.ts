import type { HouseholdProblem, ImmersionHeaterProblem, PvArrayProblem, Schedule } from "@ohmstead/contract";
import { throughInverterKw } from "../intents/inverter-flow.ts";
import { type IntentRun, timesOf } from "../intents/runs.ts";
import { sum, valueAt, weightedMean, withId } from "../per-slot.ts";
import { exportLimitKw } from "../wishes.ts";
import { type PowerPrice, atPrice, isPaid, meanPrice } from "./power-price.ts";
import { clearlyAbove, isNegative, power, temp, wordsFor } from "./words.ts";

const NOTHING_KWH = 0.05;
const AT_LIMIT_KW = 0.05;

interface SlotWeight {
  readonly slot: number;
  readonly weight: number;
}

/** kWh of a power over a run. */
const energyOf = ({ slots }: HouseholdProblem, { first, last }: IntentRun, kw: readonly number[]): SlotWeight[] =>
  slots.slice(first, last + 1).map(({ hours }, index) => ({
    slot: first + index,
    weight: hours * valueAt(kw, first + index),
  }));

const total = (weights: readonly SlotWeight[]): number => sum(weights.map((each) => each.weight));

/** Why an immersion heater is on or off. */
export function immersionReason(
  problem: HouseholdProblem,
  schedule: Schedule,
  heater: ImmersionHeaterProblem,
  run: IntentRun,
  prices: readonly PowerPrice[],
): string {
  const energy = energyOf(problem, run, withId(schedule.immersionHeaters, heater.id).powerKw);
  const waterC = withId(schedule.tanks, heater.tankId).tempC.slice(run.first + 1, run.last + 2);
  const pumps = problem.heatPumps.filter((pump) => pump.tankId === heater.tankId);
  if (run.intent.kind === "off") {
    if (total(energy) > NOTHING_KWH) return "Off: the plan wants it for less than half of the time.";
    if (pumps.some((pump) => valueAt(pump.copWater, run.first) > 1))
      return "Off: the heat pump makes hot water with less power.";
    return `Off: the water stays at ${temp(Math.min(...waterC))} or above.`;
  }
  const cost = meanPrice(prices, energy);
  const at = atPrice(problem, cost);
  if (isPaid(cost, problem)) return `Heating water ${at}: the grid pays for taking power.`;
  const isPumpFull = pumps.every((pump) => {
    const { spaceKw, waterKw } = withId(schedule.heatPumps, pump.id);
    return energy.every(
      ({ slot }) => valueAt(spaceKw, slot) + valueAt(waterKw, slot) > valueAt(pump.maxPowerKw, slot) - AT_LIMIT_KW,
    );
  });
  const heating = `Heating water to ${temp(Math.max(...waterC))} ${at}`;
  return pumps.length > 0 && isPumpFull ? `${heating}: the heat pump is at its limit.` : `${heating}.`;
}

/**
 * Why a tank's heat pump rests though its immersion heaters do not; undefined where it is the heat pump's own reasons.
 */
export function immersionInsteadReason(
  problem: HouseholdProblem,
  schedule: Schedule,
  tankId: string,
  run: IntentRun,
): string | undefined {
  const heaters = problem.immersionHeaters.filter((heater) => heater.tankId === tankId);
  const isHeating = heaters.some(
    ({ id }) => total(energyOf(problem, run, withId(schedule.immersionHeaters, id).powerKw)) > NOTHING_KWH,
  );
  if (run.intent.kind !== "idle" || !isHeating) return undefined;
  const { startMs, endMs } = timesOf(problem, run);
  const lowestC = Math.min(...withId(schedule.tanks, tankId).tempC.slice(run.first + 1, run.last + 2));
  return `Left to the immersion heater until ${wordsFor(problem).time(endMs, startMs)}: the water stays at ${temp(lowestC)} or above.`;
}

/** Why the sun is let in, or limited. */
export function pvReason(problem: HouseholdProblem, schedule: Schedule, pv: PvArrayProblem, run: IntentRun): string {
  const words = wordsFor(problem);
  const forecast = energyOf(problem, run, pv.forecastKw);
  if (run.intent.kind !== "limit") {
    if (total(forecast) < NOTHING_KWH) {
      const { startMs } = timesOf(problem, run);
      const sunny = problem.slots.find((_, k) => k > run.last && valueAt(pv.forecastKw, k) > AT_LIMIT_KW);
      return sunny ? `No sun is expected until ${words.time(sunny.startMs, startMs)}.` : "No sun is expected.";
    }
    return total(energyOf(problem, run, schedule.exportKw)) > NOTHING_KWH
      ? "All of the sun is used, stored or sold."
      : "All of the sun is used or stored.";
  }
  const limited = `Limited to ${power(run.intent.kw)} of ${power(meanOf(problem, forecast))}`;
  const meanOver = (prices: readonly number[]) =>
    weightedMean(forecast.map(({ slot, weight }) => ({ value: valueAt(prices, slot), weight })));
  const importPrice = meanOver(problem.importPricePerKwh) ?? 0;
  if (isNegative(importPrice, problem) && total(energyOf(problem, run, schedule.importKw)) > NOTHING_KWH)
    return `${limited}: the grid pays ${words.price(-importPrice)} for taking its power instead.`;
  const price = meanOver(problem.exportPricePerKwh);
  if (price !== undefined && price < 0) return `${limited}: feeding in would cost ${words.price(-price)}.`;
  const isFull = forecast.every(
    ({ slot }) => valueAt(schedule.exportKw, slot) > exportLimitKw(problem, slot) - AT_LIMIT_KW,
  );
  if (isFull) {
    const limits = forecast.map(({ slot }) => exportLimitKw(problem, slot));
    return `${limited}: the connection takes no more than ${power(Math.max(...limits))}.`;
  }
  const inverter = problem.inverters.find(({ pvArrayIds }) => pvArrayIds.includes(pv.id));
  if (
    inverter &&
    forecast.every(({ slot }) => throughInverterKw(schedule, inverter, slot) > inverter.maxToHouseKw - AT_LIMIT_KW)
  )
    return `${limited}: the inverter gives no more than ${power(inverter.maxToHouseKw)}.`;
  return clearlyAbove(price ?? 0, 0, problem) ? `${limited}.` : `${limited}: a kWh more would earn nothing.`;
}

function meanOf({ slots }: HouseholdProblem, energy: readonly SlotWeight[]): number {
  const hours = sum(energy.map(({ slot }) => slots[slot]?.hours ?? 0));
  return hours > 0 ? total(energy) / hours : 0;
}
