import { type ApplianceProblem, type HouseholdProblem, MS_PER_HOUR, type Schedule } from "@ohmstead/contract";
import { blockKw, windowKw } from "../appliance-runs.ts";
import { sum, valueAt, withId } from "../per-slot.ts";
import { horizonEndMs, SLACK_MS } from "../times.ts";
import { type Complaints, TOLERANCE_KW, TOLERANCE_KWH } from "./complaints.ts";

/** Appliances run as they began, in one piece at its time, or in parts inside their window; never more than once. */
export function checkAppliances(problem: HouseholdProblem, schedule: Schedule, complaints: Complaints): void {
  for (const appliance of problem.appliances) {
    const { powerKw } = withId(schedule.appliances, appliance.id);
    powerKw.forEach((kw, k) => complaints.unlessKw(appliance.id, "powerKw is negative", k, -kw));
    if (appliance.startedMs !== undefined)
      checkRun(problem, appliance, powerKw, appliance.startedMs, complaints, "differs from the run that has begun");
    else if (appliance.singleBlock) checkBlock(problem, appliance, powerKw, complaints);
    else checkParts(problem, appliance, powerKw, complaints);
  }
}

function checkRun(
  { slots }: HouseholdProblem,
  appliance: ApplianceProblem,
  powerKw: readonly number[],
  startMs: number,
  complaints: Complaints,
  rule: string,
): void {
  blockKw(appliance, slots, startMs).forEach((kw, k) =>
    complaints.unlessKw(appliance.id, rule, k, Math.abs(valueAt(powerKw, k) - kw)),
  );
}

/** The first slot with power tells when the run started; all the rest follows. */
function checkBlock(
  problem: HouseholdProblem,
  appliance: ApplianceProblem,
  powerKw: readonly number[],
  complaints: Complaints,
): void {
  const first = powerKw.findIndex((kw) => kw > TOLERANCE_KW);
  const startMs = problem.slots[first]?.startMs;
  if (startMs === undefined) return;
  const { id, window, runHours } = appliance;
  const lateMs = startMs + runHours * MS_PER_HOUR - Math.min(window.untilMs, horizonEndMs(problem));
  const slackHours = SLACK_MS / MS_PER_HOUR;
  complaints.unless(id, "starts before its window", first, (window.fromMs - startMs) / MS_PER_HOUR, slackHours, "h");
  complaints.unless(id, "ends after its window", first, lateMs / MS_PER_HOUR, slackHours, "h");
  checkRun(problem, appliance, powerKw, startMs, complaints, "differs from an unbroken run at its powerKw");
}

function checkParts(
  { slots }: HouseholdProblem,
  appliance: ApplianceProblem,
  powerKw: readonly number[],
  complaints: Complaints,
): void {
  const { id } = appliance;
  slots.forEach((slot, k) =>
    complaints.unlessKw(id, "powerKw exceeds its limit", k, valueAt(powerKw, k) - windowKw(appliance, slot)),
  );
  const kwh = sum(slots.map(({ hours }, k) => hours * valueAt(powerKw, k)));
  const overKwh = kwh - appliance.powerKw * appliance.runHours;
  complaints.unless(id, "takes more than its runHours need", slots.length - 1, overKwh, TOLERANCE_KWH, "kWh");
}
