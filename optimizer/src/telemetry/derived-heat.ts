/** Moment and value, sorted by time. */
export type Point = readonly [atMs: number, value: number];

/** Specific heat of water, kJ/(kg·K): 4.18 to 4.19 between 20 and 60 °C (CRC Handbook of Chemistry and Physics). */
const WATER_KJ_PER_KG_K = 4.18;

/**
 * Heat that flowing water carries, kW: Q = ṁ · c · ΔT, the balance of EN 14511-3 for the liquid side of a heat pump; ṁ in kg/s from l/min at 1 kg/l,
 * which is 1 % too much at 45 °C. Negative while a defrosting heat pump takes heat from the house.
 */
export const waterHeatKw = (litresPerMinute: number, spreadK: number): number =>
  (litresPerMinute / 60) * WATER_KJ_PER_KG_K * spreadK;

/** The point nearest to a moment, within the window; of two as near the earlier. */
function nearest(points: readonly Point[], atMs: number, windowMs: number): Point | undefined {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.[0] ?? 0) < atMs) low = middle + 1;
    else high = middle;
  }
  const before = points[low - 1];
  const after = points[low];
  const best = !before || (after && after[0] - atMs < atMs - before[0]) ? after : before;
  return best && Math.abs(best[0] - atMs) <= windowMs ? best : undefined;
}

/** What a heat pump's water says, of the moments of its flow temperature: °C, °C, l/min. */
export interface WaterReadings {
  readonly flowTempC: readonly Point[];
  readonly returnTempC: readonly Point[];
  readonly litresPerMinute: readonly Point[];
}

/**
 * Spread (K) and heat (kW), each of the moment of a flow temperature and of the partners nearest to it, at most `windowMs` away. A value
 * without its partners gives nothing. Only what is given decides, not the order in which it came.
 */
export function derivedHeat(
  { flowTempC, returnTempC, litresPerMinute }: WaterReadings,
  windowMs: number,
): { readonly spreadK: Point[]; readonly heatKw: Point[] } {
  const spreadK = flowTempC.flatMap(([atMs, flowC]): Point[] => {
    const returned = nearest(returnTempC, atMs, windowMs);
    return returned ? [[atMs, flowC - returned[1]]] : [];
  });
  const heatKw = spreadK.flatMap(([atMs, kelvin]): Point[] => {
    const rate = nearest(litresPerMinute, atMs, windowMs);
    return rate ? [[atMs, waterHeatKw(rate[1], kelvin)]] : [];
  });
  return { spreadK, heatKw };
}

/** Heat over electricity of the same time; undefined below the least power, where a few watts of standby would make it anything. */
export const copOf = (heatKw: number, electricKw: number, leastKw: number): number | undefined =>
  electricKw >= leastKw && electricKw > 0 ? heatKw / electricKw : undefined;
