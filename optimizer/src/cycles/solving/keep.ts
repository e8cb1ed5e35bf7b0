import type { HouseholdProblem, Schedule } from "@ohmstead/contract";
import { followPowers } from "../../model/follow-powers.ts";
import type { Powers } from "../../model/powers.ts";
import { transplant } from "../../model/resample.ts";
import type { Pattern } from "../../model/switches.ts";
import { priceSchedule } from "../../plan/price-schedule.ts";
import { heldAsIn } from "./device-columns.ts";
import { openedAt } from "./flip-meter.ts";
import { changedActions, followingKw, slotsOfNow } from "./now-actions.ts";
import type { OpenHouse } from "./open-house.ts";
import { type Settled, costOf, settle } from "./settle.ts";

export interface Kept {
  readonly settled: Settled;
  /** Money that is saved against going on as planned before. */
  readonly gain: number;
}

const replaceAt = (series: readonly number[], by: readonly number[] | undefined, slots: readonly number[]): number[] =>
  series.map((value, k) => (slots.includes(k) ? (by?.[k] ?? value) : value));

/** A schedule's powers, those of some devices in the slots of now (of an appliance: all) from another. */
function mixedPowers(
  schedule: Schedule,
  other: Schedule,
  deviceIds: ReadonlySet<string>,
  slots: readonly number[],
): Powers {
  const mixed = <T extends { readonly id: string }>(
    mine: readonly T[],
    others: readonly T[],
    mix: (one: T, another: T) => T,
  ): T[] =>
    mine.map((one) => {
      const another = others.find(({ id }) => id === one.id);
      return another && deviceIds.has(one.id) ? mix(one, another) : one;
    });
  const storage = (one: Schedule["batteries"][number], another: Schedule["batteries"][number]) => ({
    ...one,
    chargeKw: replaceAt(one.chargeKw, another.chargeKw, slots),
    dischargeKw: replaceAt(one.dischargeKw, another.dischargeKw, slots),
  });
  return {
    pvArrays: schedule.pvArrays,
    batteries: mixed(schedule.batteries, other.batteries, storage),
    evs: mixed(schedule.evs, other.evs, storage),
    heatPumps: mixed(schedule.heatPumps, other.heatPumps, (one, another) => ({
      ...one,
      waterKw: replaceAt(one.waterKw, another.waterKw, slots),
      zones: one.zones.map((zone, i) => ({
        ...zone,
        powerKw: replaceAt(zone.powerKw, another.zones[i]?.powerKw, slots),
      })),
    })),
    boilers: mixed(schedule.boilers, other.boilers, (one, another) => ({
      ...one,
      waterKw: replaceAt(one.waterKw, another.waterKw, slots),
      zones: one.zones.map((zone, i) => ({ ...zone, heatKw: replaceAt(zone.heatKw, another.zones[i]?.heatKw, slots) })),
    })),
    immersionHeaters: mixed(schedule.immersionHeaters, other.immersionHeaters, (one, another) => ({
      ...one,
      powerKw: replaceAt(one.powerKw, another.powerKw, slots),
    })),
    appliances: mixed(schedule.appliances, other.appliances, (_, another) => another),
  };
}

/** What the previous plan had meant for our slots. A battery that followed the house then goes on to follow it. */
function meantBefore(problem: HouseholdProblem, schedule: Schedule, planned: Schedule, following: ReadonlySet<string>) {
  return {
    ...planned,
    batteries: planned.batteries.map((battery) => {
      const limits = problem.batteries.find(({ id }) => id === battery.id);
      const now = schedule.batteries.find(({ id }) => id === battery.id);
      if (!limits || !now || !following.has(battery.id)) return battery;
      const kw = now.chargeKw.map((_, k) => followingKw(schedule, now, limits, k));
      return {
        ...battery,
        chargeKw: kw.map((value) => Math.max(0, value)),
        dischargeKw: kw.map((value) => Math.max(0, -value)),
      };
    }),
  };
}

/**
 * What runs now goes on as the previous plan meant it, unless changing it saves more than the house asks for. First for all devices together that
 * would change, then, where that costs too much, for one after the other.
 */
export async function keepActions(
  house: OpenHouse,
  best: Settled,
  previous: NonNullable<HouseholdProblem["previous"]>,
): Promise<Kept> {
  const { problem } = house;
  const schedule = best.model.schedule(best.answer.x);
  const changed = changedActions(problem, schedule, previous);
  if (changed.length === 0) return { settled: best, gain: 0 };
  const slots = slotsOfNow(problem.slots);
  const followingBefore = new Set(changed.filter(({ wasFollowing }) => wasFollowing).map(({ deviceId }) => deviceId));
  const meant = meantBefore(problem, schedule, transplant(problem, previous), followingBefore);
  const bestCost = costOf(problem, best);
  const { meter, pattern, fixed } = best.decisions;

  /** The best plan in which these devices go on; undefined where that is impossible. */
  const keeping = async (deviceIds: readonly string[]): Promise<{ settled: Settled; lived: Schedule } | undefined> => {
    const lived = followPowers(problem, mixedPowers(schedule, meant, new Set(deviceIds), slots));
    const kept: Pattern | undefined = pattern && house.openModel().patternOf(lived);
    const settled = await settle(house, {
      meter,
      fixed: fixed && openedAt(fixed, slots),
      pattern: kept,
      forced: heldAsIn(problem, house.openModel(), lived, deviceIds, slots),
    }).catch(() => undefined);
    return settled && { settled, lived };
  };
  const isWorthKeeping = (cost: number): boolean => cost - bestCost <= problem.keepUnlessGain;

  const ids = changed.map(({ deviceId }) => deviceId);
  const all = await keeping(ids);
  const allCost = all ? costOf(problem, all.settled) : undefined;
  if (all && allCost !== undefined && isWorthKeeping(allCost)) return { settled: all.settled, gain: 0 };
  let settled = best;
  const keptIds: string[] = [];
  if (ids.length > 1)
    for (const id of ids) {
      const next = await keeping([...keptIds, id]);
      if (!next || !isWorthKeeping(costOf(problem, next.settled))) continue;
      keptIds.push(id);
      settled = next.settled;
    }
  const goingOnCost =
    allCost ?? priceSchedule(problem, followPowers(problem, mixedPowers(schedule, meant, new Set(ids), slots))).total;
  return { settled, gain: Math.max(0, goingOnCost - costOf(problem, settled)) };
}
