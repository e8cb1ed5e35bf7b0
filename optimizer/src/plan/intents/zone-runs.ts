import type { HeatPumpProblem, HouseholdProblem, Intent, ZoneProblem } from "@ohmstead/contract";
import { ranBefore } from "../heat-pump-runs.ts";
import { type ZoneSlot, setpointRuns } from "./heat-runs.ts";
import { type IntentRun, type Run, joinEqual, toStep } from "./runs.ts";

/** The adapter rounds to what its number can be set to. */
const OFFSET_STEP_K = 0.1;
/** A heat pump is told to heat more where the plan wants at least this share of its power beyond what holds the room. */
const MORE_SHARE = 0.15;
/** Less than this would not wake a heating curve. */
const WAKING_SHARE = 0.05;
/** SG-Ready: a block ends by itself after two hours, and some heat pumps take a longer one for a fault. */
const LONGEST_BLOCK_HOURS = 2;

/** What was so just before the first slot. */
export interface ZonePast {
  /** What the zone is told at the moment. */
  readonly inForce?: Intent | undefined;
  /** For how long its heat pumps have been resting; 0: one is running. */
  readonly restedHours: number;
}

const restedHours = (pump: HeatPumpProblem): number => (ranBefore(pump) ? 0 : pump.previousHours);

export function zonePast({ heatPumps }: HouseholdProblem, zoneId: string, inForce: Intent | undefined): ZonePast {
  const pumps = heatPumps.filter(({ zoneIds }) => zoneIds.includes(zoneId));
  return { inForce, restedHours: pumps.length > 0 ? Math.min(...pumps.map(restedHours)) : 0 };
}

/** The comfort that a heating curve holds by itself. Nights, boosts and vacations are offsets from it. */
export const plainTempC = (zone: ZoneProblem): number => zone.plainTempC ?? Math.max(...zone.comfortMinTempC);

/** The orders of a room over the horizon, in the words of its control. */
export function zoneRuns(zone: ZoneProblem, slots: readonly ZoneSlot[], past: ZonePast): IntentRun[] {
  switch (zone.toldAs) {
    case "setpoint":
      return setpointRuns(slots);
    case "offset":
      return offsetRuns(zone, slots);
    case "level":
      return levelRuns(slots, past);
    default:
      return zone.toldAs satisfies never;
  }
}

/** How far the set-point that a thermostat would be told lies from what the heating curve holds. */
const offsetRuns = (zone: ZoneProblem, slots: readonly ZoneSlot[]): IntentRun[] =>
  joinEqual(
    setpointRuns(slots).map(({ intent, ...run }) => {
      const offsetK = toStep("tempC" in intent ? intent.tempC - plainTempC(zone) : 0, OFFSET_STEP_K);
      return { ...run, intent: { kind: "offset", offsetK } };
    }),
  );

/**
 * Levels: normal where the plan lets the heat pump do what its own curve asks for, recommended where it wants clearly more, forced where a
 * person asked, or where power costs nothing (an electric heater may help then); blocked where a rest begins, for two hours at most: after that
 * a heat pump has to be let alone.
 */
function levelRuns(slots: readonly ZoneSlot[], past: ZonePast): IntentRun[] {
  const blocked = blockedSlots(slots, past);
  return joinEqual(
    slots.map((slot, k) => ({
      first: k,
      last: k,
      intent: { kind: "level", level: blocked.has(k) ? "min" : workingLevel(slot) },
    })),
  );
}

function workingLevel(slot: ZoneSlot): "low" | "mid" | "max" {
  if (!slot.isHeating) return "low";
  if (slot.isBoosted) return "max";
  if (slot.share - slot.holdShare < MORE_SHARE) return "low";
  return slot.isFree ? "max" : "mid";
}

/** The first two hours of each rest in which a heating curve would ask for heat. */
function blockedSlots(slots: readonly ZoneSlot[], past: ZonePast): ReadonlySet<number> {
  const blocked = new Set<number>();
  let leftHours = leftAtStart(past);
  let isBlocking = true;
  slots.forEach(({ hours, pumpsRest, holdShare }, k) => {
    if (!pumpsRest) {
      isBlocking = true;
      leftHours = LONGEST_BLOCK_HOURS;
      return;
    }
    isBlocking = isBlocking && holdShare >= WAKING_SHARE && hours <= leftHours + 1e-9;
    if (!isBlocking) return;
    blocked.add(k);
    leftHours -= hours;
  });
  return blocked;
}

/** A block that is in force has been so since the heat pump rests, or later. One that rests by itself needs none. */
function leftAtStart({ inForce, restedHours }: ZonePast): number {
  const isBlocked = inForce?.kind === "level" && inForce.level === "min";
  return isBlocked || restedHours === 0 ? Math.max(0, LONGEST_BLOCK_HOURS - restedHours) : 0;
}

/** The beginning of a run for which one sentence is true: all of it heating, or all of it rest. */
export function leadingStretch(slots: readonly ZoneSlot[], run: Run): Run {
  const isHeating = slots[run.first]?.isHeating;
  const other = slots.findIndex((slot, k) => k > run.first && k <= run.last && slot.isHeating !== isHeating);
  return other < 0 ? run : { first: run.first, last: other - 1 };
}
