import type { EvProblem, HouseholdProblem, Schedule } from "@ohmstead/contract";
import type { EvSlot } from "../intents/ev-runs.ts";
import { type IntentRun, timesOf } from "../intents/runs.ts";
import { NOTHING_KW } from "../intents/storage-runs.ts";
import { dischargeReason } from "./battery-reasons.ts";
import { goalText } from "./goal-text.ts";
import { goalServed, goalsOf, isMissed } from "./goals.ts";
import { wouldEarn } from "./power-price.ts";
import {
  boughtKw,
  endWorthPerKwh,
  energyOf,
  nextUse,
  priceOf,
  shareThatArrives,
  sunKw,
  useText,
} from "./storage-deals.ts";
import { clearlyAbove, isNegative, percent, wordsFor } from "./words.ts";

/** Why a car charges, waits or gives now: one sentence with figures, true of the plan it comes from. */
export function evReason(
  problem: HouseholdProblem,
  schedule: Schedule,
  ev: EvProblem,
  slots: readonly EvSlot[],
  run: IntentRun,
): string {
  const here = slots.slice(run.first, run.last + 1);
  const { kind } = run.intent;
  if (kind === "charge") return chargeReason(problem, ev, slots, run, here);
  if (kind === "discharge") return dischargeReason(problem, schedule, slots, run, here, "the car");
  return here[0]?.isConnected ? waitReason(problem, ev, slots, run, here) : awayReason(problem, slots, run);
}

/** "at 0.11 €/kWh", or "with sun that would earn 0.05 €/kWh": whichever gives most of it. */
function atPrice(problem: HouseholdProblem, here: readonly EvSlot[]): string {
  const isSun = energyOf(here, sunKw) > energyOf(here, boughtKw);
  return isSun
    ? `with sun that ${wouldEarn(problem, priceOf(here, "export", sunKw))}`
    : `at ${wordsFor(problem).price(priceOf(here, "import", boughtKw))}`;
}

function chargeReason(
  problem: HouseholdProblem,
  ev: EvProblem,
  slots: readonly EvSlot[],
  run: IntentRun,
  here: readonly EvSlot[],
): string {
  const at = atPrice(problem, here);
  const goal = goalServed(problem, ev, slots, here);
  if (goal) return goalText(problem, ev, slots, here, goal, at);
  if (here.some(({ slot }) => (ev.demandKw?.[slot] ?? 0) > NOTHING_KW)) return `Charging as asked for, ${at}.`;
  const isSun = energyOf(here, sunKw) > energyOf(here, boughtKw);
  const price = isSun ? priceOf(here, "export", sunKw) : priceOf(here, "import", boughtKw);
  const deal = nextUse(problem, slots, run.last);
  const use = useText(problem, ev, slots, here, deal);
  if (!isSun && isNegative(price, problem)) return `Charging ${at}: the grid pays for taking power.`;
  const arrives = shareThatArrives(ev, here, deal?.slots ?? []);
  const worth = deal ? deal.pricePerKwh : endWorthPerKwh(ev, slots);
  return clearlyAbove(worth * arrives, price, problem) ? `Charging ${at}: ${use}.` : `Charging ${at}.`;
}

function awayReason(problem: HouseholdProblem, slots: readonly EvSlot[], run: IntentRun): string {
  const words = wordsFor(problem);
  const { startMs } = timesOf(problem, run);
  const back = slots.slice(run.first).find((slot) => slot.isConnected);
  const next = slots.slice(run.last + 1).find((slot) => slot.chargeKw > NOTHING_KW);
  const timeOf = (slot: EvSlot) => words.time(problem.slots[slot.slot]?.startMs ?? startMs, startMs);
  if (!back) return "Not plugged in.";
  const away = `Not plugged in until ${timeOf(back)}`;
  return next ? `${away}; charging from ${timeOf(next)}, ${atPrice(problem, chargingFrom(slots, next))}.` : `${away}.`;
}

/** The stretch of charging that begins with a slot. */
function chargingFrom(slots: readonly EvSlot[], first: EvSlot): EvSlot[] {
  const later = slots.slice(first.slot);
  const until = later.findIndex((slot) => slot.chargeKw <= NOTHING_KW);
  return later.slice(0, until < 0 ? undefined : until);
}

function waitReason(
  problem: HouseholdProblem,
  ev: EvProblem,
  slots: readonly EvSlot[],
  run: IntentRun,
  here: readonly EvSlot[],
): string {
  const words = wordsFor(problem);
  const { startMs } = timesOf(problem, run);
  const time = (ms: number) => words.time(ms, startMs);
  const goal = goalsOf(problem, ev, slots).find((each) => each.slot >= run.first);
  const soc = here[0]?.startSoc ?? ev.soc;
  const next = slots.slice(run.last + 1).find((slot) => slot.chargeKw > NOTHING_KW);
  const now = priceOf(
    here.filter((slot) => slot.isConnected),
    "import",
    () => 1,
  );
  if (!next) {
    if (goal && isMissed(goal) && goal.soc - goal.plannedSoc >= 0.005)
      return `Not charging any more: ${percent(goal.soc)} are wanted at ${time(goal.atMs)}, it will be ${percent(goal.soc - goal.plannedSoc)} short of that.`;
    if (goal && soc >= goal.soc - 0.005)
      return `It has the ${percent(goal.soc)} that are wanted at ${time(goal.atMs)}.`;
    return `Resting with ${percent(soc)}: power costs ${words.price(now)} now.`;
  }
  const taking = chargingFrom(slots, next);
  const then = atPrice(problem, taking);
  const wanted = goal ? `; ${percent(goal.soc)} are wanted at ${time(goal.atMs)}` : "";
  const nextMs = problem.slots[next.slot]?.startMs ?? startMs;
  const isSun = energyOf(taking, sunKw) > energyOf(taking, boughtKw);
  const thenPrice = isSun ? priceOf(taking, "export", sunKw) : priceOf(taking, "import", boughtKw);
  const isCheaper = clearlyAbove(now, thenPrice, problem) && here.every((slot) => slot.netKw >= -NOTHING_KW);
  return isCheaper
    ? `Waiting until ${time(nextMs)}: power costs ${words.price(now)} now, charging then ${isSun ? then : `costs ${words.price(thenPrice)}`}${wanted}.`
    : `Waiting until ${time(nextMs)}, when it charges ${then}${wanted}.`;
}
