import type { HouseholdProblem, Schedule, TankProblem, ZoneProblem } from "@ohmstead/contract";
import { sum, valueAt, weightedMean, withId } from "../per-slot.ts";
import { type TempWish, hardMaxTempC, tankWish, zoneWish } from "../wishes.ts";
import { type IntentRun, type Run, joinEqual, runsOf, toStep } from "./runs.ts";

/** Nothing runs on less than this. */
const NOTHING_KW = 0.05;
/** A thermostat is left alone while its set-point would move by no more than this. */
const SAME_SETPOINT_K = 0.5;
/** The adapter rounds to what its thermostat can be set to; rounding twice would make two neighbours take turns. */
const SETPOINT_STEP_K = 0.1;
/**
 * Heat pumps follow a heating curve that holds the set-point, corrected by the distance between set-point and room:
 * about full power for one kelvin. So a set-point this much above the room, times the share of power beyond what holds
 * the room, asks for about the planned power.
 */
const FULL_POWER_LIFT_K = 1;
/**
 * A resting thermostat is set at least this much below what is planned, so that it wakes only when the forecast was
 * wrong.
 */
const REST_BELOW_K = 0.5;
/** And at most this much below the wish, so that a wrong forecast costs little comfort. */
const REST_BELOW_WISH_K = 0.5;
/** A set-point may exceed comfortMax by this much: beyond it a wrong forecast would overheat the room. */
const ABOVE_COMFORT_K = 0.5;
/** A tank's thermostat does not notice less than this. */
const WATER_LIFT_K = 2;
/** Water that warms faster than this is brought up, slower it is kept. */
const RISING_K_PER_H = 1;
/** Shares of power this close are the same purpose. */
const SAME_SHARE = 0.3;

/** What a room or a tank meets in one slot, by the plan. */
export interface HeatSlot {
  readonly slot: number;
  readonly hours: number;
  readonly startTempC: number;
  readonly endTempC: number;
  readonly minTempC: number;
  readonly maxTempC: number;
  readonly isBoosted: boolean;
  /** Electric power of the heat pumps for it. */
  readonly pumpKw: number;
  /** Heat of the boilers for it, and of both together. */
  readonly boilerKw: number;
  readonly heatKw: number;
  /** The heat planned as a share of what those could give that are planned to heat it, 0..1. */
  readonly share: number;
  readonly isHeating: boolean;
}

/** A room's slot also knows what share of that would hold it at its temperature, and what matters to a heat pump that is told levels. */
export interface ZoneSlot extends HeatSlot {
  readonly holdShare: number;
  /** None of its heat pumps does anything, for this room, another or the water. */
  readonly pumpsRest: boolean;
  /** Power costs nothing, or earns. */
  readonly isFree: boolean;
}

/** One of those that heat a room or a tank, in one slot. */
interface HeatSource {
  /** Electric power of a heat pump, heat of a boiler. */
  readonly kw: number;
  readonly heatKw: number;
  readonly maxHeatKw: number;
  readonly isPump: boolean;
}

/** What its thermostat can ask for: of those that heat now, or, while none does, of the heat pumps before the boilers. */
function availableKw(sources: readonly HeatSource[]): number {
  const active = sources.filter(({ kw }) => kw > NOTHING_KW);
  const pumps = sources.filter(({ isPump }) => isPump);
  const counted = active.length > 0 ? active : pumps.length > 0 ? pumps : sources;
  return sum(counted.map(({ maxHeatKw }) => maxHeatKw));
}

function heatSlot(
  slot: number,
  hours: number,
  tempC: readonly number[],
  wish: TempWish,
  sources: readonly HeatSource[],
): HeatSlot {
  const [pumps, boilers] = [sources.filter(({ isPump }) => isPump), sources.filter(({ isPump }) => !isPump)];
  const heatKw = sum(sources.map((each) => each.heatKw));
  return {
    slot,
    hours,
    startTempC: valueAt(tempC, slot),
    endTempC: valueAt(tempC, slot + 1),
    minTempC: wish.minTempC,
    maxTempC: wish.maxTempC,
    isBoosted: wish.isBoosted,
    pumpKw: sum(pumps.map(({ kw }) => kw)),
    boilerKw: sum(boilers.map(({ kw }) => kw)),
    heatKw,
    share: shareOf(heatKw, availableKw(sources)),
    isHeating: sources.some(({ kw }) => kw > NOTHING_KW),
  };
}

