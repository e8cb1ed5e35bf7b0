import type { BatteryProblem, EvProblem, Intent, PvArrayProblem, ZoneProblem } from "@ohmstead/contract";
import { weightedMean } from "../per-slot.ts";
import type { BatterySlot } from "./battery-runs.ts";
import type { EvSlot } from "./ev-runs.ts";
import type { HeatSlot, ZoneSlot } from "./heat-runs.ts";
import type { IntentRun } from "./runs.ts";
import type { StorageSlot } from "./storage-runs.ts";
import { plainTempC } from "./zone-runs.ts";

/** An order is the same when it makes a device do the same for so long: until then the next plans look again. */
const NEAR_HOURS = 0.25;

/** Energy this little, by share of the storage or kWh, is none: forecasts move more than that between two plans. */
const SAME_SHARE = 0.01;
const SAME_KWH = 0.08;
/** No slot may be this far off all the same, kW, or share of what is planned. */
const OTHER_KW = 1.5;
const OTHER_SHARE = 0.15;
/** A set-point of a heated room asks for about the same power while it moves no more than this. */
const SAME_SETPOINT_K = 0.75;
/** A resting thermostat that is at least this much below the room does not wake. */
const REST_BELOW_K = 0.4;
const SAME_REST_K = 1.5;
/** Water this far below its target is heated at full speed whatever the target. */
const UNREACHED_K = 2;
const SAME_TARGET_K = 8;
/** A tank's thermostat knows nothing finer. */
const SAME_WATER_K = 1;
/** A relay's duty between these may be either. */
const EITHER_DUTY = { from: 0.35, to: 0.65 } as const;
/** And power beyond what holds a room, share of all, that is either normal or more. */
const EITHER_LEVEL = { from: 0.05, to: 0.25 } as const;
/** Sun that is cut or given away below this is not worth a new limit. */
const SAME_SUN_KW = 0.3;

/** Says whether an order given before would still do in these slots, all of the first run, what the plan wants of it. */
export type StillDoes<S> = (before: Intent, now: Intent, slots: readonly S[]) => boolean;

interface Timed {
  readonly hours: number;
}

/** The slots of the first run that lie in the near future: at least its first. */
function nearSlots<S extends Timed>(slots: readonly S[], run: IntentRun): S[] {
  let hours = 0;
  return slots.slice(run.first, run.last + 1).filter((slot, i) => {
    const isNear = i === 0 || hours < NEAR_HOURS - 1e-9;
    hours += slot.hours;
    return isNear;
  });
}

/**
 * The runs with the order that is in force kept for the first of them, where it still does what the plan wants in the near future: two words
 * for one thing, or a target that is far from reached, are no reason for a new order.
 */
export function keepOrder<S extends Timed>(
  runs: readonly IntentRun[],
  slots: readonly S[],
  inForce: Intent | undefined,
  stillDoes: StillDoes<S>,
): readonly IntentRun[] {
  const [first, ...rest] = runs;
  if (!first || !inForce || !stillDoes(inForce, first.intent, nearSlots(slots, first))) return runs;
  return [{ ...first, intent: inForce }, ...rest];
}

/** What an order makes of a storage in these slots, kW each, positive taking; undefined: it is not for this storage. */
type Does<S> = (slot: S, aheadKwh: number) => number | undefined;

/** Together about the energy that is planned, and nowhere something else. */
function movesAlike<S extends StorageSlot>(slots: readonly S[], capacityKwh: number, intent: Intent, does: Does<S>) {
  let apartKwh = 0;
  let orderedKwh = 0;
  const startSoc = slots[0]?.startSoc ?? 0;
  const target = "untilSoc" in intent ? intent.untilSoc : startSoc;
  return slots.every((slot) => {
    const aheadKwh = Math.max(0, Math.abs(target - startSoc) * capacityKwh - orderedKwh);
    const kw = does(slot, aheadKwh);
    if (kw === undefined) return false;
    const plannedKw = slot.chargeKw - slot.dischargeKw;
    orderedKwh += Math.abs(kw) * slot.hours;
    apartKwh += (kw - plannedKw) * slot.hours;
    const isNear = Math.abs(kw - plannedKw) <= Math.max(OTHER_KW, OTHER_SHARE * Math.abs(plannedKw));
    return isNear && Math.abs(apartKwh) <= Math.max(SAME_KWH, SAME_SHARE * capacityKwh);
  });
}

/** kW that an order with a power moves in a slot until it reaches its target; 0 of one that has none. */
function orderedKw(intent: Intent, slot: StorageSlot, aheadKwh: number): number | undefined {
  if (intent.kind !== "charge" && intent.kind !== "discharge") return 0;
  const kw = Math.min(intent.kw, aheadKwh / slot.hours);
  if (intent.kind === "discharge") return intent.untilSoc > slot.startSoc ? 0 : -kw;
  const chargesKw = intent.untilSoc < slot.startSoc ? 0 : kw;
  return chargesKw <= slot.roomKw + 1e-9 ? chargesKw : undefined;
}

