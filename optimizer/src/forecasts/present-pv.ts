export interface PresentPvInputs {
  /** What the forecast expects now, kW; undefined where it says nothing. */
  readonly forecastKw: number | undefined;
  /** What it expects in the slot after this one. */
  readonly nextForecastKw?: number | undefined;
  readonly measuredKw: number | undefined;
  /** Our own limit in force when it was measured. */
  readonly limitedToKw?: number | undefined;
  /** The last measurement without a limit. */
  readonly lastFreeKw?: number | undefined;
}

/** How near to the limit the measured power lies when it is the limit that holds it back. */
const AT_LIMIT = 0.97;

/**
 * What the sun offers now, kW; undefined where nothing is known. Power at our own limit says only that the sun offers at least that much:
 * a plan that took it for all there is would keep the limit for ever. Then the forecast counts, and so it does without a limit; the
 * measured power stands in where the forecast says nothing.
 */
export function presentPvKw(inputs: PresentPvInputs): number | undefined {
  const { forecastKw, nextForecastKw, measuredKw, limitedToKw, lastFreeKw } = inputs;
  const isHeldBack = (kw: number | undefined): kw is number =>
    kw !== undefined && limitedToKw !== undefined && kw >= AT_LIMIT * limitedToKw;
  if (measuredKw === undefined || !isHeldBack(measuredKw)) return forecastKw ?? measuredKw;
  // A forecast of just the limit was made from the measured power: it knows no more than that.
  const isEcho = isHeldBack(forecastKw) && forecastKw <= (2 - AT_LIMIT) * measuredKw;
  const expectedKw = isEcho ? Math.max(forecastKw, nextForecastKw ?? 0) : (forecastKw ?? lastFreeKw ?? nextForecastKw);
  return Math.max(measuredKw, expectedKw ?? 0);
}
