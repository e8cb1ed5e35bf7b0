import type { BatteryProblem, HouseholdProblem, Schedule } from "@ohmstead/contract";
import { selfUseKw } from "../self-use.ts";
import { exportLimitKw, importLimitKw, isHeld } from "../wishes.ts";
import { throughInverterKw } from "./inverter-flow.ts";
import { type IntentRun, runsOf } from "./runs.ts";
import { NOTHING_KW, type StorageSlot, storageRuns, storageSlots } from "./storage-runs.ts";

/** Self-use counts as what is planned when the plan does at least this share of what self-use would do. */
const SELF_USE_SHARE = 0.7;
/** Stored energy within this share of a limit is not there: readings of the state of charge are not finer. */
const NOTHING_SOC = 0.01;
/** A charge or discharge that moves less than this share of the battery is not worth a mode of its own. */
const WORTH_SOC = 0.02;

/** What a battery meets and does in one slot, by the plan, beside what self-use would do. */
export interface BatterySlot extends StorageSlot {
  readonly wouldChargeKw: number;
  readonly wouldDischargeKw: number;
  /** Self-use would do something worth mentioning: not the last hundredth before full or empty. */
  readonly wouldMove: boolean;
  /** A person asked it to rest. */
  readonly isHeld: boolean;
  /** Without it the house would be over a limit of its connection. */
  readonly keepsLimit: boolean;
  /** It may take nothing but sun. */
  readonly takesSunOnly: boolean;
  /** It may give nothing to the grid. */
  readonly servesHouseOnly: boolean;
}

export const batterySlots = (problem: HouseholdProblem, schedule: Schedule, battery: BatteryProblem): BatterySlot[] =>
  storageSlots(problem, schedule, battery).map((each): BatterySlot => {
    const { slot, netKw, startSoc } = each;
    const would = selfUseKw(problem, battery, startSoc, passableKw(problem, schedule, each, battery.id), slot);
    return {
      ...each,
      wouldChargeKw: would.chargeKw,
      wouldDischargeKw: would.dischargeKw,
      wouldMove:
        (would.chargeKw > NOTHING_KW && startSoc < battery.maxSoc - NOTHING_SOC) ||
        (would.dischargeKw > NOTHING_KW && startSoc > battery.minSoc + NOTHING_SOC),
      isHeld: isHeld(problem, battery.id, slot),
      keepsLimit:
        netKw > importLimitKw(problem, slot) + NOTHING_KW || -netKw > exportLimitKw(problem, slot) + NOTHING_KW,
      takesSunOnly: !battery.mayChargeFromGrid,
      servesHouseOnly: !battery.mayExport,
    };
  });

/** What of the house's net load can pass the battery's inverter beside its sun and its other batteries. */
function passableKw(
  problem: HouseholdProblem,
  schedule: Schedule,
  { slot, netKw, chargeKw, dischargeKw }: StorageSlot,
  batteryId: string,
): number {
  const inverter = problem.inverters.find(({ batteryIds }) => batteryIds.includes(batteryId));
  if (!inverter) return netKw;
  const othersKw = throughInverterKw(schedule, inverter, slot) - dischargeKw + chargeKw;
  return Math.max(-(inverter.maxFromHouseKw + othersKw), Math.min(netKw, inverter.maxToHouseKw - othersKw));
}

type Kind = "selfUse" | "hold" | "charge" | "discharge";

/**
 * Which mode makes a battery do what is planned, and still do something sensible when load or sun turn out otherwise.
 * Self-use, wherever that is (about) what the plan does: it follows the house to the watt. Its limits by power and
 * stored energy count: discharging all it can into a larger load is self-use, too. A mode with a number of kilowatts
 * only where the plan departs from self-use: charging from the grid, selling from the battery, or holding back much of
 * what self-use would do. Rest is `hold` where self-use would move, and self-use where that would rest as well.
 * A battery that may not buy, or not sell, gets no number for that direction: with less sun or load than was expected it would do just that.
 */
export function kindOf(slot: BatterySlot): Kind {
  if (slot.isHeld) return "hold";
  if (slot.dischargeKw > NOTHING_KW) {
    if (matchesSelfUse(slot.dischargeKw, slot.wouldDischargeKw)) return "selfUse";
    return slot.servesHouseOnly ? withoutNumbers(slot) : "discharge";
  }
  if (slot.chargeKw > NOTHING_KW) {
    if (matchesSelfUse(slot.chargeKw, slot.wouldChargeKw)) return "selfUse";
    return slot.takesSunOnly ? withoutNumbers(slot) : "charge";
  }
  return slot.wouldMove ? "hold" : "selfUse";
}

