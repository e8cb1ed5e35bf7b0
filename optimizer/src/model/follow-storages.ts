import type { HouseholdProblem, InverterProblem, Schedule } from "@ohmstead/contract";
import { at, sum } from "./horizon.ts";
import type { StorageDirection } from "./house-program.ts";
import { NOISE_KW, type Powers, type StoragePowers, between, wanted } from "./powers.ts";
import {
  type PowerBands,
  type StorageLimits,
  SLACK_KW,
  type StorageProblem,
  highestWithin,
  insideAt,
  limitsOf,
  nearestPower,
  taperOf,
  topOf,
} from "./storage-limits.ts";

type Flows = Pick<Schedule, "pvArrays" | "batteries" | "evs">;

/** A storage on its way through the slots. */
interface Moving {
  readonly storage: StorageProblem;
  readonly limits: StorageLimits;
  readonly powers: StoragePowers | undefined;
  /** At each slot's end the least content from which it can go on without sinking below what it may hold, kWh. */
  readonly neededKwh: readonly number[];
  readonly chargeKw: number[];
  readonly dischargeKw: number[];
  readonly soc: number[];
  contentKwh: number;
  /** 1 while it charges, −1 while it discharges, 0 at rest; and what rounding to possible powers has left undone in this run, kWh. */
  direction: number;
  owedKwh: number;
}

/** What of one slot is still to be agreed between sun, storages, inverters and the meter, kW. */
interface SlotFlows {
  readonly usedKw: number[];
  readonly storages: { readonly moving: Moving; chargeKw: number; dischargeKw: number }[];
}

/** More agreements than this no slot needs: every one makes some power smaller. */
const MAX_ROUNDS = 30;

/** Where limits pull in turns each time by a little, powers are lessened by more than is asked from this round on. */
const PATIENT_ROUNDS = 5;

/** What several powers miss a limit by when each is possible within its slack is no reason to change them. */
const ROUNDING_KW = 10 * SLACK_KW;
const SLACK_KWH = 5e-6;
const ROUNDING_KWH = 2 * SLACK_KWH;

/**
 * Sun and storages slot by slot, beside a house that draws so much without them: powers that are possible, content within its window, inverters
 * and the meter's rules kept. What cannot be done as wanted becomes less, never more than a least power asks for.
 */
export function followStorages(problem: HouseholdProblem, powers: Powers, drawnKw: readonly number[]): Flows {
  const asWanted = follow(problem, powers, drawnKw, neededAsWanted);
  if (asWanted.isPossible) return asWanted.flows;
  // Some charging did not come about that later content had been counting on: once more with nothing counted on.
  return follow(problem, powers, drawnKw, neededAtRest).flows;
}

type Needed = (problem: HouseholdProblem, limits: StorageLimits, powers: StoragePowers | undefined) => number[];

/** Backwards from the end: the least content such that what is lost by and by leaves enough, with nothing charged. */
const neededAtRest: Needed = (problem, limits) => neededWith(problem, limits, () => 0);

/** The same when it charges as wanted. */
const neededAsWanted: Needed = (problem, limits, powers) =>
  neededWith(problem, limits, (k) => {
    const kw = Math.max(0, wanted(powers?.chargeKw, k) - wanted(powers?.dischargeKw, k));
    return insideAt(limits.charge.curve, nearestPower(limits.charge.bands[k] ?? [], kw, kw));
  });

function neededWith(problem: HouseholdProblem, limits: StorageLimits, storedKw: (k: number) => number): number[] {
  const needed = [...limits.lowestKwh];
  for (let k = needed.length - 1; k > 0; k--) {
    const before = (at(needed, k) - (problem.slots[k]?.hours ?? 0) * storedKw(k)) / at(limits.keep, k);
    needed[k - 1] = Math.max(at(needed, k - 1), before);
  }
  return needed;
}

