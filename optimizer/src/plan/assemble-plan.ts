import { type HouseholdProblem, MS_PER_HOUR, type Plan, type Schedule, slotEndMs } from "@ohmstead/contract";
import { intentsOf } from "./intents.ts";
import { missedLimits } from "./missed-limits.ts";
import { priceSchedule } from "./price-schedule.ts";

/**
 * Figures of a plan are kept to a millionth: far below what the checker tolerates, and without the crumbs of floating
 * point.
 */
const tidy = (value: number): number => Math.round(value * 1e6) / 1e6 + 0;
const tidyAll = (values: readonly number[]): number[] => values.map(tidy);

/** The same schedule in figures that can be read. */
export function tidySchedule(schedule: Schedule): Schedule {
  return {
    importKw: tidyAll(schedule.importKw),
    exportKw: tidyAll(schedule.exportKw),
    pvArrays: schedule.pvArrays.map(({ id, usedKw }) => ({ id, usedKw: tidyAll(usedKw) })),
    batteries: schedule.batteries.map(({ id, chargeKw, dischargeKw, soc }) => ({
      id,
      chargeKw: tidyAll(chargeKw),
      dischargeKw: tidyAll(dischargeKw),
      soc: tidyAll(soc),
    })),
    zones: schedule.zones.map(({ id, tempC }) => ({ id, tempC: tidyAll(tempC) })),
    tanks: schedule.tanks.map(({ id, tempC }) => ({ id, tempC: tidyAll(tempC) })),
    heatPumps: schedule.heatPumps.map(({ id, spaceKw, waterKw }) => ({
      id,
      spaceKw: tidyAll(spaceKw),
      waterKw: tidyAll(waterKw),
    })),
    immersionHeaters: schedule.immersionHeaters.map(({ id, powerKw }) => ({ id, powerKw: tidyAll(powerKw) })),
  };
}

export interface PlanParts extends Pick<Plan, "rung" | "engine" | "status" | "solveMs" | "notes"> {
  /** With completed end values. */
  readonly problem: HouseholdProblem;
  /** Accepted by the checker. */
  readonly schedule: Schedule;
  /** Per slot; where nobody knows better, the import price. */
  readonly marginalPricePerKwh: readonly number[];
  readonly nowMs: number;
  readonly validHours: number;
  readonly planId: string;
}

/** An accepted schedule as the plan that everybody reads: priced, its missed wishes named, as intents with reasons. */
export function assemblePlan(parts: PlanParts): Plan {
  const { problem, nowMs, validHours } = parts;
  const schedule = tidySchedule(parts.schedule);
  const cost = priceSchedule(problem, schedule);
  const last = problem.slots.at(-1);
  const endMs = last ? slotEndMs(last) : nowMs;
  return {
    formatVersion: 1,
    id: parts.planId,
    createdAtMs: nowMs,
    validUntilMs: Math.max(nowMs, Math.min(endMs, nowMs + Math.round(validHours * MS_PER_HOUR))),
    status: parts.status,
    rung: parts.rung,
    engine: parts.engine,
    solveMs: parts.solveMs,
    currency: problem.currency,
    slots: problem.slots,
    schedule,
    cost: {
      energy: tidy(cost.energy),
      export: tidy(cost.export),
      wear: tidy(cost.wear),
      discomfort: tidy(cost.discomfort),
      change: tidy(cost.change),
      endValue: tidy(cost.endValue),
      total: tidy(cost.total),
    },
    missed: missedLimits(problem, schedule).map((each) => ({ ...each, amount: tidy(each.amount) })),
    marginalPricePerKwh: tidyAll(parts.marginalPricePerKwh),
    devices: intentsOf(problem, schedule, parts.marginalPricePerKwh),
    notes: parts.notes,
  };
}
