import {
  type HeatPumpProblem,
  type HouseholdProblem,
  inCurrency,
  MS_PER_HOUR,
  type Schedule,
  type TankProblem,
} from "@ohmstead/contract";
import { isRunning, mayHeatRooms, pumpPowerKw, ranBefore } from "../heat-pump-runs.ts";
import type { HeatSlot } from "../intents/heat-runs.ts";
import type { Run } from "../intents/runs.ts";
import { valueAt, withId } from "../per-slot.ts";
import { SLACK_MS } from "../times.ts";
import { hygieneSlots } from "../wishes.ts";
import type { HeatFacts } from "./heat-reasons.ts";
import { money, temp, wordsFor } from "./words.ts";

type Boiler = HouseholdProblem["boilers"][number];

/** A start that costs less is not worth a word. */
const LEAST_START_EURO = 0.005;

/** Thermometers are not finer. */
const HOT_ENOUGH_K = 0.05;

const boilerPrice = ({ fuelPricePerKwh, efficiency }: Boiler, slot: number): number =>
  valueAt(fuelPricePerKwh, slot) / efficiency;

/** What else explains a room's heating and rest: its pumps' own rhythm, the warmth outdoors, the price of its boilers' heat. */
export function zoneFacts(problem: HouseholdProblem, schedule: Schedule, zoneId: string, run: Run): HeatFacts {
  const pumps = problem.heatPumps.filter(({ zoneIds }) => zoneIds.includes(zoneId));
  const boilers = problem.boilers.filter(({ zoneIds }) => zoneIds.includes(zoneId));
  return {
    boilerPricePerKwh: cheapest(boilers),
    otherwise: tooWarmOutdoors(problem, pumps, boilers, run) ?? rhythm(problem, schedule, pumps, run),
  };
}

export function tankFacts(
  problem: HouseholdProblem,
  schedule: Schedule,
  tank: TankProblem,
  slots: readonly HeatSlot[],
  run: Run,
): HeatFacts {
  const pumps = problem.heatPumps.filter((pump) => pump.tankId === tank.id);
  return {
    boilerPricePerKwh: cheapest(problem.boilers.filter((boiler) => boiler.tankId === tank.id)),
    fulfils: hygiene(problem, tank, slots, run),
    otherwise: rhythm(problem, schedule, pumps, run),
  };
}

const cheapest =
  (boilers: readonly Boiler[]) =>
  (slot: number): number =>
    Math.min(...boilers.map((boiler) => boilerPrice(boiler, slot)));

/** While it is, no pump may heat the rooms: a stretch of rest without a boiler. */
function tooWarmOutdoors(
  problem: HouseholdProblem,
  pumps: readonly HeatPumpProblem[],
  boilers: readonly Boiler[],
  { first, last }: Run,
): string | undefined {
  if (boilers.length > 0 || pumps.length === 0) return undefined;
  for (let k = first; k <= last; k++) if (pumps.some((pump) => mayHeatRooms(problem, pump, k))) return undefined;
  const limits = pumps.flatMap(({ heatingLimitTempC }) => heatingLimitTempC ?? []);
  return `it is warmer than ${temp(Math.max(...limits))} outdoors`;
}

/** Why a heat pump goes on as it is: it has not run, or rested, long enough, or a start costs more. */
function rhythm(
  problem: HouseholdProblem,
  schedule: Schedule,
  pumps: readonly HeatPumpProblem[],
  run: Run,
): string | undefined {
  for (const pump of pumps) {
    const runs = pumpPowerKw(withId(schedule.heatPumps, pump.id)).map((kw) => isRunning(pump, kw));
    const isOn = runs[run.first] ?? false;
    const leastHours = isOn ? pump.minRunHours : pump.minPauseHours;
    const sinceMs = stateSinceMs(problem, pump, runs, run.first);
    const startMs = problem.slots[run.first]?.startMs ?? 0;
    if (leastHours > 0 && startMs + SLACK_MS < sinceMs + leastHours * MS_PER_HOUR)
      return isOn
        ? `the heat pump runs at least ${hoursText(leastHours)} once started`
        : `the heat pump rests at least ${hoursText(leastHours)} once stopped`;
    const wasOn = run.first > 0 ? runs[run.first - 1] : ranBefore(pump);
    const isBridge = wasOn && runs[run.last + 1] && runs.slice(run.first, run.last + 1).every(Boolean);
    if (isBridge && pump.startPrice >= inCurrency(LEAST_START_EURO, problem.currency))
      return `the heat pump goes on, for another start would cost ${money(pump.startPrice, problem.currency)}`;
  }
  return undefined;
}

/** Since when it has been on, or off, without a break. */
function stateSinceMs(
  problem: HouseholdProblem,
  pump: HeatPumpProblem,
  runs: readonly boolean[],
  slot: number,
): number {
  const isOn = runs[slot] ?? false;
  let from = slot;
  while (from > 0 && runs[from - 1] === isOn) from--;
  const startMs = problem.slots[from]?.startMs ?? 0;
  const goesOn = from === 0 && ranBefore(pump) === isOn;
  return goesOn ? startMs - pump.previousHours * MS_PER_HOUR : startMs;
}

const hoursText = (hours: number): string =>
  hours < 1 ? `${Math.round(hours * 60)} min` : `${Number(hours.toFixed(2))} h`;

/** "once until Sat 12:00 it is to be 60.0 °C hot": the stretch that makes it so. */
function hygiene(
  problem: HouseholdProblem,
  tank: TankProblem,
  slots: readonly HeatSlot[],
  run: Run,
): string | undefined {
  const { hygiene: wish } = tank;
  if (!wish) return undefined;
  const first = hygieneSlots(problem, tank)
    .flatMap((k) => slots[k] ?? [])
    .find((slot) => slot.endTempC >= wish.tempC - HOT_ENOUGH_K);
  const isHere = first && first.slot >= run.first && first.slot <= run.last;
  // Where it is wished for at any time, the usual wish is the reason.
  if (!isHere || first.minTempC >= wish.tempC - HOT_ENOUGH_K) return undefined;
  const startMs = problem.slots[run.first]?.startMs ?? wish.fromMs;
  return `once until ${wordsFor(problem).time(wish.untilMs, startMs)} it is to be ${temp(wish.tempC)} hot`;
}
