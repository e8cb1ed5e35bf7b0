/** The programme counts in hundredths of the currency: prices then stand near 1..100 beside powers near 1. */
export const HUNDREDTHS = 100;

/** What ends when the site's limit is passed: dear enough that nothing else is worth it. Currency per kWh over. */
export const SITE_LIMIT_PRICE_PER_KWH = 5;

/** Battery energy outside its soft window, currency per kWh and hour. */
export const SOC_PRICE_PER_KWH_HOUR = 0.5;

/** Beyond the first kelvin outside the comfort band, a kelvin counts this many times. */
export const SECOND_KELVIN_FACTOR = 4;

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

/** The end value that `completeEndValues` has filled in; refuses a problem that it has not seen. */
export function endValueOf(device: { readonly id: string; readonly endValuePerKwh?: number | undefined }): number {
  if (device.endValuePerKwh === undefined)
    throw new RangeError(`${device.id} has no endValuePerKwh: complete it first`);
  return device.endValuePerKwh;
}
