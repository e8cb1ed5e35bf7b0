import type { HouseholdProblem, TankProblem } from "@ohmstead/contract";
import { inputForTempC, kelvinPerKw, nextTempC } from "../dynamics.ts";
import { sum, valueAt } from "../per-slot.ts";
import { hardMaxTempC, hygieneSlots, tankWish } from "../wishes.ts";
import { type Diary, lastOf } from "./diary.ts";

/** Water is heated when it would fall below the wish, and then this much above it. */
const WATER_SWING_K = 10;
/** The immersion heater beside another producer is an emergency: it waits until the water is this far below the wish. */
const IMMERSION_BELOW_K = 5;
/** What is heated to the point may miss it by a rounding. */
const ROUNDING_K = 1e-6;

/** What a tank needs in a slot, and what it has got so far: kW of heat. */
export interface TankNeed {
  readonly tank: TankProblem;
  /** Up to its upper temperature, when its thermostat is on. */
  readonly wantedKw: number;
  /** Up to the wish itself. */
  readonly minimumKw: number;
  /** Up to what only an emergency heater is for. */
  readonly emergencyKw: number;
  /** The most that keeps it below its hard maximum, now and with all heat that is pledged for later. */
  roomKw: number;
  readonly endAfter: (heatKw: number) => number;
  readonly offAboveC: number;
  readonly onBelowC: number;
  /** Pledged for this slot by pumps that have not been asked yet. */
  reservedKw: number;
  givenKw: number;
}

/** What is left of a wish for those who come later. */
export const openKw = (need: TankNeed, wantedKw: number): number =>
  Math.max(0, Math.min(wantedKw, need.roomKw - need.reservedKw) - need.givenKw);

/**
 * Thermostat with a swing: looks at where the water would be at the slot's end, since the schedule knows no shorter
 * time. Once in a hygiene span it goes up to what kills legionella, as late as its heaters allow.
 */
export function needOfTank(problem: HouseholdProblem, diary: Diary, tank: TankProblem, k: number): TankNeed {
  const hours = problem.slots[k]?.hours ?? 0;
  const drawKw = valueAt(tank.drawKw, k);
  const tempC = lastOf(diary.tankC, tank.id);
  const ceilingC = hardMaxTempC(tank);
  const wish = tankWish(problem, tank, k);
  const cleanC = tank.hygiene && isCleaningDue(problem, diary, tank, k) ? tank.hygiene.tempC : undefined;
  const wishedC = Math.min(wish.minTempC, ceilingC);
  const onBelowC = cleanC ?? wishedC;
  const swingC = Math.min(wish.minTempC + WATER_SWING_K, Math.max(wish.maxTempC, wishedC), ceilingC);
  const offAboveC = Math.max(swingC, cleanC ?? swingC);
  const endAfter = (heatKw: number): number => nextTempC(tank, tempC, tank.ambientTempC, heatKw - drawKw, hours);
  if (endAfter(0) < onBelowC - ROUNDING_K) diary.heatingTanks.add(tank.id);
  const heatFor = (wantedC: number): number =>
    diary.heatingTanks.has(tank.id)
      ? Math.max(0, inputForTempC(tank, tempC, wantedC, tank.ambientTempC, hours) + drawKw)
      : 0;
  return {
    tank,
    wantedKw: heatFor(offAboveC),
    minimumKw: heatFor(onBelowC),
    emergencyKw: heatFor(cleanC ?? onBelowC - IMMERSION_BELOW_K),
    roomKw: roomKw(problem, diary, tank, k),
    endAfter,
    offAboveC,
    onBelowC,
    reservedKw: pledgedKw(diary, tank, k),
    givenKw: 0,
  };
}

