import type { Slot } from "../../../optimizer/contract/src/slot.ts";
import type { Column } from "./slot-table.ts";

/** A wish or an input that this plan does not meet or could not use; subjects are written as in the input. */
export interface Unmet {
  readonly subject: string;
  readonly amount: number;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Values the plan used where the input had none, or none that can be believed. */
export interface Assumed {
  readonly startSoc: Readonly<Record<string, number>>;
  readonly startTempC: Readonly<Record<string, number>>;
  readonly pvNowKw?: number | undefined;
  /** By column, then by slot. */
  readonly slots: Readonly<Partial<Record<Column, Readonly<Record<number, number>>>>>;
}

type PerSlot = readonly number[];

/** An answer as the judge sees it: plain data, in the names of the case. */
export interface CasePlan {
  /** failed: no answer at all, which is never right. */
  readonly status: "complete" | "bestEffort" | "refused" | "failed";
  readonly messages: readonly string[];
  readonly unmet: readonly Unmet[];
  readonly assumed: Assumed;
  readonly slots: readonly Slot[];
  readonly importKw: PerSlot;
  readonly exportKw: PerSlot;
  readonly pvUsedKw: PerSlot;
  readonly batteries: Readonly<Record<string, { readonly chargeKw: PerSlot; readonly dischargeKw: PerSlot }>>;
  readonly evs: Readonly<Record<string, { readonly chargeKw: PerSlot }>>;
  readonly heaters: Readonly<Record<string, PerSlot>>;
  readonly appliances: Readonly<Record<string, PerSlot>>;
  /** Predicted, at the borders between slots: one more than there are slots. */
  readonly tempC: Readonly<Record<string, PerSlot>>;
  readonly solveSeconds: number;
}

export const NOTHING_ASSUMED: Assumed = { startSoc: {}, startTempC: {}, slots: {} };

/** An answer without a plan. */
export const noPlan = (status: "refused" | "failed", messages: readonly string[], solveSeconds: number): CasePlan => ({
  status,
  messages,
  unmet: [],
  assumed: NOTHING_ASSUMED,
  slots: [],
  importKw: [],
  exportKw: [],
  pvUsedKw: [],
  batteries: {},
  evs: {},
  heaters: {},
  appliances: {},
  tempC: {},
  solveSeconds,
});
