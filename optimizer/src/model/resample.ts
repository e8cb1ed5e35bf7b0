import { MS_PER_HOUR, type HouseholdProblem, type Schedule, type Slot, slotEndMs } from "@ohmstead/contract";
import { followPowers } from "./follow-powers.ts";
import { at } from "./horizon.ts";
import type { Powers, StoragePowers } from "./powers.ts";
import type { StorageProblem } from "./storage-limits.ts";

/** Slots of the given ones joined to a coarser grid: [first, end) of the fine slots. */
interface Group {
  readonly first: number;
  readonly end: number;
}

/** Fine where something is decided now, coarse where the forecast is; every length doubles until the grid is small enough. */
const LENGTHS = [
  { untilHours: 1, hours: 1 / 12 },
  { untilHours: 6, hours: 1 / 4 },
  { untilHours: Infinity, hours: 1 },
] as const;

function groupsOf(slots: readonly Slot[], maxCount: number): Group[] {
  const beginMs = slots[0]?.startMs ?? 0;
  for (let scale = 1; ; scale *= 2) {
    const groups: Group[] = [];
    let first = 0;
    slots.forEach((slot, k) => {
      const start = slots[first] ?? slot;
      const hours =
        (LENGTHS.find((each) => start.startMs - beginMs < each.untilHours * MS_PER_HOUR)?.hours ?? 1) * scale;
      const endMs = slotEndMs(slot);
      const nextHours = slots[k + 1]?.hours;
      const isFull = (endMs - start.startMs) / MS_PER_HOUR + (nextHours ?? Infinity) > hours + 1e-6;
      // Joined slots end on the clock of their length, so that they do not straddle a change of price.
      const isOnClock = endMs % Math.round(hours * MS_PER_HOUR) === 0;
      if (isFull || isOnClock || nextHours === undefined) {
        groups.push({ first, end: k + 1 });
        first = k + 1;
      }
    });
    if (groups.length <= maxCount || groups.length === 1 || scale > slots.length) return groups;
  }
}

const ifGiven = (series: readonly number[] | undefined, join: (series: readonly number[]) => number[]) =>
  series === undefined ? undefined : join(series);

/** The same house on at most about `maxCount` slots: means of what flows, the tightest of what is wished for. Itself when small enough. */
export function coarsen(problem: HouseholdProblem, maxCount: number): HouseholdProblem {
  if (problem.slots.length <= maxCount) return problem;
  const groups = groupsOf(problem.slots, maxCount);
  const hours = groups.map((group) =>
    sumOf(
      problem.slots.map((slot) => slot.hours),
      group,
    ),
  );
  const mean = (series: readonly number[]): number[] =>
    groups.map(
      (group, i) =>
        sumOf(
          series.map((value, k) => value * (problem.slots[k]?.hours ?? 0)),
          group,
        ) / at(hours, i),
    );
  const highest = (series: readonly number[]): number[] =>
    groups.map((group) => Math.max(...series.slice(group.first, group.end)));
  const lowest = (series: readonly number[]): number[] =>
    groups.map((group) => Math.min(...series.slice(group.first, group.end)));
  const storage = <S extends StorageProblem>(each: S): S => ({
    ...each,
    chargeLimitKw: ifGiven(each.chargeLimitKw, lowest),
    dischargeLimitKw: ifGiven(each.dischargeLimitKw, lowest),
    demandKw: ifGiven(each.demandKw, mean),
  });
  return {
    ...problem,
    slots: groups.map((group, i) => ({ startMs: problem.slots[group.first]?.startMs ?? 0, hours: at(hours, i) })),
    importPricePerKwh: mean(problem.importPricePerKwh),
    exportPricePerKwh: mean(problem.exportPricePerKwh),
    baseLoadKw: mean(problem.baseLoadKw),
    outdoorTempC: mean(problem.outdoorTempC),
    site: {
      ...problem.site,
      importLimitPerSlotKw: ifGiven(problem.site.importLimitPerSlotKw, lowest),
      exportLimitPerSlotKw: ifGiven(problem.site.exportLimitPerSlotKw, lowest),
    },
    batteries: problem.batteries.map(storage),
    evs: problem.evs.map((ev) => ({
      ...storage(ev),
      connected: groups.map((group) => ev.connected.slice(group.first, group.end).every(Boolean)),
    })),
    pvArrays: problem.pvArrays.map((array) => ({ ...array, forecastKw: mean(array.forecastKw) })),
    zones: problem.zones.map((zone) => {
      const comfortMinTempC = highest(zone.comfortMinTempC);
      return {
        ...zone,
        gainsKw: mean(zone.gainsKw),
        comfortMinTempC,
        comfortMaxTempC: lowest(zone.comfortMaxTempC).map((max, i) => Math.max(max, at(comfortMinTempC, i))),
      };
    }),
    tanks: problem.tanks.map((tank) => ({ ...tank, drawKw: mean(tank.drawKw), minTempC: highest(tank.minTempC) })),
    heatPumps: problem.heatPumps.map((pump) => ({
      ...pump,
      maxPowerKw: lowest(pump.maxPowerKw),
      copSpace: mean(pump.copSpace),
      copWater: mean(pump.copWater),
    })),
    boilers: problem.boilers.map((boiler) => ({
      ...boiler,
      maxHeatKw: lowest(boiler.maxHeatKw),
      fuelPricePerKwh: mean(boiler.fuelPricePerKwh),
    })),
  };
}

