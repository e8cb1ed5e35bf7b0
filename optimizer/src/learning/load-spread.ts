import { besides, CELLS, likeness, LONG_MEMORY, QUARTERS, type Samples } from "./cells.ts";

/** P10, P50 and P90 by cell, kW; not a number where nothing like it was measured. */
export type Spread = readonly [Float64Array, Float64Array, Float64Array];

const SHARES = [0.1, 0.5, 0.9] as const;
/** A quarter-hour is judged with so many on either side. */
const AROUND_QUARTERS = 2;

/** Weighted quantiles of what was measured around each quarter-hour of like days. */
export function spreadOf(samples: Samples): Spread {
  const { kw, cell, longWeight: weights } = samples;
  const spread: Spread = [unknown(), unknown(), unknown()];
  const around: number[][] = Array.from({ length: QUARTERS }, () => []);
  for (const k of kw.map((_, each) => each).toSorted((a, b) => (kw[a] ?? 0) - (kw[b] ?? 0)))
    for (let offset = -AROUND_QUARTERS; offset <= AROUND_QUARTERS; offset += 1)
      around[besides(cell[k] ?? 0, offset) % QUARTERS]?.push(k);
  for (const [quarter, rising] of around.entries()) {
    const byDay = Array.from({ length: 7 }, () => 0);
    for (const k of rising) {
      const day = Math.floor((cell[k] ?? 0) / QUARTERS);
      byDay[day] = (byDay[day] ?? 0) + (weights[k] ?? 0);
    }
    for (let day = 0; day < 7; day += 1) {
      const counts = byDay.map((_, other) => likeness(LONG_MEMORY, day, other));
      const total = byDay.reduce((sum, each, other) => sum + each * (counts[other] ?? 0), 0);
      let passed = 0;
      let next = 0;
      for (let place = 0; place < rising.length && next < SHARES.length; place += 1) {
        const k = rising[place] ?? 0;
        passed += (weights[k] ?? 0) * (counts[Math.floor((cell[k] ?? 0) / QUARTERS)] ?? 0);
        for (; passed >= (SHARES[next] ?? 2) * total - 1e-9 * total; next += 1)
          if (spread[next]) (spread[next] as Float64Array)[day * QUARTERS + quarter] = kw[k] ?? 0;
      }
    }
  }
  return spread;
}

const unknown = (): Float64Array => new Float64Array(CELLS).fill(Number.NaN);
