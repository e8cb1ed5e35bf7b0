import { type HouseholdProblem, MS_PER_HOUR, type Schedule, slotEndMs } from "@ohmstead/contract";
import { transplant } from "../../model/resample.ts";
import { priceSchedule } from "../../plan/price-schedule.ts";
import { type Nearness, calmProgram } from "./calm-program.ts";
import type { OpenHouse } from "./open-house.ts";
import { plannedKw } from "./planned-powers.ts";
import type { Settled } from "./settle.ts";

/** What calm may cost: a share of the money, and so much of the currency. More of it would be spent on crumbs of power. */
const SPENT_SHARE = 1e-6;
const SPENT = 3e-5;
const HUNDREDTHS = 100;

/** A kW of distance in the first hour weighs this many times more than one far off. */
const NEAR_FACTOR = 4;
/** What earliness weighs against nearness to the previous plan. */
const EARLY = 1e-3;

/** What nearness means for this house: every device's power as planned before, for as long as that plan reaches; the present hours most. */
function nearnessTo(
  problem: HouseholdProblem,
  { model }: Settled,
  previous: NonNullable<HouseholdProblem["previous"]>,
) {
  const planned = transplant(problem, previous);
  const beginMs = problem.slots[0]?.startMs ?? 0;
  const last = previous.slots.at(-1);
  const untilMs = last ? slotEndMs(last) : beginMs;
  return model.powerColumns.flatMap(({ deviceId, slot, terms }): Nearness[] => {
    const { startMs, hours } = problem.slots[slot] ?? { startMs: beginMs, hours: 0 };
    const kw = plannedKw(planned, deviceId, slot);
    if (kw === undefined || terms.length === 0 || startMs + hours * MS_PER_HOUR > untilMs + 1) return [];
    const ahead = (startMs - beginMs) / MS_PER_HOUR;
    return [{ terms, kw, weight: hours * (1 + NEAR_FACTOR / (1 + ahead)) }];
  });
}

/**
 * Of all plans that cost the same the one nearest to the previous plan, and of those the one that stores early and uses its storages one after the
 * other: a second programme on the same decisions. Undefined where it finds none, or one that the house could not live at that cost, and where there
 * is nothing to settle: no plan before it, and no two storages that could take turns.
 */
export async function calmSchedule(
  house: OpenHouse,
  settled: Settled,
  previous: HouseholdProblem["previous"],
): Promise<Schedule | undefined> {
  const { problem } = house;
  const { model, lp, answer } = settled;
  const { basis, x, objective } = answer;
  const storages = [...problem.batteries, ...problem.evs].map(({ id }) => id);
  if (!settled.isFinal || !basis || (!previous && storages.length < 2)) return undefined;
  const near = previous ? nearnessTo(problem, settled, previous) : [];
  const little = model.powerColumns.flatMap(({ deviceId, slot, terms }) => {
    const rank = storages.indexOf(deviceId);
    if (rank < 0) return [];
    const hours = problem.slots[slot]?.hours ?? 0;
    // What moves in the last of them weighs least: two that could share a load flutter, one alone does not.
    const weight = (EARLY * hours * (slot + 1)) / problem.slots.length / (1 + rank);
    return terms.map(([column]) => [column, weight] as const);
  });
  const spent = SPENT + SPENT_SHARE * Math.abs(objective / HUNDREDTHS);
  const calm = calmProgram(lp, { x, basis }, { near, little, costLimit: objective + HUNDREDTHS * spent });
  const found = await house.solveOther(calm.lp, { basis: calm.basis, algorithm: "primal" }).catch(() => undefined);
  if (!found) return undefined;
  const schedule = model.schedule(found.x.slice(0, lp.columnCount));
  const money = (each: Schedule): number => priceSchedule(problem, each).total;
  return money(schedule) <= money(model.schedule(x)) + 2 * spent ? schedule : undefined;
}
