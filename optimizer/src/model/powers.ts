type Series = readonly number[];

/** What a battery or a car is asked to do, kW per slot. */
export interface StoragePowers {
  readonly chargeKw: Series;
  readonly dischargeKw: Series;
}

/** What devices are asked to do, kW per slot, in the order of the problem's devices. */
export interface Powers {
  readonly pvArrays: readonly { readonly usedKw: Series }[];
  readonly batteries: readonly StoragePowers[];
  readonly evs: readonly StoragePowers[];
  readonly heatPumps: readonly {
    readonly zones: readonly { readonly id: string; readonly powerKw: Series }[];
    readonly waterKw: Series;
  }[];
  readonly boilers: readonly {
    readonly zones: readonly { readonly id: string; readonly heatKw: Series }[];
    readonly waterKw: Series;
  }[];
  readonly immersionHeaters: readonly { readonly powerKw: Series }[];
  readonly appliances: readonly { readonly powerKw: Series }[];
}

/** Below this an engine's answer is noise: nobody switches a device on for a microwatt. */
export const NOISE_KW = 1e-7;

/** What is wanted, without noise and within limits. */
export const between = (low: number, value: number, high: number): number =>
  Math.min(Math.max(Math.abs(value) < NOISE_KW ? 0 : value, low), high);

/** What is asked for in a slot; a device that nobody asks for anything idles. */
export const wanted = (series: Series | undefined, k: number): number => series?.[k] ?? 0;
