import { type Slot, slotEndMs, type ZoneConfig } from "@ohmstead/contract";
import { type LocalTime, minuteOfDay } from "../domain/local-time.ts";

/**
 * The lowest temperature wished for at the end of each slot, by the clock on the wall. Where day and night meet at that moment the
 * warmer of the two holds: what the day asks for is there when it begins, and until it ends.
 */
export function comfortMinTempC(
  slots: readonly Slot[],
  { minTempC, night }: Pick<ZoneConfig["comfort"], "minTempC" | "night">,
  clock: (ms: number) => LocalTime,
): number[] {
  if (!night) return slots.map(() => minTempC);
  const from = minuteOfDay(night.from);
  const until = minuteOfDay(night.until);
  const isNight = (ms: number): boolean => {
    const minute = clock(ms).minuteOfDay;
    return from < until ? minute >= from && minute < until : minute >= from || minute < until;
  };
  const wishAt = (ms: number): number => (isNight(ms) ? night.minTempC : minTempC);
  return slots.map((slot) => Math.max(wishAt(slotEndMs(slot) - 1), wishAt(slotEndMs(slot))));
}

export interface FreeRun {
  readonly tempC: number;
  readonly heatLossKwPerK: number;
  readonly heatCapacityKwhPerK: number;
  readonly gainsKw: readonly number[];
  readonly outdoorTempC: readonly number[];
}

/**
 * Temperature of a zone that is never heated, at the end of each slot: the exact solution for constant outdoor temperature and gains,
 * T' = a·T + (1 − a)·(T_outdoor + gains / UA) with a = exp(−h·UA / C).
 */
export function freeRunningTempC(slots: readonly Slot[], zone: FreeRun): number[] {
  let { tempC } = zone;
  return slots.map(({ hours }, k) => {
    const a = Math.exp((-hours * zone.heatLossKwPerK) / zone.heatCapacityKwhPerK);
    const settledC = (zone.outdoorTempC[k] ?? 0) + (zone.gainsKw[k] ?? 0) / zone.heatLossKwPerK;
    tempC = a * tempC + (1 - a) * settledC;
    return tempC;
  });
}

/** The comfort maximum, wherever sun and people alone lift the zone above it: that is no fault of the plan. */
export const comfortMaxTempC = (maxTempC: number, freeRunning: readonly number[]): number[] =>
  freeRunning.map((tempC) => Math.max(maxTempC, tempC));
