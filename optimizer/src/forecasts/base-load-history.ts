import type { HomeConfig } from "@ohmstead/contract";
import type { Stretch } from "../domain/series.ts";

type Term = { readonly signal: string; readonly sign: 1 | -1 };

const power =
  (sign: 1 | -1) =>
  (device: { readonly id: string }): Term => ({ signal: `${device.id}.powerKw`, sign });

/** Σ sign · signal is the load of the house without the devices that are planned: what comes in, less what they take. */
export function baseLoadTerms(config: HomeConfig): Term[] {
  return [
    { signal: "grid.powerKw", sign: 1 },
    ...config.pvArrays.map(power(1)),
    ...config.batteries.map(power(-1)),
    ...config.evs.map(power(-1)),
    ...config.heatPumps.map(power(-1)),
    ...config.immersionHeaters.filter((each) => each.sensors).map(power(-1)),
    ...config.appliances.map(power(-1)),
  ];
}

/**
 * Base load of each interval for which every signal has its mean (kW, grid importing and battery charging positive), never below 0:
 * an interval with a missing signal says nothing.
 */
export function baseLoadStretches(config: HomeConfig, means: ReadonlyMap<string, readonly Stretch[]>): Stretch[] {
  const [grid, ...others] = baseLoadTerms(config).map(({ signal, sign }) => ({
    sign,
    byStart: new Map((means.get(signal) ?? []).map((each) => [each.startMs, each])),
  }));
  if (!grid) return [];
  return [...grid.byStart.values()].flatMap(({ startMs, endMs, value }) => {
    let load = value;
    for (const { sign, byStart } of others) {
      const mean = byStart.get(startMs);
      if (mean?.endMs !== endMs) return [];
      load += sign * mean.value;
    }
    return [{ startMs, endMs, value: Math.max(0, load) }];
  });
}

/** The house's own data from their beginning on; before that, what was recorded elsewhere. */
export function blendHistory(own: readonly Stretch[], recorded: readonly Stretch[]): Stretch[] {
  const ownFromMs = own[0]?.startMs ?? Number.POSITIVE_INFINITY;
  return [...recorded.filter((each) => each.endMs <= ownFromMs), ...own];
}
