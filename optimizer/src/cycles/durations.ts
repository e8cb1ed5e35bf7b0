import type { Quantiles } from "./appliance.ts";

const KEPT = 1000;

export interface Durations {
  add(seconds: number): void;
  quantiles(): Quantiles;
}

/** The latest durations, for their quantiles (nearest rank). */
export function createDurations(): Durations {
  const latest: number[] = [];
  let count = 0;
  return {
    add: (seconds) => {
      count += 1;
      latest.push(seconds);
      if (latest.length > KEPT) latest.shift();
    },
    quantiles: () => {
      const sorted = latest.toSorted((a, b) => a - b);
      const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
      return { count, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
    },
  };
}
