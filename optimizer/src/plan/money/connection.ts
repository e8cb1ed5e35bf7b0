import { type HouseholdProblem, MS_PER_HOUR, type Schedule } from "@ohmstead/contract";
import { sum, valueAt, weightedMean } from "../per-slot.ts";
import { exportLimitKw, importLimitKw } from "../wishes.ts";
import { siteOverPrice } from "./penalty-prices.ts";

/** What goes beyond the connection. */
export const siteDiscomfort = (problem: HouseholdProblem, schedule: Schedule): number =>
  siteOverPrice(problem) *
  sum(
    problem.slots.map(({ hours }, k) => {
      const importOver = Math.max(0, valueAt(schedule.importKw, k) - importLimitKw(problem, k));
      const exportOver = Math.max(0, valueAt(schedule.exportKw, k) - exportLimitKw(problem, k));
      return hours * (importOver + exportOver);
    }),
  );

/** The capacity charge on the metering period with the highest mean. */
export function demandCost({ slots, site }: HouseholdProblem, schedule: Schedule): number {
  const { demandCharge } = site;
  if (!demandCharge) return 0;
  const periodMs = demandCharge.meteringHours * MS_PER_HOUR;
  const periods = Map.groupBy(slots.keys(), (k) => Math.floor((slots[k]?.startMs ?? 0) / periodMs));
  const means = [...periods.values()].map((members) =>
    weightedMean(members.map((k) => ({ value: valueAt(schedule.importKw, k), weight: slots[k]?.hours ?? 0 }))),
  );
  const highestKw = Math.max(0, ...means.map((mean) => mean ?? 0));
  return demandCharge.pricePerKw * Math.max(0, highestKw - demandCharge.aboveKw);
}