function follow(
  problem: HouseholdProblem,
  powers: Powers,
  drawnKw: readonly number[],
  needed: Needed,
): { readonly flows: Flows; readonly isPossible: boolean } {
  const begin = (storage: StorageProblem, wantedPowers: StoragePowers | undefined): Moving => {
    const limits = limitsOf(problem, storage);
    return {
      storage,
      limits,
      powers: wantedPowers,
      neededKwh: needed(problem, limits, wantedPowers),
      chargeKw: [],
      dischargeKw: [],
      soc: [storage.soc],
      contentKwh: storage.soc * storage.capacityKwh,
      direction: 0,
      owedKwh: 0,
    };
  };
  const batteries = problem.batteries.map((battery, i) => begin(battery, powers.batteries[i]));
  const evs = problem.evs.map((ev, i) => begin(ev, powers.evs[i]));
  const usedKw: number[][] = problem.pvArrays.map(() => []);
  let isPossible = true;
  problem.slots.forEach(({ hours }, k) => {
    const flows: SlotFlows = {
      usedKw: problem.pvArrays.map((array, i) =>
        array.curtailable
          ? between(0, wanted(powers.pvArrays[i]?.usedKw, k), at(array.forecastKw, k))
          : at(array.forecastKw, k),
      ),
      storages: [...batteries, ...evs].map((moving) => ({ moving, ...possiblePowers(moving, k, hours) })),
    };
    agree(problem, flows, k, at(drawnKw, k));
    flows.usedKw.forEach((kw, i) => usedKw[i]?.push(kw));
    for (const { moving, chargeKw, dischargeKw } of flows.storages)
      isPossible = advance(moving, k, hours, chargeKw, dischargeKw) && isPossible;
  });
  const flows = {
    pvArrays: problem.pvArrays.map(({ id }, i) => ({ id, usedKw: usedKw[i] ?? [] })),
    batteries: batteries.map(written),
    evs: evs.map(written),
  };
  return { flows, isPossible };
}

const written = ({ storage, chargeKw, dischargeKw, soc }: Moving) => ({ id: storage.id, chargeKw, dischargeKw, soc });

/** What of its wish a storage can do by itself in this slot. */
function possiblePowers(moving: Moving, k: number, hours: number): { chargeKw: number; dischargeKw: number } {
  const { storage, limits, powers } = moving;
  const difference = wanted(powers?.chargeKw, k) - wanted(powers?.dischargeKw, k);
  const wish = Math.abs(difference) < NOISE_KW ? 0 : difference;
  if (Math.sign(wish) !== moving.direction) moving.owedKwh = 0;
  moving.direction = Math.sign(wish);
  const keptKwh = at(limits.keep, k) * moving.contentKwh;
  const possible = (bands: PowerBands, contentCapKw: number, taperKw = Infinity): number => {
    const capKw = Math.min(contentCapKw, taperKw);
    const target = Math.min(Math.abs(wish) + moving.owedKwh / hours, capKw, topOf(bands));
    // In a short slot the last digit of a content is much power.
    const kw = nearestPower(bands, target, Math.max(capKw, Math.min(contentCapKw + SLACK_KWH / hours, taperKw)));
    moving.owedKwh = hours * (target - kw);
    return kw;
  };
  if (wish > 0) {
    const { curve, bands } = limits.charge;
    const roomKw = highestWithin(curve, { kw: 0, insideKw: 1 }, (limits.wishedKwh - keptKwh) / hours);
    const taper = taperOf(storage);
    const taperKw = taper
      ? highestWithin(curve, { kw: 1, insideKw: hours * taper.kwPerKwh }, taper.limitKw - taper.kwPerKwh * keptKwh)
      : Infinity;
    return { chargeKw: possible(bands[k] ?? [], roomKw, taperKw), dischargeKw: 0 };
  }
  if (wish === 0) return { chargeKw: 0, dischargeKw: 0 };
  const { curve, bands } = limits.discharge;
  const spareKw = highestWithin(curve, { kw: 0, insideKw: 1 }, (keptKwh - at(moving.neededKwh, k)) / hours);
  return { chargeKw: 0, dischargeKw: possible(bands[k] ?? [], spareKw) };
}

/** Powers become smaller until every inverter carries what goes through it and nobody goes against the meter who may not. */
function agree(problem: HouseholdProblem, flows: SlotFlows, k: number, drawnKw: number): void {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const haste = 2 ** Math.max(0, round - PATIENT_ROUNDS);
    const isCalm = problem.inverters.map((inverter) => passThrough(problem, inverter, flows, k, haste)).every(Boolean);
    if (keepToMeter(flows, k, drawnKw, haste) && isCalm) return;
  }
}

