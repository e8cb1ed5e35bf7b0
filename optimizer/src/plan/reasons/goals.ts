import type { HouseholdProblem } from "@ohmstead/contract";
import type { StorageSlot } from "../intents/storage-runs.ts";
import { sum } from "../per-slot.ts";
import type { StorageProblem } from "../storage.ts";
import { goalSlot } from "../wishes.ts";

/** Readings of the state of charge are not finer, and neither is the plan's word on what is missed. */
const NOTHING_SOC = 0.002;

/** A content wished for at a time, as the plan meets it. */
export interface Goal {
  readonly atMs: number;
  readonly soc: number;
  /** It counts at the end of this slot. */
  readonly slot: number;
  readonly plannedSoc: number;
}

export const isMissed = ({ soc, plannedSoc }: Goal): boolean => plannedSoc < soc - NOTHING_SOC;

/** Goals within the horizon, by time. */
export const goalsOf = (problem: HouseholdProblem, { goals }: StorageProblem, slots: readonly StorageSlot[]): Goal[] =>
  goals
    .flatMap(({ atMs, soc }): Goal[] => {
      const slot = goalSlot(problem, atMs);
      return slot === undefined ? [] : [{ atMs, soc, slot, plannedSoc: slots[slot]?.endSoc ?? soc }];
    })
    .toSorted((a, b) => a.atMs - b.atMs);

/** The first goal that would be missed without what is charged here. */
export function goalServed(
  problem: HouseholdProblem,
  storage: StorageProblem,
  slots: readonly StorageSlot[],
  here: readonly StorageSlot[],
): Goal | undefined {
  const first = here[0]?.slot ?? 0;
  return goalsOf(problem, storage, slots).find((goal) => {
    const before = here.filter(({ slot }) => slot <= goal.slot);
    const gained = sum(before.map(({ startSoc, endSoc }) => endSoc - startSoc));
    return goal.slot >= first && goal.plannedSoc - gained < goal.soc - NOTHING_SOC;
  });
}
