import type { HouseholdProblem } from "@ohmstead/contract";
import { NOTHING_KW, type StorageSlot } from "../intents/storage-runs.ts";
import { contentWorth } from "../money/end-worth.ts";
import { sum, weightedMean } from "../per-slot.ts";
import type { StorageProblem } from "../storage.ts";
import { wouldEarn } from "./power-price.ts";
import { percent, wordsFor } from "./words.ts";

/** Energy that a battery or car gives or takes, its mean price, and when that begins. */
export interface Deal {
  readonly startMs: number;
  readonly pricePerKwh: number;
  /** Discharge that is sold, or charge that is sun: what the grid pays counts, not what it asks. */
  readonly isExport: boolean;
  readonly slots: readonly StorageSlot[];
}

export const homeKw = (slot: StorageSlot): number => Math.min(slot.dischargeKw, Math.max(0, slot.netKw));
export const soldKw = (slot: StorageSlot): number => slot.dischargeKw - homeKw(slot);
export const sunKw = (slot: StorageSlot): number => Math.min(slot.chargeKw, slot.surplusSunKw);
export const boughtKw = (slot: StorageSlot): number => slot.chargeKw - sunKw(slot);
export const energyOf = <S extends StorageSlot>(slots: readonly S[], kw: (slot: S) => number): number =>
  sum(slots.map((slot) => slot.hours * kw(slot)));

/** The first stretch of discharging after a slot, up to the next charging: that is where the energy of now goes. */
export function nextUse(problem: HouseholdProblem, slots: readonly StorageSlot[], after: number): Deal | undefined {
  const later = slots.slice(after + 1);
  const from = later.findIndex((slot) => slot.dischargeKw > NOTHING_KW);
  if (from < 0) return undefined;
  const until = later.findIndex((slot, index) => index > from && slot.chargeKw > NOTHING_KW);
  const giving = later.slice(from, until < 0 ? undefined : until).filter((slot) => slot.dischargeKw > NOTHING_KW);
  const isExport = energyOf(giving, soldKw) > energyOf(giving, homeKw);
  return dealOf(problem, giving, isExport, isExport ? soldKw : homeKw);
}

/** The first stretch of charging after a slot, up to the next discharging. */
export function nextFill(problem: HouseholdProblem, slots: readonly StorageSlot[], after: number): Deal | undefined {
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
  slots: readonly StorageSlot[],
  isExport: boolean,
  kw: (slot: StorageSlot) => number,
): Deal | undefined {
  const pricePerKwh = weightedMean(
    slots.map((slot) => ({
      value: isExport ? slot.exportPricePerKwh : slot.importPricePerKwh,
      weight: slot.hours * kw(slot),
    })),
  );
  const startMs = problem.slots[slots[0]?.slot ?? 0]?.startMs;
  return pricePerKwh === undefined || startMs === undefined ? undefined : { startMs, pricePerKwh, isExport, slots };
}

/** What power costs in these slots, weighted by what moves, or by time while it rests. */
export function priceOf<S extends StorageSlot>(
  here: readonly S[],
  side: "import" | "export",
  kw: (slot: S) => number,
): number {
  const price = (slot: S) => (side === "import" ? slot.importPricePerKwh : slot.exportPricePerKwh);
  const mean = (weight: (slot: S) => number) =>
    weightedMean(here.map((slot) => ({ value: price(slot), weight: slot.hours * weight(slot) })));
  return mean(kw) ?? mean(() => 1) ?? 0;
}

/**
 * What comes out of a kWh that goes in here and is used there, by the states that are planned: losses at this power and at that, and what
 * seeps away meanwhile in those slots. 1 where the plan shows no loss.
 */
export function shareThatArrives(
  { capacityKwh }: StorageProblem,
  taking: readonly StorageSlot[],
  giving: readonly StorageSlot[],
): number {
  const change = (slots: readonly StorageSlot[]) => capacityKwh * sum(slots.map((slot) => slot.endSoc - slot.startSoc));
  const charging = taking.filter((slot) => slot.chargeKw > NOTHING_KW);
  const stored = change(charging) / energyOf(charging, (slot) => slot.chargeKw);
  const given = energyOf(giving, (slot) => slot.dischargeKw) / -change(giving);
  const share = stored * (giving.length > 0 ? given : 1);
  return share > 0 && share < 1 ? share : 1;
}

/** A crumb of energy, kWh: small enough to lie within one step of what contents are worth. */
const CRUMB_KWH = 1e-4;

/** What the last kWh that is left at the end is worth. */
export function endWorthPerKwh(storage: StorageProblem, slots: readonly StorageSlot[]): number {
  const leftKwh = Math.max(CRUMB_KWH, (slots.at(-1)?.endSoc ?? storage.soc) * storage.capacityKwh);
  return (contentWorth(storage, leftKwh) - contentWorth(storage, leftKwh - CRUMB_KWH)) / CRUMB_KWH;
}

/** "after 10 % loss it replaces power at 0.42 €/kWh from 17:00": what stored energy is for. */
export function useText(
  problem: HouseholdProblem,
  storage: StorageProblem,
  slots: readonly StorageSlot[],
  here: readonly StorageSlot[],
  use: Deal | undefined,
): string {
  const words = wordsFor(problem);
  if (!use) return `a kWh left in it at the end is worth ${words.price(endWorthPerKwh(storage, slots))}`;
  const verb = use.isExport ? "is sold at" : "replaces power at";
  const lost = 1 - shareThatArrives(storage, here, use.slots);
  const after = lost >= 0.005 ? `after ${percent(lost)} loss ` : "";
  const fromMs = problem.slots[here[0]?.slot ?? 0]?.startMs ?? use.startMs;
  return `${after}it ${verb} ${words.price(use.pricePerKwh)} from ${words.time(use.startMs, fromMs)}`;
}

/** "with power at 0.40 €/kWh from 02:00": what fills it again. */
export function fillText(problem: HouseholdProblem, fill: Deal, fromMs: number): string {
  const words = wordsFor(problem);
  const source = fill.isExport
    ? `sun that ${wouldEarn(problem, fill.pricePerKwh)}`
    : `power at ${words.price(fill.pricePerKwh)}`;
  return `with ${source} from ${words.time(fill.startMs, fromMs)}`;
}
