import type { HouseholdProblem, Schedule } from "@ohmstead/contract";
import { RUNNING_KW } from "./heat-pump.ts";
import { at, surplusKwOf } from "./horizon.ts";
import { NOISE_KW } from "./powers.ts";
import type { Pattern, Switch, SwitchChoice, SwitchSeries } from "./switches.ts";

type Series = readonly number[];

const find = <T extends { readonly id: string }>(list: readonly T[], id: string): T | undefined =>
  list.find((each) => each.id === id);

const aboveNoise = () => NOISE_KW;

/** What a switch of this name does in a schedule: on where the series is above the threshold of the slot. */
function powerBehind(
  problem: HouseholdProblem,
  schedule: Schedule,
  id: string,
): { readonly kw: Series; readonly aboveKw: (k: number) => number } {
  const dot = id.lastIndexOf(".");
  const device = id.slice(0, dot);
  const storage = find([...schedule.batteries, ...schedule.evs], device);
  switch (id.slice(dot + 1)) {
    case "charge":
      return { kw: storage?.chargeKw ?? [], aboveKw: aboveNoise };
    case "discharge":
      return { kw: storage?.dischargeKw ?? [], aboveKw: aboveNoise };
    case "gridCharge": {
      const surplusKw = surplusKwOf(problem);
      return { kw: storage?.chargeKw ?? [], aboveKw: (k) => at(surplusKw, k) + NOISE_KW };
    }
    case "run": {
      const pump = find(schedule.heatPumps, device);
      return { kw: pump?.spaceKw.map((kw, k) => kw + at(pump.waterKw, k)) ?? [], aboveKw: () => RUNNING_KW };
    }
    case "element":
      return { kw: find(schedule.immersionHeaters, device)?.powerKw ?? [], aboveKw: aboveNoise };
    default:
      return { kw: [], aboveKw: aboveNoise };
  }
}

function seriesIn(problem: HouseholdProblem, schedule: Schedule, { id, columns }: SwitchSeries): boolean[] {
  const { kw, aboveKw } = powerBehind(problem, schedule, id);
  return columns.map((column, k) => column !== undefined && (kw[k] ?? 0) > aboveKw(k));
}

/** The option that begins where the appliance does, or whose slot ends hottest. */
function choiceIn(schedule: Schedule, { id, startSlots }: SwitchChoice): number {
  const device = id.slice(0, id.lastIndexOf("."));
  const last = startSlots.length - 1;
  if (id.endsWith(".hygiene")) {
    const tempC = find(schedule.tanks, device)?.tempC ?? [];
    return startSlots.reduce<number>((best, slot, i) => {
      const bestSlot = startSlots[best];
      if (slot === undefined) return best;
      return bestSlot === undefined || (tempC[slot + 1] ?? -Infinity) > (tempC[bestSlot + 1] ?? -Infinity) ? i : best;
    }, 0);
  }
  const first = find(schedule.appliances, device)?.powerKw.findIndex((kw) => kw > NOISE_KW) ?? -1;
  const chosen = startSlots.indexOf(first);
  return first < 0 || chosen < 0 ? last : chosen;
}

/**
 * The switches of a schedule of this house. One that keeps the house's limits gives a legal pattern; where a device cannot be on it counts as off,
 * and an appliance that begins where it must not counts as not run.
 */
export const patternOf = (problem: HouseholdProblem, switches: readonly Switch[], schedule: Schedule): Pattern =>
  new Map(
    switches.map((each) => [
      each.id,
      each.kind === "series" ? seriesIn(problem, schedule, each) : choiceIn(schedule, each),
    ]),
  );
