import type { HouseholdProblem } from "@ohmstead/contract";
import { penaltyScaleOf, surplusKwOf } from "./horizon.ts";
import { ProgramBuilder, type Term } from "./linear-program.ts";
import { type StorageLimits, limitsOf } from "./storage-limits.ts";
import type { Switch } from "./switches.ts";

export type GridDirection = "import" | "export";
export type StorageDirection = "charge" | "discharge";

/** The only direction allowed per slot; undefined: both. */
export interface FixedDirections {
  readonly grid: readonly (GridDirection | undefined)[];
  /** Of batteries and cars, by id. */
  readonly storages: ReadonlyMap<string, readonly (StorageDirection | undefined)[]>;
  /** Of those whose efficiency changes with the power, by id and direction: as many stages beyond the first may be used. */
  readonly stages?: ReadonlyMap<string, readonly (number | undefined)[]>;
  /** Of those that begin above maxSoc, by id: the border from which they are inside, and stay so. */
  readonly inside?: ReadonlyMap<string, number>;
}

/** Where export pays more than import costs, and the meter's direction is open: which price gives way. */
export type MeterPrices = "capExport" | "raiseImport";

/** What the devices of one house share while the programme is written. */
export interface HouseProgram {
  readonly problem: HouseholdProblem;
  readonly builder: ProgramBuilder;
  /** Simpler, for the dense engine: one comfort segment, no price on changes, no switches. */
  readonly lite: boolean;
  /** With whole numbers for all that is on or off, in or out: true prices, nothing left to settle afterwards. */
  readonly exact: boolean;
  readonly fixed: FixedDirections | undefined;
  readonly meter: MeterPrices;
  /** The dearest price where it is above 1: what penalties are multiplied by. */
  readonly penaltyScale: number;
  /** Per slot: sun beyond the base load, kW. */
  readonly surplusKw: readonly number[];
  /** Of batteries and cars, by id. */
  readonly storageLimits: ReadonlyMap<string, StorageLimits>;
  /** Per slot: what feeds the house (positive) and what draws from it (negative), kW. */
  readonly balance: readonly Term[][];
  /** Per zone or tank and slot: what heats it, kW of heat per kW of the column. */
  readonly heat: ReadonlyMap<string, readonly Term[][]>;
  /** What is on or off: every device adds its own. */
  readonly switches: Switch[];
}

export function openHouseProgram(
  problem: HouseholdProblem,
  options: Pick<HouseProgram, "lite" | "exact" | "fixed" | "meter">,
): HouseProgram {
  const perSlot = (): Term[][] => problem.slots.map(() => []);
  return {
    problem,
    builder: new ProgramBuilder(),
    ...options,
    penaltyScale: penaltyScaleOf(problem),
    surplusKw: surplusKwOf(problem),
    storageLimits: new Map([...problem.batteries, ...problem.evs].map((each) => [each.id, limitsOf(problem, each)])),
    balance: perSlot(),
    heat: new Map([...problem.zones, ...problem.tanks].map((each) => [each.id, perSlot()])),
    switches: [],
  };
}

/** A column of every slot. */
export type SlotColumns = readonly number[];