const sumOf = (series: readonly number[], { first, end }: Group): number =>
  series.slice(first, end).reduce((sum, value) => sum + value, 0);

/** What another schedule of this house planned: its slots need not be ours. */
export interface Planned {
  readonly slots: readonly Slot[];
  readonly schedule: Schedule;
}

const find = <T extends { readonly id: string }>(list: readonly T[] | undefined, id: string): T | undefined =>
  list?.find((each) => each.id === id);

/**
 * Another schedule's powers on this problem's slots, as far as the problem's limits and present state let the house follow them.
 * Devices are found by id. Time that the other does not cover follows `rest`, and idles without it.
 */
export function transplant(problem: HouseholdProblem, planned: Planned, rest?: Schedule): Schedule {
  const take = overlapMean(planned.slots, problem.slots);
  const { schedule } = planned;
  const storage = (mine: StoragePowers | undefined, other: StoragePowers | undefined): StoragePowers => ({
    chargeKw: take(mine?.chargeKw, other?.chargeKw),
    dischargeKw: take(mine?.dischargeKw, other?.dischargeKw),
  });
  const powers: Powers = {
    pvArrays: problem.pvArrays.map(({ id, forecastKw }) => {
      const used = take(find(schedule.pvArrays, id)?.usedKw, find(rest?.pvArrays, id)?.usedKw);
      // A mean below the forecast may come from other slots or an older forecast: only where feeding in costs is it a wish to curtail.
      return {
        usedKw: forecastKw.map((kw, k) => (at(problem.exportPricePerKwh, k) < 0 ? Math.min(kw, at(used, k)) : kw)),
      };
    }),
    batteries: problem.batteries.map(({ id }) => storage(find(schedule.batteries, id), find(rest?.batteries, id))),
    evs: problem.evs.map(({ id }) => storage(find(schedule.evs, id), find(rest?.evs, id))),
    heatPumps: problem.heatPumps.map(({ id, zoneIds }) => {
      const mine = find(schedule.heatPumps, id);
      const other = find(rest?.heatPumps, id);
      return {
        zones: zoneIds.map((zone) => ({
          id: zone,
          powerKw: take(find(mine?.zones, zone)?.powerKw, find(other?.zones, zone)?.powerKw),
        })),
        waterKw: take(mine?.waterKw, other?.waterKw),
      };
    }),
    boilers: problem.boilers.map(({ id, zoneIds }) => {
      const mine = find(schedule.boilers, id);
      const other = find(rest?.boilers, id);
      return {
        zones: zoneIds.map((zone) => ({
          id: zone,
          heatKw: take(find(mine?.zones, zone)?.heatKw, find(other?.zones, zone)?.heatKw),
        })),
        waterKw: take(mine?.waterKw, other?.waterKw),
      };
    }),
    immersionHeaters: problem.immersionHeaters.map(({ id }) => ({
      powerKw: take(find(schedule.immersionHeaters, id)?.powerKw, find(rest?.immersionHeaters, id)?.powerKw),
    })),
    appliances: problem.appliances.map(({ id }) => ({
      powerKw: take(find(schedule.appliances, id)?.powerKw, find(rest?.appliances, id)?.powerKw),
    })),
  };
  return followPowers(problem, powers);
}

/** Time-weighted mean of a series on other slots; the share of a slot that it does not cover counts with the rest's value. */
function overlapMean(from: readonly Slot[], onto: readonly Slot[]) {
  const overlaps = onto.map((slot) => {
    const lengthMs = slotEndMs(slot) - slot.startMs;
    const shares = from.flatMap((other, i) => {
      const ms = Math.min(slotEndMs(other), slotEndMs(slot)) - Math.max(other.startMs, slot.startMs);
      return ms > 0 ? [{ i, share: ms / lengthMs }] : [];
    });
    return { shares, uncovered: Math.max(0, 1 - shares.reduce((sum, each) => sum + each.share, 0)) };
  });
  return (series: readonly number[] | undefined, rest: readonly number[] | undefined): number[] =>
    overlaps.map(({ shares, uncovered }, k) =>
      series === undefined
        ? (rest?.[k] ?? 0)
        : shares.reduce((sum, { i, share }) => sum + share * at(series, i), uncovered * (rest?.[k] ?? 0)),
    );
}
