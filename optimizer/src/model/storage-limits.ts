import type { BatteryProblem, EvProblem, HouseholdProblem } from "@ohmstead/contract";
import { at, surplusKwOf } from "./horizon.ts";
import { isHeld } from "./wishes.ts";

export type StorageProblem = BatteryProblem | EvProblem;

/** Power inside against power at the house side, kW: straight lines from 0 through the points and on. */
export type PowerCurve = readonly { readonly kw: number; readonly insideKw: number }[];

/** Powers that are possible besides 0, kW, rising. */
export type PowerBands = readonly { readonly fromKw: number; readonly toKw: number }[];

export interface FlowLimits {
  readonly curve: PowerCurve;
  /** Below this it rests. */
  readonly leastKw: number;
  /** 0 where it cannot flow at all. */
  readonly highestKw: readonly number[];
  /** Of each slot; empty where it cannot flow at all. */
  readonly bands: readonly PowerBands[];
}

/** What a battery or a car can do in each slot, and what it may hold at each slot's end. */
export interface StorageLimits {
  readonly charge: FlowLimits;
  readonly discharge: FlowLimits;
  /** Share of its content that it still has at the end of the slot. */
  readonly keep: readonly number[];
  /** Hard, kWh: the wished window, widened to hold the present content and what is left of it at rest. */
  readonly lowestKwh: readonly number[];
  readonly highestKwh: number;
  /** Charging never ends above this, kWh: content above it was there before. */
  readonly wishedKwh: number;
}

interface Stage {
  readonly kw: number;
  readonly efficiency: number;
}

const curveOf = (stages: readonly Stage[], inside: (stage: Stage) => number): PowerCurve => [
  { kw: 0, insideKw: 0 },
  ...stages.map((stage) => ({ kw: stage.kw, insideKw: inside(stage) })),
];
const stored = ({ kw, efficiency }: Stage): number => kw * efficiency;
const drawn = ({ kw, efficiency }: Stage): number => kw / efficiency;

/** The power inside at a power at the house side. */
export function insideAt(curve: PowerCurve, kw: number): number {
  const [from, to] = segmentUpTo(curve, (point) => point.kw >= kw);
  return from.insideKw + ((kw - from.kw) * (to.insideKw - from.insideKw)) / (to.kw - from.kw);
}

/** The highest power of which a weighted sum, of itself and of what it is inside, stays within a limit. */
export function highestWithin(curve: PowerCurve, weight: { kw: number; insideKw: number }, limit: number): number {
  const sumOf = (point: PowerCurve[number]): number => weight.kw * point.kw + weight.insideKw * point.insideKw;
  const [from, to] = segmentUpTo(curve, (point) => sumOf(point) >= limit);
  return Math.max(0, from.kw + ((limit - sumOf(from)) * (to.kw - from.kw)) / (sumOf(to) - sumOf(from)));
}

/** The first stretch of the curve whose end has got there; the last goes on. */
function segmentUpTo(
  curve: PowerCurve,
  isThere: (point: PowerCurve[number]) => boolean,
): readonly [from: PowerCurve[number], to: PowerCurve[number]] {
  const found = curve.findIndex((point, i) => i > 0 && isThere(point));
  const end = found > 0 ? found : curve.length - 1;
  const [from, to] = [curve[end - 1], curve[end]];
  if (!from || !to) throw new RangeError("a curve has at least two points");
  return [from, to];
}

/** An engine keeps to its limits within this, kW: what is possible must not become impossible by a last digit. */
export const SLACK_KW = 1e-6;

/** Where it stays within [0, sunKw] or takes at least so much from the grid; all one where the sun reaches that. */
function chargeBands(highestKw: number, leastKw: number, gridLeastKw: number, sunKw: number): PowerBands {
  if (highestKw <= 0) return [];
  if (gridLeastKw <= sunKw) return [{ fromKw: leastKw, toKw: highestKw }];
  const fromSun = { fromKw: leastKw, toKw: Math.min(sunKw, highestKw) };
  const fromGrid = { fromKw: Math.max(leastKw, gridLeastKw), toKw: highestKw };
  return [fromSun, fromGrid].filter(({ fromKw, toKw }) => toKw > SLACK_KW && fromKw <= toKw);
}

