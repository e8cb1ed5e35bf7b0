import type { BatteryProblem, HouseholdProblem, Intent, Schedule } from "@ohmstead/contract";
import { valueAt, weightedMean, withId } from "../per-slot.ts";
import { netLoadKw, selfUseKw } from "../self-use.ts";
import { isHeld } from "../wishes.ts";
import { type IntentRun, joinEqual, runsOf, toStep } from "./runs.ts";

/** Power below this is nothing, and a difference below it no difference: meters and forecasts are not finer. */
const NOTHING_KW = 0.1;
/** Self-use counts as what is planned when the plan does at least this share of what self-use would do. */
const SELF_USE_SHARE = 0.7;
/** Stored energy within this share of a limit is not there: readings of the state of charge are not finer. */
const NOTHING_SOC = 0.01;
/** A charge or discharge that moves less than this share of the battery is not worth a mode of its own. */
const WORTH_SOC = 0.02;
/** Slots of one kind stay one segment while their powers are this close, kW. */
const SAME_KW = 0.5;

/** What a battery meets and does in one slot, by the plan. */
export interface BatterySlot {
  readonly slot: number;
  readonly hours: number;
  readonly importPricePerKwh: number;
  readonly exportPricePerKwh: number;
  /** What the house takes beyond its sun and its other batteries; negative: surplus. */
  readonly netKw: number;
  readonly chargeKw: number;
  readonly dischargeKw: number;
  /** What the connection leaves it for charging beside everything else that is planned; at least what is planned. */
  readonly roomKw: number;
  /** What self-use would do instead. */
  readonly wouldChargeKw: number;
  readonly wouldDischargeKw: number;
  /** Self-use would do something worth mentioning: not the last hundredth before full or empty. */
  readonly wouldMove: boolean;
  readonly startSoc: number;
  readonly endSoc: number;
  /** A person asked it to rest. */
  readonly isHeld: boolean;
  /** Without it the house would be over a limit of its connection. */
  readonly keepsLimit: boolean;
}

export function batterySlots(problem: HouseholdProblem, schedule: Schedule, battery: BatteryProblem): BatterySlot[] {
  const flow = withId(schedule.batteries, battery.id);
  const { importLimitKw = Number.POSITIVE_INFINITY, exportLimitKw = Number.POSITIVE_INFINITY } = problem.site;
  return problem.slots.map(({ hours }, k) => {
    const netKw = netLoadKw(schedule, battery.id, k);
    const chargeKw = valueAt(flow.chargeKw, k);
    // Batteries that charge at the same time share what is left, as each of them may want all of it.
    const charging = schedule.batteries.filter((each) => valueAt(each.chargeKw, k) > 0).length;
    const spareKw = Math.max(0, importLimitKw - valueAt(schedule.importKw, k)) / Math.max(1, charging);
    const startSoc = valueAt(flow.soc, k);
    const would = selfUseKw(problem, battery, startSoc, netKw, k);
    return {
      slot: k,
      hours,
      importPricePerKwh: valueAt(problem.importPricePerKwh, k),
      exportPricePerKwh: valueAt(problem.exportPricePerKwh, k),
      netKw,
      chargeKw,
      roomKw: chargeKw + spareKw,
      dischargeKw: valueAt(flow.dischargeKw, k),
      wouldChargeKw: would.chargeKw,
      wouldDischargeKw: would.dischargeKw,
      wouldMove:
        (would.chargeKw > NOTHING_KW && startSoc < battery.maxSoc - NOTHING_SOC) ||
        (would.dischargeKw > NOTHING_KW && startSoc > battery.minSoc + NOTHING_SOC),
      startSoc,
      endSoc: valueAt(flow.soc, k + 1),
      isHeld: isHeld(problem, battery.id, k),
      keepsLimit: netKw > importLimitKw + NOTHING_KW || -netKw > exportLimitKw + NOTHING_KW,
    };
  });
}

type Kind = "selfUse" | "hold" | "charge" | "discharge";

/**
 * Which mode makes a battery do what is planned, and still do something sensible when load or sun turn out otherwise.
 * Self-use, wherever that is (about) what the plan does: it follows the house to the watt. Its limits by power and
 * stored energy count: discharging all it can into a larger load is self-use, too. A mode with a number of kilowatts
 * only where the plan departs from self-use: charging from the grid, selling from the battery, or holding back much of
 * what self-use would do. Rest is `hold` where self-use would move, and self-use where that would rest as well.
 */