const matchesSelfUse = (plannedKw: number, wouldKw: number): boolean =>
  plannedKw <= wouldKw + NOTHING_KW && plannedKw >= SELF_USE_SHARE * wouldKw - NOTHING_KW;

const withoutNumbers = (slot: BatterySlot): Kind => (slot.keepsLimit ? "selfUse" : nearestWithoutNumbers(slot));

/**
 * The kind of every slot. Within one price it does not matter when the battery gives its energy, so a pause before it
 * goes on giving at the same price is no pause: it would only make the battery's mode flicker.
 */
function calmKinds(slots: readonly BatterySlot[]): Kind[] {
  const kinds: Kind[] = [];
  slots.toReversed().forEach((slot, index) => {
    const next = slots[slots.length - index];
    const givesNext = next && kinds[0] === "selfUse" && next.wouldDischargeKw > NOTHING_KW;
    const samePrice = next && Math.abs(next.importPricePerKwh - slot.importPricePerKwh) < 1e-9;
    const pauses = kindOf(slot) === "hold" && !slot.isHeld && slot.wouldDischargeKw > NOTHING_KW;
    kinds.unshift(pauses && givesNext && samePrice ? "selfUse" : kindOf(slot));
  });
  return kinds;
}

/**
 * Without the moves that are not worth a mode: a battery that loses a little while it waits is not topped up every half hour.
 * What keeps the house within its connection is worth one, however little it is.
 */
function worthwhileKinds(slots: readonly BatterySlot[]): Kind[] {
  const kinds = calmKinds(slots);
  return runsOf(kinds, (run, next) => run[0] === next).flatMap(({ first, last }) => {
    const run = slots.slice(first, last + 1);
    const isMove = kinds[first] === "charge" || kinds[first] === "discharge";
    const movedSoc = Math.abs((run.at(-1)?.endSoc ?? 0) - (run[0]?.startSoc ?? 0));
    const isTrifle = isMove && movedSoc < WORTH_SOC - 1e-9 && !run.some(({ keepsLimit }) => keepsLimit);
    return isTrifle ? run.map(nearestWithoutNumbers) : kinds.slice(first, last + 1);
  });
}

/**
 * A wait is not broken for a trifle, nor is self-use: a battery that waits is not woken to give a little and wait again, one that serves
 * the house does not keep a little back in the middle of it. What is left over is given with the rest, a little later.
 */
function unbrokenRests(battery: BatteryProblem, slots: readonly BatterySlot[], kinds: readonly Kind[]): Kind[] {
  return runsOf(kinds, (run, next) => run[0] === next).flatMap(({ first, last }) => {
    const run = slots.slice(first, last + 1);
    const own = kinds.slice(first, last + 1);
    const [before, now, after] = [kinds[first - 1], kinds[first], kinds[last + 1]];
    const isBreak = (now === "selfUse" && before === "hold") || (now === "hold" && before === "selfUse");
    if (!isBreak || before !== after || run.some(({ isHeld, keepsLimit }) => isHeld || keepsLimit)) return own;
    return wouldMoveSoc(battery, run) < WORTH_SOC - 1e-9 ? run.map(() => before) : own;
  });
}

/** How far self-use would move the state of charge in a run, one way or the other, with what there is in it and room for. */
function wouldMoveSoc({ capacityKwh, minSoc, maxSoc }: BatteryProblem, run: readonly BatterySlot[]): number {
  const startSoc = run[0]?.startSoc ?? 0;
  const share = (kw: (slot: BatterySlot) => number): number =>
    run.reduce((kwh, slot) => kwh + kw(slot) * slot.hours, 0) / capacityKwh;
  return Math.max(
    Math.min(
      share(({ wouldChargeKw }) => wouldChargeKw),
      maxSoc - startSoc,
    ),
    Math.min(
      share(({ wouldDischargeKw }) => wouldDischargeKw),
      startSoc - minSoc,
    ),
  );
}

/** Of the modes that need no number the one that comes nearer to what is planned. */
function nearestWithoutNumbers({
  chargeKw,
  dischargeKw,
  wouldChargeKw,
  wouldDischargeKw,
  wouldMove,
}: BatterySlot): Kind {
  const plannedKw = chargeKw - dischargeKw;
  const wouldKw = wouldChargeKw - wouldDischargeKw;
  return wouldMove && Math.abs(plannedKw) < Math.abs(plannedKw - wouldKw) ? "hold" : "selfUse";
}

/** The battery's modes over the horizon. */
export const batteryRuns = (battery: BatteryProblem, slots: readonly BatterySlot[]): IntentRun[] =>
  storageRuns(battery, slots, unbrokenRests(battery, slots, worthwhileKinds(slots)), (kind) =>
    kind === "hold" ? { kind } : { kind: "selfUse" },
  );
