import type { HouseholdProblem } from "@ohmstead/contract";
import type { HeatSlot } from "../intents/heat-runs.ts";
import { type Run, timesOf } from "../intents/runs.ts";
import { sum, valueAt, weightedMean } from "../per-slot.ts";
import { type PowerPrice, atPrice, meanPrice, wouldEarn } from "./power-price.ts";
import { clearlyAbove, temp, wordsFor } from "./words.ts";

/** A rise or fall that is worth a word. */
const NOTICEABLE_K = 0.2;
/** This close to the wish, the wish is the reason. */
const CLOSE_K = 0.5;

/** What is heated, in words. */
export interface Heated {
  readonly the: string;
  readonly heating: string;
}
export const ROOM: Heated = { the: "the room", heating: "Heating" };
export const WATER: Heated = { the: "the water", heating: "Heating water" };

/** What else is known of it: why it heats, or rests, where neither price nor wish say so. Half a sentence each. */
export interface HeatFacts {
  /** What a kWh of the boilers' heat costs in a slot. */
  readonly boilerPricePerKwh: (slot: number) => number;
  /** A wish beyond the usual ones that this stretch fulfils: it comes first. */
  readonly fulfils?: string | undefined;
  readonly otherwise?: string | undefined;
}

/** Why a room or a tank is heated now, or not: one sentence with figures, true of the plan it comes from. */
export function heatReason(
  problem: HouseholdProblem,
  slots: readonly HeatSlot[],
  run: Run,
  prices: readonly PowerPrice[],
  what: Heated,
  facts: HeatFacts,
): string {
  return slots[run.first]?.isHeating
    ? heatingReason(problem, slots, run, prices, what, facts)
    : restReason(problem, slots, run, prices, what, facts);
}

const heatOf = (slots: readonly HeatSlot[], kw: (slot: HeatSlot) => number): number =>
  sum(slots.map((slot) => slot.hours * kw(slot)));

/** The boilers give most of the heat. */
const isByBoiler = (slots: readonly HeatSlot[]): boolean =>
  heatOf(slots, (slot) => slot.boilerKw) > heatOf(slots, (slot) => slot.heatKw) / 2;

/** "at 0.31 €/kWh", or "with the boiler, whose heat costs 0.09 €/kWh". */
function atCost(
  problem: HouseholdProblem,
  here: readonly HeatSlot[],
  price: PowerPrice,
  { boilerPricePerKwh }: HeatFacts,
): string {
  if (!isByBoiler(here)) return atPrice(problem, price);
  const mean =
    weightedMean(
      here.map(({ slot, hours, boilerKw }) => ({ value: boilerPricePerKwh(slot), weight: hours * boilerKw })),
    ) ?? 0;
  return `with the boiler, whose heat costs ${wordsFor(problem).price(mean)}`;
}

const energyOf = (slots: readonly HeatSlot[]) =>
  slots.map((each) => ({ slot: each.slot, weight: each.hours * each.pumpKw }));

/** What resting saves: sun that is fed in instead, otherwise power at what the grid asks. */
function savedPrice(problem: HouseholdProblem, prices: readonly PowerPrice[], slots: readonly HeatSlot[]): PowerPrice {
  const asks = slots.flatMap(({ slot }) => {
    const price = prices[slot];
    if (!price) return [];
    return [
      price.from === "sun" ? price : { from: "grid" as const, pricePerKwh: valueAt(problem.importPricePerKwh, slot) },
    ];
  });
  return meanPrice(
    asks,
    slots.map(({ hours }, index) => ({ slot: index, weight: hours })),
  );
}

