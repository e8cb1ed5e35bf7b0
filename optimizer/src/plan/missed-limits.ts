import type { HouseholdProblem, MissedLimit, Schedule } from "@ohmstead/contract";
import { valueAt, withId } from "./per-slot.ts";
import { tankWish, zoneWish } from "./wishes.ts";

/** Less than this is not worth a word. */
const THRESHOLD = { K: 0.05, share: 0.005, kW: 0.01 } as const;

/**
 * The wishes that a schedule does not meet, each with its worst slot; states are judged at the slot's end. Wishes
 * raised by an override count as raised. Subjects are `<device>.<limit>`, `site.importLimitKw`, `site.exportLimitKw`.
 */
export function missedLimits(problem: HouseholdProblem, schedule: Schedule): MissedLimit[] {
  const worst = (subject: string, unit: keyof typeof THRESHOLD, by: (slot: number) => number): MissedLimit[] => {
    const missed = problem.slots
      .map((slot, k) => ({ subject, startMs: slot.startMs, amount: by(k), unit }))
      .filter((each) => each.amount > THRESHOLD[unit]);
    return missed.toSorted((a, b) => b.amount - a.amount || a.startMs - b.startMs).slice(0, 1);
  };
  const { importLimitKw = Number.POSITIVE_INFINITY, exportLimitKw = Number.POSITIVE_INFINITY } = problem.site;
  return [
    ...problem.zones.flatMap((zone) => {
      const { tempC } = withId(schedule.zones, zone.id);
      const wish = (k: number) => zoneWish(problem, zone, k);
      return [
        ...worst(`${zone.id}.comfortMinTempC`, "K", (k) => wish(k).minTempC - valueAt(tempC, k + 1)),
        ...worst(`${zone.id}.comfortMaxTempC`, "K", (k) => valueAt(tempC, k + 1) - wish(k).maxTempC),
      ];
    }),
    ...problem.tanks.flatMap((tank) => {
      const { tempC } = withId(schedule.tanks, tank.id);
      const wish = (k: number) => tankWish(problem, tank, k);
      return [
        ...worst(`${tank.id}.minTempC`, "K", (k) => wish(k).minTempC - valueAt(tempC, k + 1)),
        ...worst(`${tank.id}.maxTempC`, "K", (k) => valueAt(tempC, k + 1) - wish(k).maxTempC),
      ];
    }),
    ...problem.batteries.flatMap((battery) => {
      const { soc } = withId(schedule.batteries, battery.id);
      return [
        ...worst(`${battery.id}.minSoc`, "share", (k) => battery.minSoc - valueAt(soc, k + 1)),
        ...worst(`${battery.id}.maxSoc`, "share", (k) => valueAt(soc, k + 1) - battery.maxSoc),
      ];
    }),
    ...worst("site.importLimitKw", "kW", (k) => valueAt(schedule.importKw, k) - importLimitKw),
    ...worst("site.exportLimitKw", "kW", (k) => valueAt(schedule.exportKw, k) - exportLimitKw),
  ];
}
