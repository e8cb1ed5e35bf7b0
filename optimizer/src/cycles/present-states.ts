import { type Plan, slotEndMs } from "@ohmstead/contract";
import { believableState, type RawState, type StateEvidence } from "../telemetry/believable-state.ts";

/** A measured value of a signal: kW, °C or share. */
export interface PresentState {
  readonly value: number;
  readonly atMs: number;
  readonly isStale: boolean;
}
export type PresentStates = ReadonlyMap<string, PresentState>;

/** For so long after the last good reading the plan's own prediction stands in for it. */
const PREDICTED_FOR_MS = 6 * 3_600_000;

export interface StateInputs {
  readonly states: PresentStates;
  /** Readings of the last hours by signal, refused ones too, oldest first: what a new one is believed by. */
  readonly recent?: ReadonlyMap<string, readonly RawState[]> | undefined;
  readonly nowMs: number;
  readonly previous?: Plan | undefined;
}

/** What is possible for a state, and how fast it can change. */
export type Believable = Pick<StateEvidence, "min" | "max" | "pace" | "slack" | "trendPerHour">;

export interface FoundState {
  readonly value?: number;
  /** What a reader of the plan should know; absent when the reading is fresh and believed. */
  readonly note?: string;
}

/**
 * A device's state of charge or temperature now: as measured, where that follows from what was measured before; else what was. While the
 * sensor has been silent for less than six hours, as the last plan predicted. No value: nobody knows, and `otherwise` says what follows.
 */
export function presentState(
  signal: string,
  deviceId: string,
  inputs: StateInputs,
  believable: Believable,
  otherwise = `${deviceId} is left out of the plan`,
): FoundState {
  const { states, recent, nowMs, previous } = inputs;
  const state = states.get(signal);
  if (!state) return { note: `${signal} has not been read yet: ${otherwise}` };
  if (!state.isStale) {
    const found = believableState({ ...believable, readings: recent?.get(signal) ?? [], nowMs });
    if (found?.doubt === undefined) return { value: state.value };
    return found.value === undefined
      ? { note: `${signal} ${found.doubt}: ${otherwise}` }
      : { value: found.value, note: `${signal} ${found.doubt}: the older one is used` };
  }
  const age = `${signal} was last read ${spoken(nowMs - state.atMs)} ago`;
  const predicted =
    previous && nowMs - state.atMs <= PREDICTED_FOR_MS ? predictedState(previous, deviceId, nowMs) : undefined;
  if (predicted === undefined) return { note: `${age}: ${otherwise}` };
  return { value: predicted, note: `${age}: the last plan's prediction is used` };
}

/** State of a battery or car (share), zone or tank (°C) at a moment of the plan, linear between its borders; undefined outside of it. */
export function predictedState(plan: Plan, deviceId: string, nowMs: number): number | undefined {
  const { batteries, evs, zones, tanks } = plan.schedule;
  const isIt = (each: { readonly id: string }) => each.id === deviceId;
  const borders = [...batteries, ...evs].find(isIt)?.soc ?? [...zones, ...tanks].find(isIt)?.tempC;
  return betweenBorders(plan, borders, nowMs);
}

/** Temperature of a zone's walls at a moment of the plan, the same way. */
export const predictedMassTempC = (plan: Plan, zoneId: string, nowMs: number): number | undefined =>
  betweenBorders(plan, plan.schedule.zones.find((each) => each.id === zoneId)?.massTempC, nowMs);

function betweenBorders({ slots }: Plan, borders: readonly number[] | undefined, nowMs: number): number | undefined {
  const k = slots.findIndex((slot) => slot.startMs <= nowMs && nowMs < slotEndMs(slot));
  const slot = slots[k];
  const before = borders?.[k];
  const after = borders?.[k + 1];
  if (!slot || before === undefined || after === undefined) return undefined;
  return before + ((after - before) * (nowMs - slot.startMs)) / (slotEndMs(slot) - slot.startMs);
}

/** Electric power of a heat pump now: as measured, else as the last plan had it, else 0. */
export function presentPumpKw(deviceId: string, { states, nowMs, previous }: StateInputs): number {
  const state = states.get(`${deviceId}.powerKw`);
  if (state && !state.isStale) return Math.max(0, state.value);
  const k = previous?.slots.findIndex((slot) => slot.startMs <= nowMs && nowMs < slotEndMs(slot)) ?? -1;
  const planned = previous?.schedule.heatPumps.find((each) => each.id === deviceId);
  return (planned?.spaceKw[k] ?? 0) + (planned?.waterKw[k] ?? 0);
}

/** 45 minutes, 3 hours, 2 days */
export function spoken(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 120) return `${minutes} minutes`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}
