import { MS_PER_HOUR } from "@ohmstead/contract";
import type { PlanningInput } from "./case-file.ts";
import type { CasePlan } from "./case-plan.ts";
import { type Column, COLUMNS } from "./slot-table.ts";
import { createStep, heatedOf, type Step, tempPath } from "./step.ts";

type PerSlot = readonly number[];

/** The same change to every series of powers of a plan. */
function mapPowers(plan: CasePlan, change: (kw: PerSlot, name: string) => PerSlot): CasePlan {
  const each = (group: string, series: Readonly<Record<string, PerSlot>>) =>
    Object.fromEntries(Object.entries(series).map(([id, kw]) => [id, change(kw, `${group}/${id}`)]));
  return {
    ...plan,
    importKw: change(plan.importKw, "import"),
    exportKw: change(plan.exportKw, "export"),
    pvUsedKw: change(plan.pvUsedKw, "pv"),
    batteries: Object.fromEntries(
      Object.entries(plan.batteries).map(([id, { chargeKw, dischargeKw }]) => [
        id,
        { chargeKw: change(chargeKw, `charge/${id}`), dischargeKw: change(dischargeKw, `discharge/${id}`) },
      ]),
    ),
    evs: Object.fromEntries(
      Object.entries(plan.evs).map(([id, { chargeKw }]) => [id, { chargeKw: change(chargeKw, `ev/${id}`) }]),
    ),
    heaters: each("heater", plan.heaters),
    appliances: each("appliance", plan.appliances),
  };
}

/** The part of a step before a moment; the slot under way then is shortened. */
export function executedUntil(step: Step, untilMs: number): Step {
  const count = step.slots.filter((slot) => slot.startMs < untilMs - 1).length;
  const slots = step.slots
    .slice(0, count)
    .map((slot) => ({ ...slot, hours: Math.min(slot.hours, (untilMs - slot.startMs) / MS_PER_HOUR) }));
  const { columns, rows } = step.input.slots;
  const hoursAt = columns.indexOf("hours");
  const keptRows = rows
    .slice(0, count)
    .map((row, k) => row.map((cell, i) => (i === hoursAt ? (slots[k]?.hours ?? cell) : cell)));
  const assumedSlots: Partial<Record<Column, Record<number, number>>> = {};
  for (const column of COLUMNS) {
    const values = Object.entries(step.plan.assumed.slots[column] ?? {}).filter(([k]) => Number(k) < count);
    if (values.length > 0) assumedSlots[column] = Object.fromEntries(values);
  }
  const cut = mapPowers(step.plan, (kw) => kw.slice(0, count));
  return createStep(
    step.label,
    { ...step.input, slots: { columns, rows: keptRows } },
    { ...cut, slots, assumed: { ...cut.assumed, slots: assumedSlots } },
  );
}

const cellOf = ({ input }: Step, row: PlanningInput["slots"]["rows"][number], name: string) =>
  row[input.slots.columns.indexOf(name)] ?? null;

/** Stretches of several plans, one after the other, as one: what was really done. */
export function joined(parts: readonly Step[]): Step {
  const [first] = parts;
  if (!first) throw new Error("nothing was carried out");
  const columns = first.input.slots.columns;
  const input: PlanningInput = {
    ...first.input,
    slots: {
      columns,
      rows: parts.flatMap((part) => part.input.slots.rows.map((row) => columns.map((name) => cellOf(part, row, name)))),
    },
  };
  const seriesOf = new Map<string, number[][]>();
  for (const part of parts)
    mapPowers(part.plan, (kw, name) => {
      seriesOf.set(name, [...(seriesOf.get(name) ?? []), [...kw]]);
      return kw;
    });
  const slotsAssumed: Partial<Record<Column, Record<number, number>>> = {};
  let offset = 0;
  for (const part of parts) {
    for (const column of COLUMNS)
      for (const [k, value] of Object.entries(part.plan.assumed.slots[column] ?? {}))
        (slotsAssumed[column] ??= {})[Number(k) + offset] = value;
    offset += part.slots.length;
  }
  const unmet = parts.flatMap((part) => part.plan.unmet);
  const plan: CasePlan = {
    ...mapPowers(first.plan, (_, name) => (seriesOf.get(name) ?? []).flat()),
    status: parts.every((part) => part.plan.status === "complete") ? "complete" : "bestEffort",
    messages: parts.flatMap((part) => part.plan.messages),
    unmet,
    assumed: { ...first.plan.assumed, slots: slotsAssumed },
    slots: parts.flatMap((part) => part.plan.slots),
    solveSeconds: Math.max(...parts.map((part) => part.plan.solveSeconds)),
  };
  const step = createStep("executed", input, plan);
  // What each plan foresaw ends where the next one begins; together they have no prediction of their own.
  const tempC = Object.fromEntries(heatedOf(step).map(({ id }) => [id, tempPath(step, id)]));
  return { ...step, plan: { ...plan, tempC } };
}
