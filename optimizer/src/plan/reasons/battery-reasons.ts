import type { BatteryProblem, HouseholdProblem, Schedule } from "@ohmstead/contract";
import type { BatterySlot } from "../intents/battery-runs.ts";
import { type IntentRun, timesOf } from "../intents/runs.ts";
import { NOTHING_KW, type StorageSlot } from "../intents/storage-runs.ts";
import { sum } from "../per-slot.ts";
import { goalServed } from "./goals.ts";
import { goalText } from "./goal-text.ts";
import { demandPeak } from "./demand-peak.ts";
import { wouldEarn } from "./power-price.ts";
import {
  boughtKw,
  endWorthPerKwh,
  energyOf,
  fillText,
  nextFill,
  nextUse,
  priceOf,
  shareThatArrives,
  soldKw,
  useText,
} from "./storage-deals.ts";
import { clearlyAbove, isNegative, money, percent, power, wordsFor } from "./words.ts";

/** Why the battery does this now: one sentence with figures, true of the plan it comes from. */
export function batteryReason(
  problem: HouseholdProblem,
  schedule: Schedule,
  battery: BatteryProblem,
  slots: readonly BatterySlot[],
  run: IntentRun,
): string {
  const here = slots.slice(run.first, run.last + 1);
  const { kind } = run.intent;
  if (kind === "charge") return chargeReason(problem, battery, slots, run, here);
  if (kind === "discharge") return dischargeReason(problem, schedule, slots, run, here, "the battery");
  if (kind === "hold") return holdReason(problem, battery, slots, run, here);
  return selfUseReason(problem, battery, slots, run, here);
}

type Reason = (
  problem: HouseholdProblem,
  battery: BatteryProblem,
  slots: readonly BatterySlot[],
  run: IntentRun,
  here: readonly BatterySlot[],
) => string;

/** What it should always have: the reserve that is wished for, or the least it may have. */
const reserveOf = ({ minSoc, reserveSoc }: BatteryProblem): number => Math.max(minSoc, reserveSoc ?? 0);

const chargeReason: Reason = (problem, battery, slots, run, here) => {
  const words = wordsFor(problem);
  const deal = nextUse(problem, slots, run.last);
  const use = useText(problem, battery, slots, here, deal);
  if (energyOf(here, boughtKw) <= energyOf(here, () => NOTHING_KW))
    return `Storing part of the surplus sun, the rest is sold at ${words.price(priceOf(here, "export", (slot) => slot.chargeKw))}: ${use}.`;
  const price = priceOf(here, "import", boughtKw);
  if (isNegative(price, problem))
    return `Charging at ${words.price(price)}: the grid pays for taking power, and ${use}.`;
  const isLow = (here[0]?.startSoc ?? 0) < reserveOf(battery) - 0.005;
  if (isLow) return `Charging at ${words.price(price)}: it is below its reserve of ${percent(reserveOf(battery))}.`;
  const goal = goalServed(problem, battery, slots, here);
  if (goal) return goalText(problem, battery, slots, here, goal, `at ${words.price(price)}`);
  if (here.some(({ slot }) => (battery.demandKw?.[slot] ?? 0) > NOTHING_KW))
    return `Charging as asked for, at ${words.price(price)}.`;
  const arrives = shareThatArrives(battery, here, deal?.slots ?? []);
  const worth = deal ? deal.pricePerKwh : endWorthPerKwh(battery, slots);
  return clearlyAbove(worth * arrives, price, problem)
    ? `Charging at ${words.price(price)}: ${use}.`
    : `Charging at ${words.price(price)}.`;
};

/** Why something with a battery gives power, to the house or to the grid. */
export function dischargeReason(
  problem: HouseholdProblem,
  schedule: Schedule,
  slots: readonly StorageSlot[],
  run: IntentRun,
  here: readonly StorageSlot[],
  whose: string,
): string {
  const words = wordsFor(problem);
  const { startMs } = timesOf(problem, run);
  if (energyOf(here, soldKw) > energyOf(here, () => NOTHING_KW)) {
    const fill = nextFill(problem, slots, run.last);
    const sold = `Selling from ${whose} at ${words.price(priceOf(here, "export", soldKw))}`;
    return fill ? `${sold}: it is filled again ${fillText(problem, fill, startMs)}.` : `${sold}.`;
  }
  const hours = sum(here.map((slot) => slot.hours));
  const meanKw = (kw: (slot: StorageSlot) => number) => energyOf(here, kw) / hours;
  const price = priceOf(here, "import", (slot) => slot.dischargeKw);
  const given = `Giving ${power(meanKw((slot) => slot.dischargeKw))} of the ${power(meanKw((slot) => slot.netKw))} the house needs`;
  const peak = demandPeak(problem, schedule);
  if (peak && here.some(({ slot }) => peak.slots.has(slot)))
    return `${given}: it keeps the highest power at ${power(peak.kw)}, a kW more would cost ${money(peak.pricePerKw, problem.currency)}.`;
  const use = nextUse(problem, slots, run.last);
  if (!use || use.isExport || !clearlyAbove(use.pricePerKwh, price, problem))
    return `${given} at ${words.price(price)}.`;
  return `${given} at ${words.price(price)}: the rest is kept for ${words.time(use.startMs, startMs)}, when power costs ${words.price(use.pricePerKwh)}.`;
}

