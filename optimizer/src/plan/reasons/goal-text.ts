import { type HouseholdProblem, inCurrency } from "@ohmstead/contract";
import { NOTHING_KW, type StorageSlot } from "../intents/storage-runs.ts";
import { highestChargeKw, type StorageProblem } from "../storage.ts";
import { type Goal, isMissed } from "./goals.ts";
import { sunKw } from "./storage-deals.ts";
import { percent, wordsFor } from "./words.ts";

/** Prices this close are the same to a reader. */
const SAME_PRICE_EURO = 0.005;

/** What a kWh into it costs in a slot: sun that would be fed in, or power from the grid. */
const costOf = (slot: StorageSlot): number =>
  sunKw(slot) > slot.chargeKw / 2 ? slot.exportPricePerKwh : slot.importPricePerKwh;

/** What it would cost at least in a slot where it rests: surplus may be too little for all of it. */
const leastCostOf = (slot: StorageSlot): number =>
  slot.netKw < -NOTHING_KW ? Math.min(slot.exportPricePerKwh, slot.importPricePerKwh) : slot.importPricePerKwh;

/**
 * "Charging for 07:00, when 78 % are wanted: these are the cheapest hours, at 0.11 €/kWh." Said only where no hour before the goal that
 * could be used instead is cheaper than any that is.
 */
export function goalText(
  problem: HouseholdProblem,
  storage: StorageProblem,
  slots: readonly StorageSlot[],
  here: readonly StorageSlot[],
  goal: Goal,
  at: string,
): string {
  const first = here[0]?.slot ?? 0;
  const fromMs = problem.slots[first]?.startMs ?? goal.atMs;
  const wanted = `for ${wordsFor(problem).time(goal.atMs, fromMs)}, when ${percent(goal.soc)} are wanted`;
  const short = goal.soc - goal.plannedSoc;
  if (isMissed(goal) && short >= 0.005) return `Charging ${at} ${wanted}: it will be ${percent(short)} short of that.`;
  const before = slots
    .slice(first, goal.slot + 1)
    .filter(({ slot }) => highestChargeKw(problem, storage, slot) > NOTHING_KW);
  const used = before.filter((slot) => slot.chargeKw > NOTHING_KW);
  const left = before.filter((slot) => slot.chargeKw <= NOTHING_KW);
  if (left.length === 0) return `Charging ${at} ${wanted}.`;
  const isCheapest =
    Math.max(...used.map(costOf)) <= Math.min(...left.map(leastCostOf)) + inCurrency(SAME_PRICE_EURO, problem.currency);
  return isCheapest ? `Charging ${wanted}: these are the cheapest hours, ${at}.` : `Charging ${at} ${wanted}.`;
}
