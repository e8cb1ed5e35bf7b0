import { type HouseholdProblem, type Plan, slotEndMs } from "@ohmstead/contract";
import type { CasePlan, Unmet } from "./case-plan.ts";
import type { Names } from "./names.ts";
import type { Translated } from "./to-household.ts";

/** Our words for limits, where the case has others. */
const LIMITS = new Map([
  ["comfortMinTempC", "minTempC"],
  ["comfortMaxTempC", "maxTempC"],
]);

/** Our plan in the words of the case. */
export function fromPlan(
  plan: Plan,
  problem: HouseholdProblem,
  { assumed, unmet, messages }: Translated,
  names: Names,
  solveSeconds: number,
): CasePlan {
  const { schedule } = plan;
  const named = <T extends { readonly id: string }, V>(devices: readonly T[], value: (device: T) => V) =>
    Object.fromEntries(devices.map((device) => [names.theirs(device.id), value(device)]));
  const allUnmet = [...plan.missed.map((each) => unmetOf(each, plan, names)), ...unmet];
  return {
    status: allUnmet.length > 0 ? "bestEffort" : "complete",
    messages: [...plan.notes, ...messages],
    unmet: allUnmet,
    assumed,
    slots: plan.slots,
    importKw: schedule.importKw,
    exportKw: schedule.exportKw,
    pvUsedKw: problem.slots.map((_, k) => schedule.pvArrays.reduce((sum, each) => sum + (each.usedKw[k] ?? 0), 0)),
    batteries: named(schedule.batteries, ({ chargeKw, dischargeKw }) => ({ chargeKw, dischargeKw })),
    evs: named(schedule.evs, ({ chargeKw }) => ({ chargeKw })),
    heaters: named(schedule.heatPumps, ({ spaceKw, waterKw }) => spaceKw.map((kw, k) => kw + (waterKw[k] ?? 0))),
    appliances: named(schedule.appliances, ({ powerKw }) => powerKw),
    tempC: {
      ...named(schedule.zones, ({ tempC }) => tempC),
      ...named(schedule.tanks, ({ tempC }) => tempC),
    },
    solveSeconds,
  };
}

function unmetOf({ subject, startMs, amount }: Plan["missed"][number], { slots }: Plan, names: Names): Unmet {
  const dot = subject.indexOf(".");
  const [device, limit] = [subject.slice(0, dot), subject.slice(dot + 1)];
  const slot = slots.find((each) => each.startMs === startMs);
  return {
    subject: `${names.theirs(device)}.${LIMITS.get(limit) ?? limit}`,
    amount,
    fromMs: startMs,
    untilMs: slot ? slotEndMs(slot) : startMs,
  };
}