const shareOf = (kw: number, maxKw: number): number => (maxKw > 0 ? Math.max(0, Math.min(1, kw / maxKw)) : 0);

/** Who heats a room, slot by slot. */
function zoneSources(problem: HouseholdProblem, schedule: Schedule, zoneId: string, slot: number): HeatSource[] {
  const pumps = problem.heatPumps.filter(({ zoneIds }) => zoneIds.includes(zoneId));
  const boilers = problem.boilers.filter(({ zoneIds }) => zoneIds.includes(zoneId));
  return [
    ...pumps.map(({ id, copSpace, maxPowerKw }): HeatSource => {
      const kw = valueAt(withId(withId(schedule.heatPumps, id).zones, zoneId).powerKw, slot);
      const cop = valueAt(copSpace, slot);
      return { kw, heatKw: kw * cop, maxHeatKw: valueAt(maxPowerKw, slot) * cop, isPump: true };
    }),
    ...boilers.map(({ id, maxHeatKw }): HeatSource => {
      const kw = valueAt(withId(withId(schedule.boilers, id).zones, zoneId).heatKw, slot);
      return { kw, heatKw: kw, maxHeatKw: valueAt(maxHeatKw, slot), isPump: false };
    }),
  ];
}

/** Who heats a tank besides immersion heaters, which have orders of their own. */
function tankSources(problem: HouseholdProblem, schedule: Schedule, tankId: string, slot: number): HeatSource[] {
  const pumps = problem.heatPumps.filter((pump) => pump.tankId === tankId);
  const boilers = problem.boilers.filter((boiler) => boiler.tankId === tankId);
  return [
    ...pumps.map(({ id, copWater, maxPowerKw }): HeatSource => {
      const kw = valueAt(withId(schedule.heatPumps, id).waterKw, slot);
      const cop = valueAt(copWater, slot);
      return { kw, heatKw: kw * cop, maxHeatKw: valueAt(maxPowerKw, slot) * cop, isPump: true };
    }),
    ...boilers.map(({ id, maxHeatKw }): HeatSource => {
      const kw = valueAt(withId(schedule.boilers, id).waterKw, slot);
      return { kw, heatKw: kw, maxHeatKw: valueAt(maxHeatKw, slot), isPump: false };
    }),
  ];
}

/** What leaves a room and its walls for the outdoors, kW: what must be given to hold them both. */
function lossKw(problem: HouseholdProblem, schedule: Schedule, zone: ZoneProblem, slot: number): number {
  const { tempC, massTempC } = withId(schedule.zones, zone.id);
  const outdoorC = valueAt(problem.outdoorTempC, slot);
  const ofAir = zone.heatLossKwPerK * (valueAt(tempC, slot + 1) - outdoorC);
  const massC = massTempC?.[slot + 1];
  return massC === undefined || !zone.mass ? ofAir : ofAir + zone.mass.heatLossKwPerK * (massC - outdoorC);
}

export const zoneSlots = (problem: HouseholdProblem, schedule: Schedule, zone: ZoneProblem): ZoneSlot[] => {
  const pumps = problem.heatPumps.filter(({ zoneIds }) => zoneIds.includes(zone.id));
  return problem.slots.map(({ hours }, k) => {
    const sources = zoneSources(problem, schedule, zone.id, k);
    const { tempC } = withId(schedule.zones, zone.id);
    const neededKw = lossKw(problem, schedule, zone, k) - valueAt(zone.gainsKw, k);
    return {
      ...heatSlot(k, hours, tempC, zoneWish(problem, zone, k), sources),
      holdShare: shareOf(neededKw, availableKw(sources)),
      pumpsRest: pumps.every(({ id }) => {
        const { spaceKw, waterKw } = withId(schedule.heatPumps, id);
        return valueAt(spaceKw, k) + valueAt(waterKw, k) <= NOTHING_KW;
      }),
      isFree: valueAt(problem.importPricePerKwh, k) <= 0,
    };
  });
};

export const tankSlots = (problem: HouseholdProblem, schedule: Schedule, tank: TankProblem): HeatSlot[] =>
  problem.slots.map(({ hours }, k) =>
    heatSlot(
      k,
      hours,
      withId(schedule.tanks, tank.id).tempC,
      tankWish(problem, tank, k),
      tankSources(problem, schedule, tank.id, k),
    ),
  );

