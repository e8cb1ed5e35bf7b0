import { type InputsReport, MS_PER_HOUR, type Plan, type RestsOn, slotEndMs } from "@ohmstead/contract";
import { DateTime } from "luxon";
import { InputError } from "../domain/errors.ts";
import { QUARTER_MS } from "../domain/quarter-hours.ts";
import { inputsReport } from "../forecasts/inputs-report.ts";
import type { PlanRepository } from "../store/plan-repository.ts";

/** Local days or moments, ISO 8601; without `from` the day before `until`, without `until` now. */
export interface InputsQuery {
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

const DAY_MS = 24 * MS_PER_HOUR;
const LONGEST_DAYS = 31;

/**
 * What the stored plans of a period rested on. The period is cut to the time since the first plan that is stored, and to the end of the newest one.
 * Throws InputError for what is no time.
 */
export function inputsOfHome(
  plans: Pick<PlanRepository, "reach" | "newestBefore" | "planOf">,
  { from, until }: InputsQuery,
  nowMs: number,
  timeZone: string,
): InputsReport {
  const untilMs = until === undefined ? nowMs : momentOf("until", until, timeZone);
  const fromMs = from === undefined ? untilMs - DAY_MS : momentOf("from", from, timeZone);
  if (fromMs >= untilMs) throw refusal("from", "must be before until");
  if (untilMs - fromMs > LONGEST_DAYS * DAY_MS) throw refusal("from", `at most ${LONGEST_DAYS} days at once, please`);
  const reach = plans.reach();
  const newest = reach && plans.planOf(reach.newestId);
  if (!reach || !newest) return inputsReport(fromMs, fromMs, () => []);
  const endMs = Math.max(newest.createdAtMs, ...newest.slots.slice(-1).map(slotEndMs));
  const firstMs = onQuarter(Math.max(fromMs, reach.firstMs));
  return inputsReport(firstMs, Math.max(firstMs, onQuarter(Math.min(untilMs, endMs))), restsOnOf(plans));
}

/** Plans are read one by one, in the order of time. */
function restsOnOf(plans: Pick<PlanRepository, "newestBefore" | "planOf">): (ms: number) => readonly RestsOn[] {
  let last: { readonly id: string; readonly plan: Plan | undefined } | undefined;
  return (ms) => {
    const id = plans.newestBefore(ms);
    if (id === undefined) return [];
    if (last?.id !== id) last = { id, plan: plans.planOf(id) };
    return last.plan?.restsOn ?? [];
  };
}

const onQuarter = (ms: number): number => Math.ceil(ms / QUARTER_MS) * QUARTER_MS;

const refusal = (field: string, message: string): InputError =>
  new InputError(`The period cannot be used: ${field} ${message}`, [{ field, message }]);

function momentOf(field: string, text: string, timeZone: string): number {
  const time = DateTime.fromISO(text, { zone: timeZone });
  if (!time.isValid) throw refusal(field, `"${text}" is no time; write 2026-01-31 or 2026-01-31T18:00Z`);
  return time.toMillis();
}
