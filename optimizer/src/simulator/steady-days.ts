import type { HouseInputs } from "./physics/surroundings.ts";

/** Days on which nothing changes: the ground on which a rule of the physics is tried alone. */
export function steadyDays(
  startMs: number,
  values: {
    readonly outdoorTempC?: number;
    readonly baseLoadKw?: number;
    readonly pvKw?: number;
    readonly spotPrice?: number;
  } = {},
): HouseInputs {
  const one = (value: number) => [{ startMs, value }];
  return {
    spotPrices: one(values.spotPrice ?? 0.1),
    outdoorTempsC: one(values.outdoorTempC ?? 0),
    baseLoadsKw: one(values.baseLoadKw ?? 0.5),
    pvKw: one(values.pvKw ?? 0),
  };
}