const holdReason: Reason = (problem, battery, slots, run, here) => {
  const words = wordsFor(problem);
  const { startMs } = timesOf(problem, run);
  if (here[0]?.isHeld) return `Resting until ${words.time(askedUntilMs(problem, battery.id), startMs)}, as asked for.`;
  const wouldCharge = energyOf(here, (slot) => slot.wouldChargeKw - slot.wouldDischargeKw) > 0;
  if (wouldCharge) {
    const price = priceOf(here, "export", (slot) => slot.wouldChargeKw);
    const selling = `Feeding in the surplus sun at ${words.price(price)}`;
    const fill = nextFill(problem, slots, run.last);
    return fill
      ? `${selling}: the battery is filled ${fillText(problem, fill, startMs)}.`
      : `${selling}: the battery needs no more than its ${percent(here[0]?.startSoc ?? 0)}.`;
  }
  const price = priceOf(here, "import", (slot) => slot.wouldDischargeKw);
  const use = nextUse(problem, slots, run.last);
  if (use && clearlyAbove(use.pricePerKwh, price, problem)) {
    const what = use.isExport ? "it is sold at" : "power costs";
    return `Keeping the charge for ${words.time(use.startMs, startMs)}, when ${what} ${words.price(use.pricePerKwh)}; now power costs ${words.price(price)}.`;
  }
  const reserve = reserveOf(battery);
  if ((here[0]?.startSoc ?? 0) <= reserve + 0.02)
    return `Keeping its reserve of ${percent(reserve)}: power costs ${words.price(price)} now.`;
  const endWorth = endWorthPerKwh(battery, slots);
  if (!use && endWorth >= price * bestDischarge(battery) - battery.wearPricePerKwh - 1e-6)
    return `Keeping the charge: power costs ${words.price(price)} now, and a kWh left in the battery at the end is worth ${words.price(endWorth)}.`;
  return `Resting with ${percent(here[0]?.startSoc ?? 0)}: power costs ${words.price(price)} now.`;
};

const bestDischarge = ({ dischargeStages, dischargeEfficiency }: BatteryProblem): number =>
  dischargeStages ? Math.max(...dischargeStages.map(({ efficiency }) => efficiency)) : dischargeEfficiency;

function askedUntilMs(problem: HouseholdProblem, batteryId: string): number {
  const wishes = problem.overrides.filter((each) => each.deviceId === batteryId);
  return Math.max(...wishes.map((each) => each.untilMs));
}

const selfUseReason: Reason = (problem, battery, slots, run, here) => {
  const words = wordsFor(problem);
  // What the plan does beyond self-use is left out where it is too little for a mode of its own.
  const givenKwh = energyOf(here, (slot) => Math.min(slot.dischargeKw, slot.wouldDischargeKw));
  const storedKwh = energyOf(here, (slot) => Math.min(slot.chargeKw, slot.wouldChargeKw));
  const costs = `power from the grid costs ${words.price(priceOf(here, "import", (slot) => slot.dischargeKw))}`;
  if (Math.max(givenKwh, storedKwh) < 0.01 * battery.capacityKwh) return restReason(problem, battery, here);
  if (givenKwh > 4 * storedKwh) return `The battery covers the house: ${costs}.`;
  const sun = `surplus sun that ${wouldEarn(
    problem,
    priceOf(here, "export", (slot) => slot.chargeKw),
  )}`;
  if (storedKwh <= 4 * givenKwh) return `The battery stores ${sun}, and gives it back to the house: ${costs}.`;
  return `Storing ${sun}: ${useText(problem, battery, slots, here, nextUse(problem, slots, run.last))}.`;
};

function restReason(problem: HouseholdProblem, battery: BatteryProblem, here: readonly BatterySlot[]): string {
  const words = wordsFor(problem);
  const soc = here[0]?.startSoc ?? battery.soc;
  const netKwh = energyOf(here, (slot) => slot.netKw);
  if (netKwh > 0 && soc <= battery.minSoc + 0.02)
    return `The battery is at its reserve of ${percent(battery.minSoc)}; it stores sun as soon as there is more than the house takes.`;
  if (netKwh < 0 && soc >= battery.maxSoc - 0.02)
    return `The battery is full; surplus sun is fed in at ${words.price(priceOf(here, "export", (slot) => Math.max(0, -slot.netKw)))}.`;
  return `Sun and house are in balance at ${percent(soc)}; the battery evens out what differs.`;
}
