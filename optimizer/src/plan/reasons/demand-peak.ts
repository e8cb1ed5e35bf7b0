import { type HouseholdProblem, MS_PER_HOUR, type Schedule } from "@ohmstead/contract";
import { valueAt, weightedMean } from "../per-slot.ts";

/** Periods this close to the highest are the highest. */
const SAME_KW = 0.02;

/** The highest mean power that a tariff charges for, and the slots of its periods. */
export interface DemandPeak {
  readonly kw: number;
  readonly pricePerKw: number;
  readonly slots: ReadonlySet<number>;
}

/** Undefined without a demand charge, and while the highest power is free. */
export function demandPeak(problem: HouseholdProblem, schedule: Schedule): DemandPeak | undefined {
  const { demandCharge } = problem.site;
  if (!demandCharge || demandCharge.pricePerKw <= 0) return undefined;
  const periodMs = demandCharge.meteringHours * MS_PER_HOUR;
  const periods = Map.groupBy(problem.slots.keys(), (k) => Math.floor((problem.slots[k]?.startMs ?? 0) / periodMs));
  const means = [...periods.values()].map((slots) => {
    const parts = slots.map((k) => ({ value: valueAt(schedule.importKw, k), weight: problem.slots[k]?.hours ?? 0 }));
    return { slots, kw: weightedMean(parts) ?? 0 };
  });
  const kw = Math.max(...means.map((each) => each.kw));
  if (kw <= demandCharge.aboveKw + SAME_KW) return undefined;
  const slots = new Set(means.filter((each) => each.kw > kw - SAME_KW).flatMap((each) => each.slots));
  return { kw, pricePerKw: demandCharge.pricePerKw, slots };
}
