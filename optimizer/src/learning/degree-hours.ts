import { MS_PER_HOUR } from "@ohmstead/contract";
import type { Stretch } from "../domain/series.ts";

/** Below the one a house is heated, above the other it is cooled. */
const HEATED_BELOW_C = 15;
const COOLED_ABOVE_C = 20;
/** Walls remember a day. */
const MEAN_HOURS = 24;

export const KINDS = ["heating", "cooling"] as const;
export type Kind = (typeof KINDS)[number];

/** How many degrees it is too cold, or too warm; undefined where too little of the last day is known. */
export type DegreesAt = (kind: Kind, ms: number) => number | undefined;

/** Degrees by the mean temperature of the last 24 hours, from an outdoor series (°C, sorted). */
export function degreesOver(outdoor: readonly Stretch[]): DegreesAt {
  const firstHour = Math.floor((outdoor[0]?.startMs ?? 0) / MS_PER_HOUR);
  const sums = new Map<number, { sum: number; ms: number }>();
  for (const { startMs, endMs, value } of outdoor)
    for (let hour = Math.floor(startMs / MS_PER_HOUR); hour * MS_PER_HOUR < endMs; hour += 1) {
      const shared = Math.min(endMs, (hour + 1) * MS_PER_HOUR) - Math.max(startMs, hour * MS_PER_HOUR);
      const each = sums.get(hour) ?? { sum: 0, ms: 0 };
      sums.set(hour, { sum: each.sum + shared * value, ms: each.ms + shared });
    }
  const means = new Map<number, number | undefined>();
  const meanAt = (hour: number): number | undefined => {
    let [sum, ms] = [0, 0];
    for (let before = 0; before < MEAN_HOURS; before += 1) {
      const each = sums.get(hour - before);
      sum += each?.sum ?? 0;
      ms += each?.ms ?? 0;
    }
    // The very first day has no day before it.
    const wantedHours = Math.min(MEAN_HOURS, Math.max(1, hour - firstHour)) / 2;
    return ms >= wantedHours * MS_PER_HOUR ? sum / ms : undefined;
  };
  return (kind, ms) => {
    const hour = Math.floor(ms / MS_PER_HOUR);
    if (!means.has(hour)) means.set(hour, meanAt(hour));
    const meanC = means.get(hour);
    if (meanC === undefined) return undefined;
    return Math.max(0, kind === "heating" ? HEATED_BELOW_C - meanC : meanC - COOLED_ABOVE_C);
  };
}
