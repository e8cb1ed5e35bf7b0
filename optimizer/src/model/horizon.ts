import { type HouseholdProblem, perEuro, slotEndMs } from "@ohmstead/contract";

/** The programme counts in hundredths of the currency, which is one of the size of the euro: prices then stand near 1..100 beside powers near 1. */
export const HUNDREDTHS = 100;

/** Penalties are these, times the dearest price where that is above about one euro: a wish must not be given up for a price nobody thought of. */
export const penaltyScaleOf = ({ currency, importPricePerKwh, exportPricePerKwh }: HouseholdProblem): number =>
  [...importPricePerKwh, ...exportPricePerKwh].reduce(
    (scale, price) => Math.max(scale, Math.abs(price)),
    perEuro(currency),
  );

/** What ends when the site's limit is passed: dear enough that nothing else is worth it. Currency per kWh over. */
export const SITE_LIMIT_PRICE_PER_KWH = 5;

/** Stored energy outside its soft window, currency per kWh and hour. */
export const SOC_PRICE_PER_KWH_HOUR = 0.5;

/** Energy that a car, a battery or an appliance was to have and does not get, currency per kWh. */
export const GOAL_PRICE_PER_KWH = 3;

/** A boosted wish weighs this many times its usual price. */
export const BOOST_FACTOR = 20;

/** Differences that decide between equal plans, hundredths of the currency per kWh: far below any price, above the engine's tolerance. */
export const TIE_BREAK = 1e-4;

/** More than using sun is worth in a tie: of equal plans the one that heats less wins, even when power costs nothing. */
export const HEATING_TIE_BREAK = 2 * TIE_BREAK;

export const at = (values: ArrayLike<number>, index: number): number => {
  const value = values[index];
  if (value === undefined) throw new RangeError(`no value ${index} among ${values.length}`);
  return value;
};

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** The end value that `completeEndValues` has filled in; refuses a problem that it has not seen. */
export function endValueOf(device: { readonly id: string; readonly endValuePerKwh?: number | undefined }): number {
  if (device.endValuePerKwh === undefined)
    throw new RangeError(`${device.id} has no endValuePerKwh: complete it first`);
  return device.endValuePerKwh;
}

export const horizonStartMs = (problem: HouseholdProblem): number => problem.slots[0]?.startMs ?? 0;

export function horizonEndMs(problem: HouseholdProblem): number {
  const last = problem.slots.at(-1);
  return last ? slotEndMs(last) : 0;
}

/** The last border that is not after a time, but not before the end of the first slot; undefined: not within this horizon. */
export function borderBy(problem: HouseholdProblem, atMs: number): number | undefined {
  if (atMs <= horizonStartMs(problem) || atMs > horizonEndMs(problem)) return undefined;
  return Math.max(1, problem.slots.findLastIndex((slot) => slotEndMs(slot) <= atMs) + 1);
}

/** Sun beyond the base load in each slot, kW. */
export const surplusKwOf = (problem: HouseholdProblem): number[] =>
  problem.slots.map((_, k) =>
    Math.max(0, sum(problem.pvArrays.map((array) => at(array.forecastKw, k))) - at(problem.baseLoadKw, k)),
  );