function heatingReason(
  problem: HouseholdProblem,
  slots: readonly HeatSlot[],
  run: Run,
  prices: readonly PowerPrice[],
  what: Heated,
  facts: HeatFacts,
): string {
  const words = wordsFor(problem);
  const here = slots.slice(run.first, run.last + 1);
  const { startMs } = timesOf(problem, run);
  const price = meanPrice(prices, energyOf(here));
  const startC = here[0]?.startTempC ?? 0;
  const endC = here.at(-1)?.endTempC ?? startC;
  const lowestC = Math.min(...here.map((each) => each.endTempC));
  const at = atCost(problem, here, price, facts);
  if (here[0]?.isBoosted) return `${what.heating} to ${temp(here[0].minTempC)} as asked for, ${at}.`;
  const change =
    endC > startC + NOTICEABLE_K
      ? `${what.heating} from ${temp(startC)} to ${temp(endC)} ${at}`
      : endC < startC - NOTICEABLE_K
        ? `${what.heating} ${at}, so that ${what.the} falls no lower than ${temp(lowestC)}`
        : `Keeping ${what.the} at ${temp(endC)}, ${at}`;
  if (facts.fulfils) return `${change}: ${facts.fulfils}.`;
  const rest = restAfter(slots, run.last);
  const restPrice = savedPrice(problem, prices, rest);
  if (
    rest[0] &&
    !isByBoiler(here) &&
    restPrice.from === "grid" &&
    clearlyAbove(restPrice.pricePerKwh, price.pricePerKwh, problem)
  ) {
    const fromMs = problem.slots[rest[0].slot]?.startMs ?? startMs;
    return `${change}: power costs ${words.price(restPrice.pricePerKwh)} from ${words.time(fromMs, startMs)}.`;
  }
  const wish = here.reduce((closest, each) =>
    each.endTempC - each.minTempC < closest.endTempC - closest.minTempC ? each : closest,
  );
  if (wish.endTempC < wish.minTempC + CLOSE_K) return `${change}: at least ${temp(wish.minTempC)} is wished for.`;
  return facts.otherwise ? `${change}: ${facts.otherwise}.` : `${change}.`;
}

/** The stretch without heating that follows, however its set-points differ. */
function restAfter(slots: readonly HeatSlot[], last: number): HeatSlot[] {
  const later = slots.slice(last + 1);
  const from = later.findIndex((slot) => !slot.isHeating);
  if (from < 0) return [];
  const until = later.findIndex((slot, index) => index > from && slot.isHeating);
  return later.slice(from, until < 0 ? undefined : until);
}

function restReason(
  problem: HouseholdProblem,
  slots: readonly HeatSlot[],
  run: Run,
  prices: readonly PowerPrice[],
  what: Heated,
  { otherwise }: HeatFacts,
): string {
  const words = wordsFor(problem);
  const { startMs } = timesOf(problem, run);
  const next = slots.slice(run.last + 1).find((slot) => slot.isHeating);
  const rest = slots.slice(run.first, next?.slot);
  const price = savedPrice(problem, prices, slots.slice(run.first, run.last + 1));
  const lowest = rest.reduce((low, each) => (each.endTempC < low.endTempC ? each : low));
  const missed = rest.find((each) => each.endTempC < each.minTempC - 0.05);
  const costs =
    price.from !== "grid" || price.pricePerKwh <= 0 ? "" : ` while power costs ${words.price(price.pricePerKwh)}`;
  if (missed)
    return `Not heating${costs}: ${what.the} may fall to ${temp(lowest.endTempC)}, ${temp(missed.minTempC)} is wished for.`;
  const stays = `${what.the} stays at ${temp(lowest.endTempC)} or above`;
  if (!next) return otherwise ? `Not heating: ${otherwise}; ${stays}.` : `No heating needed: ${stays}.`;
  const nextMs = problem.slots[next.slot]?.startMs ?? startMs;
  const until = `Not heating until ${words.time(nextMs, startMs)}`;
  const nextPrice = meanPrice(prices, energyOf(slots.slice(next.slot, next.slot + 1)));
  const isCheaperThen = price.from === "grid" && clearlyAbove(price.pricePerKwh, nextPrice.pricePerKwh, problem);
  if (!isCheaperThen || isByBoiler([next]))
    return otherwise ? `${until}: ${otherwise}; ${stays}.` : `${until}: ${stays}.`;
  const now = `power costs ${words.price(price.pricePerKwh)} now`;
  if (nextPrice.from === "sun")
    return `${until}: ${now}, then there is sun that ${wouldEarn(problem, nextPrice.pricePerKwh)}; ${stays}.`;
  return `${until}: ${now} and ${words.price(nextPrice.pricePerKwh)} then; ${stays}.`;
}