/** Takes so much off the powers of a direction, as far as there is any; what is left of a power is one that is possible. */
function lessen(storages: SlotFlows["storages"], direction: StorageDirection, k: number, byKw: number): number {
  const key = direction === "charge" ? "chargeKw" : "dischargeKw";
  let left = byKw;
  for (const each of storages) {
    if (left <= 0) break;
    const before = each[key];
    const limitKw = Math.max(0, before - left);
    each[key] = nearestPower(each.moving.limits[direction].bands[k] ?? [], limitKw, limitKw);
    left -= before - each[key];
  }
  return left;
}

/** False when it had to change something. */
function passThrough(
  problem: HouseholdProblem,
  inverter: InverterProblem,
  flows: SlotFlows,
  k: number,
  haste: number,
): boolean {
  const storages = flows.storages.filter(({ moving }) => inverter.batteryIds.includes(moving.storage.id));
  const arrays = problem.pvArrays.flatMap(({ id }, i) => (inverter.pvArrayIds.includes(id) ? [i] : []));
  const givenKw = (): number =>
    sum(arrays.map((i) => at(flows.usedKw, i))) + sum(storages.map((each) => each.dischargeKw - each.chargeKw));
  const takenTooMuchKw = -givenKw() - inverter.maxFromHouseKw;
  if (takenTooMuchKw > ROUNDING_KW) lessen(storages, "charge", k, haste * takenTooMuchKw);
  const givenTooMuchKw = givenKw() - inverter.maxToHouseKw;
  if (givenTooMuchKw > ROUNDING_KW) {
    let left = givenTooMuchKw + lessen(storages, "discharge", k, haste * givenTooMuchKw) - haste * givenTooMuchKw;
    for (const i of arrays) {
      const cutKw = Math.min(at(flows.usedKw, i), Math.max(0, left));
      flows.usedKw[i] = at(flows.usedKw, i) - cutKw;
      left -= cutKw;
    }
  }
  return takenTooMuchKw <= ROUNDING_KW && givenTooMuchKw <= ROUNDING_KW;
}

/** False when it had to change something. */
function keepToMeter(flows: SlotFlows, k: number, drawnKw: number, haste: number): boolean {
  const importKw = (): number =>
    drawnKw - sum(flows.usedKw) + sum(flows.storages.map((each) => each.chargeKw - each.dischargeKw));
  const selfChargers = flows.storages.filter((each) => !each.moving.storage.mayChargeFromGrid && each.chargeKw > 0);
  const boughtKw = selfChargers.length > 0 ? importKw() : 0;
  if (boughtKw > ROUNDING_KW) lessen(selfChargers, "charge", k, haste * boughtKw);
  const selfUsers = flows.storages.filter((each) => !each.moving.storage.mayExport && each.dischargeKw > 0);
  const soldKw = selfUsers.length > 0 ? -importKw() : 0;
  if (soldKw > ROUNDING_KW) lessen(selfUsers, "discharge", k, haste * soldKw);
  return boughtKw <= ROUNDING_KW && soldKw <= ROUNDING_KW;
}

/** The content at the end of the slot; false when it lies below what the storage may hold. */
function advance(moving: Moving, k: number, hours: number, chargeKw: number, dischargeKw: number): boolean {
  const { storage, limits } = moving;
  const stored = insideAt(limits.charge.curve, chargeKw) - insideAt(limits.discharge.curve, dischargeKw);
  const contentKwh = at(limits.keep, k) * moving.contentKwh + hours * stored;
  const lowestKwh = at(limits.lowestKwh, k);
  moving.contentKwh = Math.min(Math.max(contentKwh, lowestKwh), limits.highestKwh);
  moving.chargeKw.push(chargeKw);
  moving.dischargeKw.push(dischargeKw);
  moving.soc.push(moving.contentKwh / storage.capacityKwh);
  return contentKwh > lowestKwh - ROUNDING_KWH;
}
