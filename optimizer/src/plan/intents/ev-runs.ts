import type { EvProblem, HouseholdProblem, Schedule } from "@ohmstead/contract";
import { isConnected } from "../storage.ts";
import type { IntentRun } from "./runs.ts";
import { NOTHING_KW, type StorageSlot, storageRuns, storageSlots } from "./storage-runs.ts";

/** What a car meets and does in one slot, by the plan. */
export interface EvSlot extends StorageSlot {
  readonly isConnected: boolean;
}

export const evSlots = (problem: HouseholdProblem, schedule: Schedule, ev: EvProblem): EvSlot[] =>
  storageSlots(problem, schedule, ev).map((each) => ({ ...each, isConnected: isConnected(ev, each.slot) }));

function kindOf({ isConnected, chargeKw, dischargeKw }: EvSlot): "charge" | "discharge" | "stop" {
  if (!isConnected) return "stop";
  if (dischargeKw > NOTHING_KW) return "discharge";
  return chargeKw > NOTHING_KW ? "charge" : "stop";
}

/** A charger's orders over the horizon. A car that is away is stopped: one that comes home early waits for its plan. */
export const evRuns = (ev: EvProblem, slots: readonly EvSlot[]): IntentRun[] =>
  storageRuns(ev, slots, slots.map(kindOf), () => ({ kind: "stop" }));
