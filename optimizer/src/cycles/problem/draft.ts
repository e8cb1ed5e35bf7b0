import type { HomeConfig, HouseholdProblemInput, Override, Plan, RestsOn, Slot } from "@ohmstead/contract";
import type { LocalTime } from "../../domain/local-time.ts";
import type { Stretch } from "../../domain/series.ts";
import type { RankedForecast } from "../../forecasts/blend-forecasts.ts";
import type { KnownPrice, PriceGiver } from "../../forecasts/price-ladder.ts";
import type { LoadProfile } from "../../forecasts/base-load.ts";
import type { PlanBasis } from "../../forecasts/plan-anchor.ts";
import type { Capabilities } from "../../devices/device.ts";
import type { RawState } from "../../telemetry/believable-state.ts";
import { type Believable, presentState, type PresentStates } from "../present-states.ts";
import type { PvLimitSpan } from "./free-sun.ts";

/** The plan in force, and what it was made from. */
export interface PlanInForce extends PlanBasis {
  readonly plan: Plan;
}

export interface ProblemInputs {
  readonly config: HomeConfig;
  /** Those that are driven, by id: what they cannot do is not planned. */
  readonly devices?: ReadonlyMap<string, { readonly capabilities: Capabilities }> | undefined;
  readonly nowMs: number;
  /** Final prices at the meter that a source gave; sorted, without overlap. */
  readonly prices: readonly KnownPrice[];
  /** Who says what prices are where no source does, best first; without them the plan ends where nobody knows one. */
  readonly priceGivers?: readonly PriceGiver[] | undefined;
  /** Outdoor forecasts, °C, best first. */
  readonly weather: readonly RankedForecast[];
  /** Forecasts of the sun by array, kW, best first; absent or empty: it is expected to be as on the days before. */
  readonly sun?: ReadonlyMap<string, readonly RankedForecast[]> | undefined;
  /** Measured means in kW up to now, at least of the last four weeks where there are any. */
  readonly history: { readonly baseLoad: readonly Stretch[]; readonly pv: ReadonlyMap<string, readonly Stretch[]> };
  /** What the house usually draws; learned from the history where it is not given. */
  readonly usualLoad?: LoadProfile | undefined;
  /** What is usually drawn of each tank, kW of heat; learned from what was measured where it is not given. */
  readonly usualDraws?: ReadonlyMap<string, LoadProfile> | undefined;
  /** Means of quarter-hours by signal id, oldest first: what has been done already is read from them. */
  readonly measured?: ReadonlyMap<string, readonly Stretch[]> | undefined;
  /** When our own limits were in force, by array, oldest first. */
  readonly pvLimits?: ReadonlyMap<string, readonly PvLimitSpan[]> | undefined;
  /** By signal id. */
  readonly states: PresentStates;
  /** Readings of the last hours by signal, refused ones too. */
  readonly recent?: ReadonlyMap<string, readonly RawState[]> | undefined;
  readonly overrides: readonly Override[];
  /** Devices that cannot be reached, and why: the plan does without them. */
  readonly excluded?: ReadonlyMap<string, string> | undefined;
  /** The id of an override whose end cuts the slots and that does nothing else: so its cost can be told. */
  readonly asWithout?: string | undefined;
  readonly previous?: PlanInForce | undefined;
}

/**
 * A problem in the making: its slots are fixed, and what is unknown is said. Its config and overrides are those that this plan is made for:
 * without the devices that it must do without.
 */
export interface Draft extends Omit<ProblemInputs, "previous" | "excluded" | "asWithout"> {
  readonly usualLoad: LoadProfile;
  readonly usualDraws: ReadonlyMap<string, LoadProfile>;
  /** The whole house. */
  readonly home: HomeConfig;
  /** The plan in force, while it says something of now. */
  readonly previous: Plan | undefined;
  readonly slots: readonly Slot[];
  readonly endMs: number;
  readonly clock: (ms: number) => LocalTime;
  readonly note: (text: string) => void;
  readonly miss: (input: string, text: string) => void;
  /** Which slots of a series rest on what. */
  readonly rest: (on: readonly RestsOn[]) => void;
}

/** One device of a group, as the problem takes it. */
export type Part<
  Group extends
    | "pvArrays"
    | "inverters"
    | "batteries"
    | "evs"
    | "zones"
    | "tanks"
    | "heatPumps"
    | "boilers"
    | "immersionHeaters"
    | "appliances",
> = NonNullable<HouseholdProblemInput[Group]>[number];

/** The device's present state; what is not as it was just read is said and counted as missing. Undefined where nobody knows. */
export function stateOf(
  draft: Draft,
  signal: string,
  deviceId: string,
  believable: Believable,
  otherwise?: string,
): number | undefined {
  const { value, note } = presentState(signal, deviceId, draft, believable, otherwise);
  if (note !== undefined) draft.miss(signal, note);
  return value;
}

export const isIn = (devices: readonly { readonly id: string }[] | undefined, id: string | undefined): boolean =>
  devices?.some((each) => each.id === id) ?? false;

export const measuredOf = ({ measured }: Draft, signal: string): readonly Stretch[] => measured?.get(signal) ?? [];