export function kindOf(slot: BatterySlot): Kind {
  if (slot.isHeld) return "hold";
  if (slot.dischargeKw > NOTHING_KW)
    return matchesSelfUse(slot.dischargeKw, slot.wouldDischargeKw) ? "selfUse" : "discharge";
  if (slot.chargeKw > NOTHING_KW) return matchesSelfUse(slot.chargeKw, slot.wouldChargeKw) ? "selfUse" : "charge";
  return slot.wouldMove ? "hold" : "selfUse";
}

const matchesSelfUse = (plannedKw: number, wouldKw: number): boolean =>
  plannedKw <= wouldKw + NOTHING_KW && plannedKw >= SELF_USE_SHARE * wouldKw - NOTHING_KW;

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

/**
 * How fast a stretch of charging is to go, in 0.1 kW: as planned, by the mean, but never beyond what the connection leaves in any
 * of its slots. The end of a charge goes as fast as it can: `untilSoc` bounds its energy, and a power that shrinks with every look at
 * what is left would only be a new command each time. Beside surplus sun it keeps to the plan: quicker, it would buy what
 * the sun brings a little later, or leave no room for what must not be fed in.
 */
function chargeKwOf(battery: BatteryProblem, run: readonly BatterySlot[], meanKw: number, isEnd: boolean): number {
  const mostKw = Math.min(
    toStep(battery.maxChargeKw, 0.1),
    ...run.map(({ roomKw }) => toStep(roomKw, 0.1, Math.floor)),
  );
  const mayHurry = isEnd && run.every(({ netKw }) => netKw >= -NOTHING_KW);
  return mayHurry ? mostKw : Math.min(toStep(meanKw, 0.1), mostKw);
}

/**
 * The battery's modes over the horizon. Power is the mean of a run in 0.1 kW, at the end of a charge the most there is
 * room for; `untilSoc` is where the whole charging or discharging ends.
 */
export function batteryRuns(battery: BatteryProblem, slots: readonly BatterySlot[]): IntentRun[] {
  const kinds = worthwhileKinds(slots);
  const planned = slots.map((slot, k) => {
    const kind = kinds[k] ?? "selfUse";
    const kw = kind === "charge" ? slot.chargeKw : kind === "discharge" ? slot.dischargeKw : 0;
    return { kind, kw, hours: slot.hours, endSoc: slot.endSoc };
  });
  const meanKw = (run: Readonly<typeof planned>): number =>
    weightedMean(run.map(({ kw, hours }) => ({ value: kw, weight: hours }))) ?? 0;
  const sameKind = runsOf(planned, (run, next) => run[0]?.kind === next.kind);
  const runs = runsOf(
    planned,
    (run, next) => run[0]?.kind === next.kind && Math.abs(next.kw - meanKw(run)) <= SAME_KW,
  ).map(({ first, last }) => {
    const whole = sameKind.find((run) => run.first <= first && last <= run.last);
    const endSoc = planned[whole?.last ?? last]?.endSoc ?? battery.soc;
    const kind = planned[first]?.kind ?? "selfUse";
    const plannedKw = meanKw(planned.slice(first, last + 1));
    const run = slots.slice(first, last + 1);
    const kw = kind === "charge" ? chargeKwOf(battery, run, plannedKw, last === whole?.last) : toStep(plannedKw, 0.1);
    return { first, last, intent: intentOf(battery, kind, kw, endSoc) };
  });
  return joinEqual(runs);
}

/**
 * The state of charge is rounded so that the planned energy still fits: upwards for charging, downwards for
 * discharging.
 */
function intentOf(battery: BatteryProblem, kind: Kind, kw: number, endSoc: number): Intent {
  if (kind === "charge")
    return { kind, kw, untilSoc: Math.min(toStep(endSoc, 0.01, Math.ceil), Math.max(battery.maxSoc, battery.soc)) };
  if (kind === "discharge")
    return { kind, kw, untilSoc: Math.max(toStep(endSoc, 0.01, Math.floor), Math.min(battery.minSoc, battery.soc)) };
  return { kind };
}
