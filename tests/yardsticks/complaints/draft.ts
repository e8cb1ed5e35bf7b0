import type { Slot } from "@ohmstead/contract";
import type { PlanningInput } from "./case-file.ts";
import type { Assumed, Unmet } from "./case-plan.ts";
import type { Carried } from "./carried.ts";
import type { Names } from "./names.ts";
import type { StartState } from "./start-states.ts";
import type { UsableSeries } from "./usable-series.ts";

/** A translation under way: what is known, and what had to be assumed so far. */
export interface Draft {
  readonly input: PlanningInput;
  readonly slots: readonly Slot[];
  readonly series: UsableSeries;
  readonly names: Names;
  readonly carried: Carried | undefined;
  readonly startSoc: Record<string, number>;
  readonly startTempC: Record<string, number>;
  readonly unmet: Unmet[];
  readonly messages: string[];
}

export const assumedOf = ({ series, startSoc, startTempC }: Draft): Assumed => ({
  startSoc,
  startTempC,
  ...series.assumed,
});

/** The state to start from; what is not simply given is stated, and what cannot be believed is named. */
export function stated(
  draft: Draft,
  quantity: "soc" | "tempC",
  id: string,
  state: StartState,
  unknown: number,
): number {
  const value = state.value ?? unknown;
  if (state.isGiven) return value;
  (quantity === "soc" ? draft.startSoc : draft.startTempC)[id] = value;
  if (state.doubt === undefined) return value;
  const nowMs = Date.parse(draft.input.now);
  draft.unmet.push({ subject: `readings.${id}.${quantity}`, amount: 1, fromMs: nowMs, untilMs: nowMs });
  draft.messages.push(`${id}.${quantity} ${state.doubt}: ${value} is assumed`);
  return value;
}

/**
 * What is left at the end counts in the case's money only at a price that the case gives. Where it tells of the hours beyond the horizon
 * instead, our own valuation of those is asked for.
 */
export const worthLeft = ({ input }: Draft, pricePerKwh?: number): { readonly endValuePerKwh?: number } =>
  pricePerKwh === undefined && input.beyondHorizon ? {} : { endValuePerKwh: pricePerKwh ?? 0 };
