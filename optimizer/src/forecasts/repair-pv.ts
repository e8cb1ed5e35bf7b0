import type { Slot } from "@ohmstead/contract";
import { between, type GivenSeries, givenValues, type Repaired, runsOf, spokenSlots } from "./repaired.ts";

/** By day even the darkest sky gives something: nothing at all between two slots that give this much is a hole in the data. */
const DAYLIGHT_KW = 0.05;
/** Longer darkness may be true: the array is switched off. */
const WIDEST_HOLE_HOURS = 1;

/**
 * A solar forecast that can be planned with, kW. Where nothing was given no sun is counted on: what may not come must not be sold or
 * stored beforehand. Less than nothing is nothing. Holes of exactly nothing in bright daylight, as a source leaves them that fills a
 * finer grid with zeros, are bridged: a plan that followed them would switch the battery with each.
 */
export function repairPv(slots: readonly Slot[], given: GivenSeries): Repaired {
  const known = givenValues(given, slots.length);
  const isBright = (k: number): boolean => (known[k] ?? 0) >= DAYLIGHT_KW;
  const holes = runsOf(slots, (k) => known[k] !== undefined && (known[k] ?? 0) <= 0).filter(
    ({ from, until, hours }) => hours <= WIDEST_HOLE_HOURS + 1e-6 && isBright(from - 1) && isBright(until),
  );
  const assumed = new Map<number, number>();
  const missing: number[] = [];
  const negative: number[] = [];
  const bridged: number[] = [];
  known.forEach((value, k) => {
    if (value === undefined) missing.push(k);
    else if (value < 0) negative.push(k);
    if (value === undefined || value < 0) assumed.set(k, 0);
  });
  for (const { from, until } of holes)
    for (let k = from; k < until; k += 1) {
      assumed.set(k, between(slots, known, k, from - 1, until) ?? 0);
      bridged.push(k);
    }
  const said = (which: readonly number[], what: (spoken: string) => string): string[] =>
    which.length > 0 ? [what(spokenSlots(slots, which))] : [];
  return {
    values: known.map((value, k) => assumed.get(k) ?? value ?? 0),
    assumed,
    notes: [
      ...said(missing, (spoken) => `The solar forecast has no value for ${spoken}: no sun is counted on there`),
      ...said(negative, (spoken) => `The solar forecast is below zero in ${spoken}: taken as no sun`),
      ...said(bridged, (spoken) => `The solar forecast has holes in daylight, ${spoken}: they are bridged`),
    ],
  };
}
