import { besides, CELLS, likeness, LONG_MEMORY, type Memory, QUARTERS, type Samples, SHORT_MEMORY } from "./cells.ts";

/** Nobody cooks to the minute: what the quarter-hours beside one count, nearest first. */
const NEIGHBOURS: readonly number[] = [0.1, 0.1];

export interface WeekSettings {
  /** By cell: what stands where nothing is known. */
  readonly preset?: Float64Array;
  /** The preset counts like so many days. */
  readonly presetDays?: number;
  /** Only so many of the samples, the oldest ones. */
  readonly count?: number;
}

/** The mean of what two memories say of each cell: each the weighted mean of the values of like days. */
export function weekOf(samples: Samples, values: ArrayLike<number>, settings: WeekSettings = {}): Float64Array {
  const { preset, presetDays = 0, count = samples.cell.length } = settings;
  // A little even when it does not count: a week needs a value everywhere.
  const presetWeight = presetDays / 4 + 1e-9;
  const week = new Float64Array(CELLS);
  const memories = [
    { memory: SHORT_MEMORY, weights: samples.shortWeight },
    { memory: LONG_MEMORY, weights: samples.longWeight },
  ];
  for (const { memory, weights } of memories) {
    const sums = new Float64Array(CELLS);
    const totals = new Float64Array(CELLS);
    for (let k = 0; k < count; k += 1) {
      const cell = samples.cell[k] ?? 0;
      const weight = weights[k] ?? 0;
      sums[cell] = (sums[cell] ?? 0) + weight * (values[k] ?? 0);
      totals[cell] = (totals[cell] ?? 0) + weight;
    }
    const likeSums = overDays(sums, memory);
    const likeTotals = overDays(totals, memory);
    for (let cell = 0; cell < CELLS; cell += 1) {
      const sum = withNeighbours(likeSums, cell) + presetWeight * (preset?.[cell] ?? 0);
      const total = withNeighbours(likeTotals, cell) + presetWeight;
      week[cell] = (week[cell] ?? 0) + sum / total / memories.length;
    }
  }
  return week;
}

/** What all days say of each day, as much as they are like it. */
function overDays(byCell: Float64Array, memory: Memory): Float64Array {
  const all = new Float64Array(CELLS);
  for (let day = 0; day < 7; day += 1)
    for (let other = 0; other < 7; other += 1) {
      const counts = likeness(memory, day, other);
      for (let quarter = 0; quarter < QUARTERS; quarter += 1) {
        const cell = day * QUARTERS + quarter;
        all[cell] = (all[cell] ?? 0) + counts * (byCell[other * QUARTERS + quarter] ?? 0);
      }
    }
  return all;
}

function withNeighbours(byCell: Float64Array, cell: number): number {
  let sum = byCell[cell] ?? 0;
  for (const [k, counts] of NEIGHBOURS.entries())
    sum += counts * ((byCell[besides(cell, k + 1)] ?? 0) + (byCell[besides(cell, -k - 1)] ?? 0));
  return sum;
}
