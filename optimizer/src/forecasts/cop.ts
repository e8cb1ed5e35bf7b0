import type { HeatPumpConfig } from "@ohmstead/contract";
import { USUAL_COP } from "@ohmstead/contract";

/**
 * Coefficient of performance at an outdoor temperature: linear between the points of the table, flat outside.
 * Points are [outdoor °C, COP], in any order, at least one.
 */
export function copAt(table: readonly (readonly [number, number])[], outdoorTempC: number): number {
  const points = table.toSorted((a, b) => a[0] - b[0]);
  const above = points.findIndex(([tempC]) => tempC >= outdoorTempC);
  const high = points[above] ?? points.at(-1);
  const low = points[above - 1] ?? high;
  if (!high || !low) throw new RangeError("a COP table needs at least one point");
  if (above <= 0 || high[0] === low[0]) return high[1];
  return low[1] + ((high[1] - low[1]) * (outdoorTempC - low[0])) / (high[0] - low[0]);
}

type HeatingCurve = NonNullable<HeatPumpConfig["heatingCurve"]>;

/** Flow temperature for the rooms: base + slope · (20 °C − outdoor), within its limits. */
export const flowTempC = ({ baseTempC, slope, minTempC, maxTempC }: HeatingCurve, outdoorTempC: number): number =>
  Math.min(maxTempC, Math.max(minTempC, baseTempC + slope * (20 - outdoorTempC)));

const KELVIN = 273.15;
/** The evaporator is colder than the air, the condenser warmer than the flow. */
const EXCHANGER_KELVIN = 5;
/** Compressors lift by no less, however mild it is. */
const LEAST_LIFT_KELVIN = 15;
const HIGHEST_COP = 12;
const LOWEST_COP = 1;

/** Share of the Carnot limit: quality · T_flow / (T_flow − T_outdoor + 5 K), in kelvin. */
export function carnotCop(qualityShare: number, flowC: number, outdoorTempC: number): number {
  const liftK = Math.max(LEAST_LIFT_KELVIN, flowC - outdoorTempC + EXCHANGER_KELVIN);
  return Math.min(HIGHEST_COP, Math.max(LOWEST_COP, (qualityShare * (flowC + KELVIN)) / liftK));
}

export interface Cops {
  readonly space: number;
  readonly water: number;
}

/** COP for rooms and for hot water: from the table where one is given, else from the heating curve, else from the usual table. */
export function copsAt(pump: HeatPumpConfig, outdoorTempC: number): Cops {
  const { copByOutdoorTemp, heatingCurve, qualityShare, waterFlowTempC, waterCopFactor } = pump;
  if (heatingCurve && !copByOutdoorTemp)
    return {
      space: carnotCop(qualityShare, flowTempC(heatingCurve, outdoorTempC), outdoorTempC),
      water: carnotCop(qualityShare, waterFlowTempC, outdoorTempC),
    };
  const space = copAt(copByOutdoorTemp ?? USUAL_COP, outdoorTempC);
  return { space, water: Math.min(HIGHEST_COP, space * waterCopFactor) };
}
