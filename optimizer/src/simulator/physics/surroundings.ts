import { MS_PER_HOUR } from "@ohmstead/contract";
import { gaussian } from "./random.ts";

/** A value of an input file: it holds from startMs until the next one. */
export interface Sample {
  readonly startMs: number;
  readonly value: number;
}

/** What the world does to the house, from recorded days. Each list is sorted; unknown values are left out. */
export interface HouseInputs {
  /** currency per kWh, before tariff */
  readonly spotPrices: readonly Sample[];
  readonly outdoorTempsC: readonly Sample[];
  readonly baseLoadsKw: readonly Sample[];
  readonly pvKw: readonly Sample[];
}

const DAY_MS = 24 * MS_PER_HOUR;

/** Index of the last sample that begins at or before a time, or -1. The hint makes a walk through time cheap. */
function finder(samples: readonly Sample[]): (atMs: number) => number {
  let hint = 0;
  const startOf = (index: number): number => samples[index]?.startMs ?? Number.POSITIVE_INFINITY;
  return (atMs) => {
    if (startOf(hint) > atMs) hint = 0;
    if (startOf(hint) > atMs) return -1;
    while (startOf(hint + 1) <= atMs) hint++;
    return hint;
  };
}

/** Beyond its end a series goes on with what was there a day before; within a gap the last value holds. */
function foldedInto(samples: readonly Sample[], atMs: number): number {
  const first = samples[0];
  const last = samples.at(-1);
  if (!first || !last) return atMs;
  const usualMs = (samples[1]?.startMs ?? first.startMs + MS_PER_HOUR) - first.startMs;
  const beyondMs = atMs - (last.startMs + usualMs);
  return beyondMs < 0 ? atMs : atMs - Math.ceil((beyondMs + 1) / DAY_MS) * DAY_MS;
}

/** The value that holds at a time. */
export function stepped(samples: readonly Sample[]): (atMs: number) => number {
  const find = finder(samples);
  return (atMs) => samples[Math.max(0, find(foldedInto(samples, atMs)))]?.value ?? 0;
}

/** Straight lines between the samples. */
export function interpolated(samples: readonly Sample[]): (atMs: number) => number {
  const find = finder(samples);
  return (atMs) => {
    const foldedMs = foldedInto(samples, atMs);
    const index = find(foldedMs);
    const before = samples[Math.max(0, index)];
    const after = samples[index + 1];
    if (!before) return 0;
    if (!after || index < 0) return before.value;
    const share = (foldedMs - before.startMs) / (after.startMs - before.startMs);
    return before.value + share * (after.value - before.value);
  };
}

const DEVIATION_STEP_MS = MS_PER_HOUR / 6;

/**
 * The weather at this house is never quite that of the station: a first-order autoregressive deviation, K,
 * with the given standard deviation and correlation time, on a ten-minute grid.
 */
export function temperatureDeviation(
  fromMs: number,
  setup: { readonly deviationK: number; readonly deviationHours: number },
  random: () => number,
): (atMs: number) => number {
  const memory = Math.exp(-DEVIATION_STEP_MS / MS_PER_HOUR / setup.deviationHours);
  const values: number[] = [];
  const valueAt = (index: number): number => {
    for (let next = values.length; next <= index; next++) {
      const previous = values[next - 1];
      const shock = setup.deviationK * gaussian(random);
      values.push(previous === undefined ? shock : memory * previous + Math.sqrt(1 - memory * memory) * shock);
    }
    return values[index] ?? 0;
  };
  return (atMs) => {
    const place = Math.max(0, (atMs - fromMs) / DEVIATION_STEP_MS);
    const index = Math.floor(place);
    const share = place - index;
    return valueAt(index) * (1 - share) + valueAt(index + 1) * share;
  };
}
