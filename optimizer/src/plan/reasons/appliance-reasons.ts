import { type ApplianceProblem, type HouseholdProblem, MS_PER_HOUR, type Schedule } from "@ohmstead/contract";
import { blockKw, canRunLater, legalStarts } from "../appliance-runs.ts";
import { type IntentRun, timesOf } from "../intents/runs.ts";
import { valueAt, weightedMean, withId } from "../per-slot.ts";
import { type PowerPrice, atPrice, meanPrice } from "./power-price.ts";
import { clearlyAbove, wordsFor } from "./words.ts";

const NOTHING_KW = 0.01;

interface Start {
  readonly startMs: number;
  /** What power from the grid costs in the mean over a run that begins then. */
  readonly gridPricePerKwh: number;
}

/** Every start that its window allows, with what the grid would ask for that run. */
function startsOf(problem: HouseholdProblem, appliance: ApplianceProblem): Start[] {
  const { slots, importPricePerKwh } = problem;
  return legalStarts(appliance, problem).flatMap((start): Start[] => {
    const startMs = slots[start]?.startMs;
    if (startMs === undefined) return [];
    const energy = blockKw(appliance, slots, startMs).map((kw, k) => ({
      value: valueAt(importPricePerKwh, k),
      weight: kw * (slots[k]?.hours ?? 0),
    }));
    return [{ startMs, gridPricePerKwh: weightedMean(energy) ?? 0 }];
  });
}

/** Why an appliance runs now, or waits: when it starts, and what power costs then, now and at the dearest start. */
export function applianceReason(
  problem: HouseholdProblem,
  schedule: Schedule,
  appliance: ApplianceProblem,
  run: IntentRun,
  prices: readonly PowerPrice[],
): string {
  const words = wordsFor(problem);
  const { startMs, endMs } = timesOf(problem, run);
  const time = (ms: number) => words.time(ms, startMs);
  const { startedMs, singleBlock, runHours } = appliance;
  const { powerKw } = withId(schedule.appliances, appliance.id);
  const energy = problem.slots.map(({ hours }, k) => ({ slot: k, weight: hours * valueAt(powerKw, k) }));
  const isOn = run.intent.kind === "on";
  if (startedMs !== undefined) {
    const doneMs = startedMs + runHours * MS_PER_HOUR;
    return isOn ? `Running since ${time(startedMs)}, until ${time(doneMs)}.` : `Done at ${time(doneMs)}.`;
  }
  const first = powerKw.findIndex((kw) => kw > NOTHING_KW);
  if (first < 0) return notRunReason(problem, appliance, startMs);
  const beginMs = problem.slots[first]?.startMs ?? startMs;
  if (!singleBlock) {
    const here = energy.slice(run.first, run.last + 1);
    if (isOn) return `Running ${atPrice(problem, meanPrice(prices, here))} until ${time(endMs)}.`;
    const next = energy.find(({ slot, weight }) => slot > run.last && weight > 0);
    if (!next) return "Off: all of its time is planned before this.";
    const until = energy.findIndex(({ slot, weight }) => slot > next.slot && weight === 0);
    const then = meanPrice(prices, energy.slice(next.slot, until < 0 ? undefined : until));
    const nowPrice = meanImportPrice(problem, run);
    const waits = `Waiting until ${time(problem.slots[next.slot]?.startMs ?? endMs)}, to run ${atPrice(problem, then)}`;
    return clearlyAbove(nowPrice, then.pricePerKwh, problem)
      ? `${waits}: power costs ${words.price(nowPrice)} now.`
      : `${waits}.`;
  }
  if (!isOn && run.first > first) return `Done at ${time(beginMs + runHours * MS_PER_HOUR)}.`;
  const price = meanPrice(prices, energy);
  const at = atPrice(problem, price);
  const starts = startsOf(problem, appliance);
  const dearest = starts.reduce<Start | undefined>(
    (most, each) => (!most || each.gridPricePerKwh > most.gridPricePerKwh ? each : most),
    undefined,
  );
  const asks = (start: Start) => `a start at ${time(start.startMs)} would cost ${words.price(start.gridPricePerKwh)}`;
  if (!isOn) {
    const now = starts.find((each) => each.startMs >= startMs);
    const waits = `Waiting until ${time(beginMs)}, to run ${at}`;
    return now && now.startMs < beginMs && clearlyAbove(now.gridPricePerKwh, price.pricePerKwh, problem)
      ? `${waits}: ${asks(now)}.`
      : `${waits}.`;
  }
  const runs = `Running until ${time(beginMs + runHours * MS_PER_HOUR)} ${at}`;
  return dearest && dearest.startMs !== beginMs && clearlyAbove(dearest.gridPricePerKwh, price.pricePerKwh, problem)
    ? `${runs}: ${asks(dearest)}, the dearest.`
    : `${runs}.`;
}

/** What the grid asks for in the mean of a run of slots. */
const meanImportPrice = ({ slots, importPricePerKwh }: HouseholdProblem, { first, last }: IntentRun): number =>
  weightedMean(
    slots
      .slice(first, last + 1)
      .map(({ hours }, index) => ({ value: valueAt(importPricePerKwh, first + index), weight: hours })),
  ) ?? 0;

function notRunReason(problem: HouseholdProblem, appliance: ApplianceProblem, startMs: number): string {
  const until = wordsFor(problem).time(appliance.window.untilMs, startMs);
  return canRunLater(appliance, problem)
    ? `Not yet: it has time until ${until}.`
    : `Not run: it finds no place before ${until}.`;
}
