import type { HouseholdProblem } from "@ohmstead/contract";

/** The share of the horizon's hours that are cheaper than what a kWh left at the end is worth. */
const QUANTILE = 0.4;

/** The lowest price that a share of the hours does not exceed. */
function priceQuantile(prices: readonly number[], hours: readonly number[], share: number): number {
  const rising = prices.map((price, k) => ({ price, hours: hours[k] ?? 0 })).toSorted((a, b) => a.price - b.price);
  const wantedHours = share * rising.reduce((sum, each) => sum + each.hours, 0);
  let passedHours = 0;
  // Without the slack the sum of rounded hours may miss the border of a slot by 1e-16.
  const found = rising.find((each) => (passedHours += each.hours) >= wantedHours - 1e-9);
  return found?.price ?? 0;
}

function meanCop(cops: readonly (readonly number[])[], hours: readonly number[]): number | undefined {
  let weight = 0;
  let sum = 0;
  for (const cop of cops)
    cop.forEach((value, k) => {
      weight += hours[k] ?? 0;
      sum += value * (hours[k] ?? 0);
    });
  return weight > 0 ? sum / weight : undefined;
}

/**
 * The problem with `endValuePerKwh` of every battery, zone and tank, in currency per stored kWh. What is given stays; the rest comes from
 * q, the 40 % quantile of the import prices, not below 0: what a kWh bought later would cost in an hour one would choose.
 * Battery q·ηd − wear; zone q / COP of its heat pumps; tank q / COP of its heat pump, q with immersion heaters only, 0 unheated.
 * Heat is never worth less than nothing: a negative worth would make the programme non-convex, so it counts as 0.
 */
export function completeEndValues(problem: HouseholdProblem): HouseholdProblem {
  const hours = problem.slots.map((slot) => slot.hours);
  const q = Math.max(0, priceQuantile(problem.importPricePerKwh, hours, QUANTILE));
  const zoneValue = (id: string): number => {
    const cop = meanCop(
      problem.heatPumps.filter((pump) => pump.zoneId === id).map((pump) => pump.copSpace),
      hours,
    );
    return cop === undefined ? 0 : q / cop;
  };
  const tankValue = (id: string): number => {
    const cop = meanCop(
      problem.heatPumps.filter((pump) => pump.tankId === id).map((pump) => pump.copWater),
      hours,
    );
    if (cop !== undefined) return q / cop;
    return problem.immersionHeaters.some((heater) => heater.tankId === id) ? q : 0;
  };
  return {
    ...problem,
    batteries: problem.batteries.map((battery) => ({
      ...battery,
      endValuePerKwh: battery.endValuePerKwh ?? Math.max(0, q * battery.dischargeEfficiency - battery.wearPricePerKwh),
    })),
    zones: problem.zones.map((zone) => ({
      ...zone,
      endValuePerKwh: Math.max(0, zone.endValuePerKwh ?? zoneValue(zone.id)),
    })),
    tanks: problem.tanks.map((tank) => ({
      ...tank,
      endValuePerKwh: Math.max(0, tank.endValuePerKwh ?? tankValue(tank.id)),
    })),
  };
}
