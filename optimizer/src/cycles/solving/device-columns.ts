import type { HouseholdProblem, Schedule } from "@ohmstead/contract";
import type { HouseholdModel } from "../../model/build-model.ts";
import type { ColumnBounds } from "../../model/switches.ts";
import { findById } from "./planned-powers.ts";

/** Powers of a schedule are forced with this much room: rounding must not make them impossible. kW. */
const ROOM_KW = 1e-6;

/** One power of a device in a slot that can be bound by itself. kW; of a boiler heat. */
export interface DeviceColumn {
  readonly column: number;
  /** The zone or tank that it heats; of storages the direction. */
  readonly part: string;
}

/** The columns of a device in a slot, in the order in which the model gives them; empty for one that it does not know. */
export function columnsOf(
  problem: HouseholdProblem,
  model: HouseholdModel,
  deviceId: string,
  k: number,
): DeviceColumn[] {
  const terms = model.powerColumns.find((each) => each.deviceId === deviceId && each.slot === k)?.terms ?? [];
  const heater = [...problem.heatPumps, ...problem.boilers].find(({ id }) => id === deviceId);
  const isStorage = [...problem.batteries, ...problem.evs].some(({ id }) => id === deviceId);
  const tankId = heater?.tankId ?? problem.immersionHeaters.find(({ id }) => id === deviceId)?.tankId;
  const parts = isStorage
    ? ["charge", "discharge"]
    : [...(heater?.zoneIds ?? []), ...(tankId === undefined ? [] : [tankId])];
  if (parts.length !== terms.length) return [];
  return terms.map(([column], i) => ({ column, part: parts[i] ?? "" }));
}

/** What a schedule has for one of a device's columns, kW. */
export function partKw(schedule: Schedule, deviceId: string, part: string, k: number): number {
  const storage = findById([...schedule.batteries, ...schedule.evs], deviceId);
  if (storage) return (part === "charge" ? storage.chargeKw : storage.dischargeKw)[k] ?? 0;
  const pump = findById(schedule.heatPumps, deviceId);
  if (pump) return (findById(pump.zones, part)?.powerKw ?? pump.waterKw)[k] ?? 0;
  const boiler = findById(schedule.boilers, deviceId);
  if (boiler) return (findById(boiler.zones, part)?.heatKw ?? boiler.waterKw)[k] ?? 0;
  return findById(schedule.immersionHeaters, deviceId)?.powerKw[k] ?? 0;
}

/** Bounds that hold a column at a power, as far as its own bounds allow. */
export function heldAt({ lp }: HouseholdModel, column: number, kw: number): ColumnBounds {
  const [lower, upper] = [lp.columnLower[column] ?? 0, lp.columnUpper[column] ?? Infinity];
  const within = Math.min(Math.max(kw, lower), upper);
  return [column, Math.max(lower, within - ROOM_KW), Math.min(upper, within + ROOM_KW)];
}

/** Bounds that hold devices at what a schedule has for them in some slots. */
export const heldAsIn = (
  problem: HouseholdProblem,
  model: HouseholdModel,
  schedule: Schedule,
  deviceIds: readonly string[],
  slots: readonly number[],
): ColumnBounds[] =>
  deviceIds.flatMap((id) =>
    slots.flatMap((k) =>
      columnsOf(problem, model, id, k).map(({ column, part }) => heldAt(model, column, partKw(schedule, id, part, k))),
    ),
  );