/** One whose charger cannot go as low as it must go cannot flow at all. */
const orNothing = (highestKw: number, leastKw: number): number => (highestKw < leastKw ? 0 : highestKw);

/** What a storage may hold and do, from everything that the problem says of it. */
export function limitsOf(problem: HouseholdProblem, storage: StorageProblem): StorageLimits {
  const { slots } = problem;
  const chargeStages = "chargeStages" in storage ? storage.chargeStages : undefined;
  const dischargeStages = "dischargeStages" in storage ? storage.dischargeStages : undefined;
  const minChargeKw = chargeStages?.[0]?.kw ?? storage.minChargeKw;
  const minDischargeKw = dischargeStages?.[0]?.kw ?? storage.minDischargeKw;
  const isFree = (k: number): boolean =>
    !isHeld(problem, storage.id, k) && ("connected" in storage ? (storage.connected[k] ?? false) : true);
  const highest = (maxKw: number, limits: readonly number[] | undefined, leastKw: number): number[] =>
    slots.map((_, k) => (isFree(k) ? orNothing(Math.min(maxKw, limits?.[k] ?? Infinity), leastKw) : 0));
  const chargeKw = highest(storage.maxChargeKw, storage.chargeLimitKw, minChargeKw);
  const dischargeKw = highest(storage.maxDischargeKw, storage.dischargeLimitKw, minDischargeKw);
  const surplusKw = surplusKwOf(problem);
  const keep = slots.map(({ hours }) => (1 - storage.selfDischargePerHour) ** hours);
  const nowKwh = storage.soc * storage.capacityKwh;
  const windowKwh = Math.min(storage.minSoc, storage.soc) * storage.capacityKwh;
  let atRestKwh = nowKwh;
  return {
    charge: {
      curve: curveOf(chargeStages ?? [{ kw: 1, efficiency: storage.chargeEfficiency }], stored),
      leastKw: minChargeKw,
      highestKw: chargeKw,
      bands: chargeKw.map((kw, k) => chargeBands(kw, minChargeKw, storage.minGridChargeKw, at(surplusKw, k))),
    },
    discharge: {
      curve: curveOf(dischargeStages ?? [{ kw: 1, efficiency: storage.dischargeEfficiency }], drawn),
      leastKw: minDischargeKw,
      highestKw: dischargeKw,
      bands: dischargeKw.map((kw) => (kw > 0 ? [{ fromKw: minDischargeKw, toKw: kw }] : [])),
    },
    keep,
    lowestKwh: keep.map((share) => {
      atRestKwh *= share;
      return Math.min(windowKwh, atRestKwh);
    }),
    highestKwh: Math.max(storage.maxSoc, storage.soc) * storage.capacityKwh,
    wishedKwh: storage.maxSoc * storage.capacityKwh,
  };
}

/** A taper as charge + kwPerKwh·E' ≤ limitKw. */
export function taperOf(storage: StorageProblem): { readonly kwPerKwh: number; readonly limitKw: number } | undefined {
  if (!storage.taper) return undefined;
  const { fromSoc, endKw } = storage.taper;
  const kwPerShare = (storage.maxChargeKw - endKw) / (1 - fromSoc);
  return { kwPerKwh: kwPerShare / storage.capacityKwh, limitKw: storage.maxChargeKw + kwPerShare * fromSoc };
}

/** The highest possible power, kW. */
export const topOf = (bands: PowerBands): number => bands.at(-1)?.toKw ?? 0;

/** The possible power nearest to what is wanted and not above the cap. */
export function nearestPower(bands: PowerBands, wantedKw: number, capKw: number): number {
  let best = 0;
  for (const { fromKw, toKw } of bands) {
    if (fromKw > capKw + SLACK_KW) continue;
    const kw = Math.max(fromKw, Math.min(wantedKw, toKw, capKw));
    if (Math.abs(kw - wantedKw) < Math.abs(best - wantedKw)) best = kw;
  }
  return best;
}