/** Stretches of heating and of rest. */
const heatingAndRest = (slots: readonly HeatSlot[]): Run[] =>
  runsOf(slots, (run, next) => run[0]?.isHeating === next.isHeating);

/** The set-point of a heating slot: where the plan leads the room, plus the lift that asks for the planned power. */
function heatingSetpointC(slot: ZoneSlot): number {
  const liftK = FULL_POWER_LIFT_K * (slot.share - slot.holdShare);
  return Math.min(Math.max(slot.endTempC + liftK, slot.minTempC), slot.maxTempC + ABOVE_COMFORT_K);
}

/** The set-point of a resting slot: so far below the coldest of the rest that the heating curve asks for nothing. */
function restSetpointC(slot: ZoneSlot, rest: readonly ZoneSlot[]): number {
  const coldestC = Math.min(...rest.map((each) => each.endTempC));
  const belowK = Math.max(REST_BELOW_K, FULL_POWER_LIFT_K * slot.holdShare);
  return Math.max(coldestC - belowK, slot.minTempC - REST_BELOW_WISH_K);
}

/** A thermostat's set-points over the horizon. */
export function setpointRuns(slots: readonly ZoneSlot[]): IntentRun[] {
  const asked = heatingAndRest(slots).flatMap(({ first, last }) => {
    const stretch = slots.slice(first, last + 1);
    return stretch.map((slot) => ({
      ...slot,
      setpointC: slot.isHeating ? heatingSetpointC(slot) : restSetpointC(slot, stretch),
    }));
  });
  const meanC = (run: Readonly<typeof asked>): number =>
    weightedMean(run.map(({ setpointC, hours }) => ({ value: setpointC, weight: hours }))) ?? 0;
  const runs = runsOf(
    asked,
    (run, next) => run[0]?.isHeating === next.isHeating && Math.abs(next.setpointC - meanC(run)) <= SAME_SETPOINT_K,
  ).map(({ first, last }) => ({
    first,
    last,
    intent: { kind: "setpoint" as const, tempC: toStep(meanC(asked.slice(first, last + 1)), SETPOINT_STEP_K) },
  }));
  return joinEqual(runs);
}

/** A tank's heating slots of one purpose: bringing the water up, or keeping it where it is, at about the same power. */
function heatsAlike(run: readonly HeatSlot[], next: HeatSlot): boolean {
  const first = run[0];
  if (!first || first.isHeating !== next.isHeating) return false;
  const meanShare = weightedMean(run.map(({ share, hours }) => ({ value: share, weight: hours }))) ?? 0;
  return !next.isHeating || (isRising(first) === isRising(next) && Math.abs(next.share - meanShare) <= SAME_SHARE);
}

const isRising = (slot: HeatSlot): boolean => slot.endTempC - slot.startTempC > RISING_K_PER_H * slot.hours;

/**
 * `heatTo` the warmest the water becomes while heat pump or boiler brings it up; while it only keeps it, a little above the
 * coolest; both at least what a thermostat notices, in whole degrees upwards. `idle` between. A tank heats at once to
 * what it is told: so a slow start before a cheap hour has a target of its own.
 */
export function tankRuns(tank: TankProblem, slots: readonly HeatSlot[]): IntentRun[] {
  const runs = runsOf(slots, heatsAlike).map(({ first, last }) => {
    const run = slots.slice(first, last + 1);
    if (!run[0]?.isHeating) return { first, last, intent: { kind: "idle" as const } };
    const ends = run.map((slot) => slot.endTempC);
    const warmestC = Math.max(...ends);
    const noticedC = (isRising(run[0]) ? run[0].startTempC : Math.min(...ends)) + WATER_LIFT_K;
    const highestC = Math.min(Math.max(warmestC, run[0].maxTempC), hardMaxTempC(tank));
    const wantedC = isRising(run[0]) ? Math.max(warmestC, noticedC) : noticedC;
    const tempC = Math.min(Math.ceil(wantedC - 0.001), Math.ceil(highestC - 0.001), Math.floor(hardMaxTempC(tank)));
    return { first, last, intent: { kind: "heatTo" as const, tempC } };
  });
  return joinEqual(runs);
}
