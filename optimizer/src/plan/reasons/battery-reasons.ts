import type { BatteryProblem, HouseholdProblem } from "@ohmstead/contract";
import type { BatterySlot } from "../intents/battery-runs.ts";
import { type IntentRun, timesOf } from "../intents/runs.ts";
import { sum, weightedMean } from "../per-slot.ts";
import { wouldEarn } from "./power-price.ts";
import { clearlyAbove, isNegative, percent, power, wordsFor } from "./words.ts";

const NOTHING_KW = 0.1;

/** Energy that the battery gives or takes, its mean price, and when that begins. */
interface Deal {
  readonly startMs: number;
  readonly pricePerKwh: number;
  /** Discharge that is sold, or charge that is sun: what the grid pays counts, not what it asks. */
  readonly isExport: boolean;
}

const homeKw = (slot: BatterySlot): number => Math.min(slot.dischargeKw, Math.max(0, slot.netKw));
const soldKw = (slot: BatterySlot): number => slot.dischargeKw - homeKw(slot);
const sunKw = (slot: BatterySlot): number => Math.min(slot.chargeKw, Math.max(0, -slot.netKw));
const boughtKw = (slot: BatterySlot): number => slot.chargeKw - sunKw(slot);
const energyOf = (slots: readonly BatterySlot[], kw: (slot: BatterySlot) => number): number =>
  sum(slots.map((slot) => slot.hours * kw(slot)));

/** The first stretch of discharging after a slot, up to the next charging: that is where the energy of now goes. */
function nextUse(problem: HouseholdProblem, slots: readonly BatterySlot[], after: number): Deal | undefined {
  const later = slots.slice(after + 1);
  const from = later.findIndex((slot) => slot.dischargeKw > NOTHING_KW);
  if (from < 0) return undefined;
  const until = later.findIndex((slot, index) => index > from && slot.chargeKw > NOTHING_KW);
  const giving = later.slice(from, until < 0 ? undefined : until).filter((slot) => slot.dischargeKw > NOTHING_KW);
  const isExport = energyOf(giving, soldKw) > energyOf(giving, homeKw);
  return dealOf(problem, giving, isExport, isExport ? soldKw : homeKw);
}

/** The first stretch of charging after a slot, up to the next discharging. */
function nextFill(problem: HouseholdProblem, slots: readonly BatterySlot[], after: number): Deal | undefined {
  const later = slots.slice(after + 1);
  const from = later.findIndex((slot) => slot.chargeKw > NOTHING_KW);
  if (from < 0) return undefined;
  const until = later.findIndex((slot, index) => index > from && slot.dischargeKw > NOTHING_KW);
  const taking = later.slice(from, until < 0 ? undefined : until).filter((slot) => slot.chargeKw > NOTHING_KW);
  const isSun = energyOf(taking, sunKw) >= energyOf(taking, boughtKw);
  return dealOf(problem, taking, isSun, isSun ? sunKw : boughtKw);
}

function dealOf(
  problem: HouseholdProblem,
  slots: readonly BatterySlot[],
  isExport: boolean,
  kw: (slot: BatterySlot) => number,
): Deal | undefined {
  const pricePerKwh = weightedMean(
    slots.map((slot) => ({
      value: isExport ? slot.exportPricePerKwh : slot.importPricePerKwh,
      weight: slot.hours * kw(slot),
    })),
  );
  const startMs = problem.slots[slots[0]?.slot ?? 0]?.startMs;
  return pricePerKwh === undefined || startMs === undefined ? undefined : { startMs, pricePerKwh, isExport };
}

/** Why the battery does this now: one sentence with figures, true of the plan it comes from. */
export function batteryReason(
  problem: HouseholdProblem,
  battery: BatteryProblem,
  slots: readonly BatterySlot[],
  run: IntentRun,
): string {
  const here = slots.slice(run.first, run.last + 1);
  const { kind } = run.intent;
  if (kind === "charge") return chargeReason(problem, battery, slots, run, here);
  if (kind === "discharge") return dischargeReason(problem, slots, run, here);
  if (kind === "hold") return holdReason(problem, battery, slots, run, here);
  return selfUseReason(problem, battery, slots, run, here);
}

/** What power costs in these slots, weighted by what the battery moves, or by time while it rests. */
function priceOf(here: readonly BatterySlot[], side: "import" | "export", kw: (slot: BatterySlot) => number): number {
  const price = (slot: BatterySlot) => (side === "import" ? slot.importPricePerKwh : slot.exportPricePerKwh);
  const mean = (weight: (slot: BatterySlot) => number) =>
    weightedMean(here.map((slot) => ({ value: price(slot), weight: slot.hours * weight(slot) })));
  return mean(kw) ?? mean(() => 1) ?? 0;
}

type Reason = (
  problem: HouseholdProblem,
  battery: BatteryProblem,
  slots: readonly BatterySlot[],
  run: IntentRun,
  here: readonly BatterySlot[],
) => string;

