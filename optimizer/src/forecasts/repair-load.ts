import { MS_PER_HOUR, type Slot, slotEndMs } from "@ohmstead/contract";
import {
  between,
  type GivenSeries,
  givenValues,
  type Repaired,
  runsOf,
  type SlotRun,
  spokenSlots,
} from "./repaired.ts";

/** What a house draws when nothing is known of it. */
const GUESSED_LOAD_KW = 0.4;
/** Up to here the line from one side of a gap to the other is the best guess; for longer ones another day at this time is. */
const NARROW_GAP_HOURS = 1;
const DAY_MS = 24 * MS_PER_HOUR;

/**
 * A forecast of the house's load that can be planned with, kW. A house cannot draw less than nothing, so that is taken as not given.
 * What is not given: short gaps in a straight line, longer ones as the nearest other day at the same time, else the mean of what is
 * known, else what is typical of the house.
 */
export function repairLoad(slots: readonly Slot[], given: GivenSeries, typicalKw?: number): Repaired {
  const known = givenValues(given, slots.length).map((kw) => (kw !== undefined && kw < 0 ? undefined : kw));
  const fallbackKw = meanOf(slots, known) ?? typicalKw ?? GUESSED_LOAD_KW;
  const assumed = new Map<number, number>();
  const fill = (k: number, { from, until, hours }: SlotRun): number =>
    (hours <= NARROW_GAP_HOURS + 1e-6 ? between(slots, known, k, from - 1, until) : undefined) ??
    onAnotherDay(slots, known, k) ??
    fallbackKw;
  for (const gap of runsOf(slots, (k) => known[k] === undefined))
    for (let k = gap.from; k < gap.until; k += 1) assumed.set(k, fill(k, gap));
  return {
    values: known.map((kw, k) => kw ?? assumed.get(k) ?? fallbackKw),
    assumed,
    notes:
      assumed.size > 0
        ? [
            `The load forecast has no usable value for ${spokenSlots(slots, [...assumed.keys()])}: a usual load is assumed`,
          ]
        : [],
  };
}

function meanOf(slots: readonly Slot[], values: readonly (number | undefined)[]): number | undefined {
  let hours = 0;
  let sum = 0;
  slots.forEach((slot, k) => {
    const value = values[k];
    if (value === undefined) return;
    hours += slot.hours;
    sum += value * slot.hours;
  });
  return hours > 0 ? sum / hours : undefined;
}

/** The known value nearest in days at the same time of day. */
function onAnotherDay(slots: readonly Slot[], values: readonly (number | undefined)[], k: number): number | undefined {
  const [here, first, last] = [slots[k], slots[0], slots.at(-1)];
  if (!here || !first || !last) return undefined;
  const middleMs = (here.startMs + slotEndMs(here)) / 2;
  const days = Math.ceil((slotEndMs(last) - first.startMs) / DAY_MS);
  for (let day = 1; day <= days; day += 1)
    for (const ms of [middleMs - day * DAY_MS, middleMs + day * DAY_MS]) {
      const found = values[slots.findIndex((slot) => slot.startMs <= ms && ms < slotEndMs(slot))];
      if (found !== undefined) return found;
    }
  return undefined;
}