export const batteryStillDoes =
  (battery: BatteryProblem): StillDoes<BatterySlot> =>
  (before, now, slots) =>
    movesAlike(slots, battery.capacityKwh, before, (slot, aheadKwh) => {
      if (slot.isHeld && before.kind !== "hold") return undefined;
      if (slot.takesSunOnly && before.kind === "charge") return undefined;
      if (slot.servesHouseOnly && before.kind === "discharge") return undefined;
      // At a limit of the connection the number in the order matters.
      if (slot.keepsLimit && before.kind !== now.kind) return undefined;
      if (before.kind === "selfUse") return slot.wouldChargeKw - slot.wouldDischargeKw;
      return orderedKw(before, slot, aheadKwh);
    });

export const evStillDoes =
  (ev: EvProblem): StillDoes<EvSlot> =>
  (before, _now, slots) =>
    movesAlike(slots, ev.capacityKwh, before, (slot, aheadKwh) =>
      !slot.isConnected && before.kind !== "stop" ? undefined : orderedKw(before, slot, aheadKwh),
    );

const hasFallenBelow = (tempC: number, slots: readonly HeatSlot[]): boolean =>
  slots.every(({ startTempC, endTempC }) => Math.min(startTempC, endTempC) - tempC >= REST_BELOW_K);

export const zoneStillDoes =
  (zone: ZoneProblem): StillDoes<ZoneSlot> =>
  (before, now, slots) => {
    if (before.kind === "level" && now.kind === "level") return levelStillDoes(before.level, now.level, slots);
    const [wasC, isC] = [setpointOf(before, zone), setpointOf(now, zone)];
    if (before.kind !== now.kind || wasC === undefined || isC === undefined) return false;
    if (slots.some(({ isBoosted }) => isBoosted)) return wasC === isC;
    const apartK = Math.abs(wasC - isC);
    if (slots[0]?.isHeating) return apartK <= SAME_SETPOINT_K;
    return apartK <= SAME_REST_K && hasFallenBelow(wasC, slots);
  };

/** What a thermostat is told, or would be told where a heating curve is shifted. */
function setpointOf(intent: Intent, zone: ZoneProblem): number | undefined {
  if (intent.kind === "setpoint") return intent.tempC;
  return intent.kind === "offset" ? plainTempC(zone) + intent.offsetK : undefined;
}

/** Between normal and recommended a heat pump may stay as it is; a block is neither begun nor drawn out by habit. */
function levelStillDoes(before: string, now: string, slots: readonly ZoneSlot[]): boolean {
  if (before === now) return true;
  const isGentle = [before, now].every((level) => level === "low" || level === "mid");
  if (!isGentle || slots.some(({ isHeating }) => !isHeating)) return false;
  const more =
    weightedMean(slots.map(({ share, holdShare, hours }) => ({ value: share - holdShare, weight: hours }))) ?? 0;
  return more >= EITHER_LEVEL.from && more <= EITHER_LEVEL.to;
}

export const tankStillDoes: StillDoes<HeatSlot> = (before, now, slots) => {
  if (before.kind !== "heatTo" || now.kind !== "heatTo") return false;
  if (slots.some(({ isBoosted }) => isBoosted)) return before.tempC === now.tempC;
  const isFar = (tempC: number): boolean => slots.every(({ endTempC }) => tempC - endTempC >= UNREACHED_K);
  const apartK = Math.abs(before.tempC - now.tempC);
  return apartK <= SAME_WATER_K || (apartK <= SAME_TARGET_K && isFar(before.tempC) && isFar(now.tempC));
};

/** For relays: the planned duty of a slot, 0..1. */
export interface DutySlot {
  readonly hours: number;
  readonly duty: number;
}

export const relayStillDoes: StillDoes<DutySlot> = (before, now, slots) => {
  if (before.kind === now.kind) return true;
  const duty = weightedMean(slots.map((slot) => ({ value: slot.duty, weight: slot.hours }))) ?? 0;
  return duty >= EITHER_DUTY.from && duty <= EITHER_DUTY.to;
};

export interface SunSlot {
  readonly hours: number;
  readonly forecastKw: number;
  readonly usedKw: number;
}

export const pvStillDoes =
  (pv: PvArrayProblem): StillDoes<SunSlot> =>
  (before, _now, slots) =>
    slots.every(({ forecastKw, usedKw }) => {
      if (!pv.curtailable) return before.kind === "free";
      const givesKw = before.kind === "limit" ? Math.min(before.kw, forecastKw) : forecastKw;
      return Math.abs(givesKw - usedKw) <= SAME_SUN_KW;
    });
