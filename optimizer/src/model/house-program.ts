import type { HouseholdProblem } from "@ohmstead/contract";
import { ProgramBuilder, type Term } from "./linear-program.ts";

export type GridDirection = "import" | "export";
export type BatteryDirection = "charge" | "discharge";

/** The only direction allowed per slot; undefined: both. */
export interface FixedDirections {
  readonly grid: readonly (GridDirection | undefined)[];
  readonly batteries: ReadonlyMap<string, readonly (BatteryDirection | undefined)[]>;
}

/** Where export pays more than import costs, and the meter's direction is open: which price gives way. */
export type MeterPrices = "capExport" | "raiseImport";

/** What the devices of one house share while the programme is written. */
export interface HouseProgram {
  readonly problem: HouseholdProblem;
  readonly builder: ProgramBuilder;
  /** Simpler, for the dense engine: one comfort segment, no price on changes. */
  readonly lite: boolean;
  readonly fixed: FixedDirections | undefined;
  readonly meter: MeterPrices;
  /** Per slot: what feeds the house (positive) and what draws from it (negative), kW. */
  readonly balance: readonly Term[][];
  /** Per zone or tank and slot: what heats it, kW of heat per kW of the column. */
  readonly heat: ReadonlyMap<string, readonly Term[][]>;
}

export function openHouseProgram(
  problem: HouseholdProblem,
  options: Pick<HouseProgram, "lite" | "fixed" | "meter">,
): HouseProgram {
  const perSlot = (): Term[][] => problem.slots.map(() => []);
  return {
    problem,
    builder: new ProgramBuilder(),
    ...options,
    balance: perSlot(),
    heat: new Map([...problem.zones, ...problem.tanks].map((each) => [each.id, perSlot()])),
  };
}

/** A column of every slot. */
export type SlotColumns = readonly number[];