/** At the end of a slot: the thermostat goes off when the tank is hot. */
export function noteTank(problem: HouseholdProblem, diary: Diary, need: TankNeed, k: number): void {
  const { tank, offAboveC } = need;
  const endC = need.endAfter(need.givenKw);
  if (endC >= offAboveC - ROUNDING_K) diary.heatingTanks.delete(tank.id);
  if (tank.hygiene && endC >= tank.hygiene.tempC - ROUNDING_K && hygieneSlots(problem, tank).includes(k))
    diary.cleanTanks.add(tank.id);
  diary.tankC.get(tank.id)?.push(endC);
}

/** Heat that is pledged to a tank in a slot, kW. */
export const pledgedKw = (diary: Diary, tank: TankProblem, k: number): number =>
  sum(diary.pledges.filter(({ tankId, slot }) => tankId === tank.id && slot === k).map(({ heatKw }) => heatKw));

/** Whether a tank stays below its hard maximum, from slot k to the end, with so much heat in each slot. */
export function staysBelowMax(
  problem: HouseholdProblem,
  diary: Diary,
  tank: TankProblem,
  k: number,
  heatKw: (slot: number) => number,
): boolean {
  let tempC = lastOf(diary.tankC, tank.id);
  return problem.slots.slice(k).every(({ hours }, n) => {
    const inputKw = heatKw(k + n) - valueAt(tank.drawKw, k + n);
    tempC = nextTempC(tank, tempC, tank.ambientTempC, inputKw, hours);
    return tempC <= hardMaxTempC(tank) + ROUNDING_K;
  });
}

export function roomKw(problem: HouseholdProblem, diary: Diary, tank: TankProblem, k: number): number {
  const ceilingC = hardMaxTempC(tank);
  const lastPledge = Math.max(k, ...diary.pledges.map(({ tankId, slot }) => (tankId === tank.id ? slot : k)));
  let tempC = lastOf(diary.tankC, tank.id);
  let kelvinOfAKw = 0;
  let room = Number.POSITIVE_INFINITY;
  for (let m = k; m <= lastPledge; m++) {
    const hours = problem.slots[m]?.hours ?? 0;
    const perKw = kelvinPerKw(tank, hours);
    const heatKw = m === k ? 0 : pledgedKw(diary, tank, m);
    tempC = nextTempC(tank, tempC, tank.ambientTempC, heatKw - valueAt(tank.drawKw, m), hours);
    kelvinOfAKw = m === k ? perKw : kelvinOfAKw * (1 - perKw * tank.heatLossKwPerK);
    // A tank that has lost every trace of this slot's heat by then sets no limit to it.
    if (kelvinOfAKw > 0) room = Math.min(room, (ceilingC - tempC) / kelvinOfAKw);
  }
  return Math.max(0, room);
}

/** True when the tank, left alone in this slot, could not be hot enough any more at the end of its span, all heaters at full power. */
function isCleaningDue(problem: HouseholdProblem, diary: Diary, tank: TankProblem, k: number): boolean {
  const last = hygieneSlots(problem, tank).at(-1);
  if (last === undefined || k > last || !tank.hygiene || diary.cleanTanks.has(tank.id)) return false;
  let tempC = lastOf(diary.tankC, tank.id);
  for (let m = k; m <= last; m++) {
    const heatKw = m === k ? 0 : highestHeatKw(problem, tank, m);
    const inputKw = heatKw - valueAt(tank.drawKw, m);
    tempC = nextTempC(tank, tempC, tank.ambientTempC, inputKw, problem.slots[m]?.hours ?? 0);
  }
  return tempC < tank.hygiene.tempC;
}

const highestHeatKw = ({ heatPumps, boilers, immersionHeaters }: HouseholdProblem, tank: TankProblem, k: number) =>
  sum(
    heatPumps
      .filter(({ tankId }) => tankId === tank.id)
      .map((pump) => valueAt(pump.maxPowerKw, k) * valueAt(pump.copWater, k)),
  ) +
  sum(boilers.filter(({ tankId }) => tankId === tank.id).map((boiler) => valueAt(boiler.maxHeatKw, k))) +
  sum(immersionHeaters.filter(({ tankId }) => tankId === tank.id).map(({ powerKw }) => powerKw));