/** "it replaces power at 0.42 €/kWh from 17:00": what stored energy is for. */
function useText(problem: HouseholdProblem, battery: BatteryProblem, use: Deal | undefined, startMs: number): string {
  const words = wordsFor(problem);
  if (!use) return `a kWh left in it at the end is worth ${words.price(battery.endValuePerKwh ?? 0)}`;
  const verb = use.isExport ? "is sold at" : "replaces power at";
  return `it ${verb} ${words.price(use.pricePerKwh)} from ${words.time(use.startMs, startMs)}`;
}

const chargeReason: Reason = (problem, battery, slots, run, here) => {
  const words = wordsFor(problem);
  const { startMs } = timesOf(problem, run);
  const deal = nextUse(problem, slots, run.last);
  const use = useText(problem, battery, deal, startMs);
  if (energyOf(here, boughtKw) <= energyOf(here, () => NOTHING_KW))
    return `Storing part of the surplus sun, the rest is sold at ${words.price(priceOf(here, "export", (slot) => slot.chargeKw))}: ${use}.`;
  const price = priceOf(here, "import", boughtKw);
  if (isNegative(price)) return `Charging at ${words.price(price)}: the grid pays for taking power, and ${use}.`;
  const isLow = (here[0]?.startSoc ?? 0) < battery.minSoc - 0.005;
  if (isLow) return `Charging at ${words.price(price)}: it is below its reserve of ${percent(battery.minSoc)}.`;
  const isWorthIt = clearlyAbove(deal?.pricePerKwh ?? battery.endValuePerKwh ?? 0, price);
  return isWorthIt ? `Charging at ${words.price(price)}: ${use}.` : `Charging at ${words.price(price)}.`;
};

function dischargeReason(
  problem: HouseholdProblem,
  slots: readonly BatterySlot[],
  run: IntentRun,
  here: readonly BatterySlot[],
): string {
  const words = wordsFor(problem);
  const { startMs } = timesOf(problem, run);
  if (energyOf(here, soldKw) > energyOf(here, () => NOTHING_KW)) {
    const fill = nextFill(problem, slots, run.last);
    const sold = `Selling from the battery at ${words.price(priceOf(here, "export", soldKw))}`;
    if (!fill) return `${sold}.`;
    const source = fill.isExport
      ? `sun that ${wouldEarn(problem, fill.pricePerKwh)}`
      : `power at ${words.price(fill.pricePerKwh)}`;
    return `${sold}: it is filled again with ${source} from ${words.time(fill.startMs, startMs)}.`;
  }
  const hours = sum(here.map((slot) => slot.hours));
  const meanKw = (kw: (slot: BatterySlot) => number) => energyOf(here, kw) / hours;
  const price = priceOf(here, "import", (slot) => slot.dischargeKw);
  const given = `Giving ${power(meanKw((slot) => slot.dischargeKw))} of the ${power(meanKw((slot) => slot.netKw))} the house needs at ${words.price(price)}`;
  const use = nextUse(problem, slots, run.last);
  if (!use || use.isExport || !clearlyAbove(use.pricePerKwh, price)) return `${given}.`;
  return `${given}: the rest is kept for ${words.time(use.startMs, startMs)}, when power costs ${words.price(use.pricePerKwh)}.`;
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
    if (!fill) return `${selling}: the battery needs no more than its ${percent(here[0]?.startSoc ?? 0)}.`;
    const source = fill.isExport
      ? `sun that ${wouldEarn(problem, fill.pricePerKwh)}`
      : `power at ${words.price(fill.pricePerKwh)}`;
    return `${selling}: the battery is filled with ${source} from ${words.time(fill.startMs, startMs)}.`;
  }
  const price = priceOf(here, "import", (slot) => slot.wouldDischargeKw);
  const use = nextUse(problem, slots, run.last);
  if (use && clearlyAbove(use.pricePerKwh, price)) {
    const what = use.isExport ? "it is sold at" : "power costs";
    return `Keeping the charge for ${words.time(use.startMs, startMs)}, when ${what} ${words.price(use.pricePerKwh)}; now power costs ${words.price(price)}.`;
  }
  const endValue = battery.endValuePerKwh ?? 0;
  if (!use && endValue >= price * battery.dischargeEfficiency - battery.wearPricePerKwh - 1e-6)
    return `Keeping the charge: power costs ${words.price(price)} now, and a kWh left in the battery at the end is worth ${words.price(endValue)}.`;
  return `Resting with ${percent(here[0]?.startSoc ?? 0)}: power costs ${words.price(price)} now.`;
};

function askedUntilMs(problem: HouseholdProblem, batteryId: string): number {
  const wishes = problem.overrides.filter((each) => each.deviceId === batteryId);
  return Math.max(...wishes.map((each) => each.untilMs));
}

const selfUseReason: Reason = (problem, battery, slots, run, here) => {
  const words = wordsFor(problem);
  const { startMs } = timesOf(problem, run);
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
  const use = useText(problem, battery, nextUse(problem, slots, run.last), startMs);
  return `Storing ${sun}: ${use}.`;
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
