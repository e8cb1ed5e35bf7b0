import { type Plan, slotEndMs } from "@ohmstead/contract";

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
  readonly nowMs: number;
  readonly previous?: Plan | undefined;
}

export interface FoundState {
  readonly value?: number;
  /** What a reader of the plan should know; absent when the reading is fresh. */
  readonly note?: string;
}

/**
 * A device's state of charge or temperature now: as measured, or, while the sensor has been silent for less than six hours,
 * as the last plan predicted. No value: the device cannot be planned.
 */
export function presentState(signal: string, deviceId: string, inputs: StateInputs): FoundState {
  const { states, nowMs, previous } = inputs;
  const state = states.get(signal);
  if (state && !state.isStale) return { value: state.value };
  if (!state) return { note: `${signal} has not been read yet: ${deviceId} is left out of the plan` };
  const age = `${signal} was last read ${spoken(nowMs - state.atMs)} ago`;
  const predicted =
    previous && nowMs - state.atMs <= PREDICTED_FOR_MS ? predictedState(previous, deviceId, nowMs) : undefined;
  if (predicted === undefined) return { note: `${age}: ${deviceId} is left out of the plan` };
  return { value: predicted, note: `${age}: the last plan's prediction is used` };
}

/** State of a battery (share), zone or tank (°C) at a moment of the plan, linear between its borders; undefined outside of it. */
export function predictedState({ slots, schedule }: Plan, deviceId: string, nowMs: number): number | undefined {
  const isIt = (each: { readonly id: string }) => each.id === deviceId;
  const borders =
    schedule.batteries.find(isIt)?.soc ?? schedule.zones.find(isIt)?.tempC ?? schedule.tanks.find(isIt)?.tempC;
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

function spoken(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 120) return `${minutes} minutes`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}
