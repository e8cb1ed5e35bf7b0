import { type BatteryProblem, type HouseholdProblem, inCurrency } from "@ohmstead/contract";
import { type BeyondSlot, endValueSteps, SAME_PRICE_EURO } from "./end-value-steps.ts";

/** The share of the hours that are cheaper than what a kWh left at the end is worth. */
const USUAL_HOURS = 0.4;
/** A car can wait for the cheapest tenth of the hours. */
const CHEAPEST_HOURS = 0.1;
/** And what it has not needed yet it may never need: below what charging later would cost it fills up, not at it. */
const CAR_SHARE = 0.9;

interface PricedHours {
  readonly hours: number;
  readonly importPricePerKwh: number;
}

/** The lowest price that a share of the hours does not exceed, not below 0. */
function priceQuantile(priced: readonly PricedHours[], share: number): number {
  const rising = priced.toSorted((a, b) => a.importPricePerKwh - b.importPricePerKwh);
  const wantedHours = share * rising.reduce((sum, each) => sum + each.hours, 0);
  let passedHours = 0;
  // Without the slack the sum of rounded hours may miss the border of a slot by 1e-16.
  const found = rising.find((each) => (passedHours += each.hours) >= wantedHours - 1e-9);
  return Math.max(0, found?.importPricePerKwh ?? 0);
}

/** Mean over the slots that count, undefined where none does. */
function meanOf(
  values: readonly number[],
  { slots }: HouseholdProblem,
  counts: (k: number) => boolean = () => true,
): number | undefined {
  let weight = 0;
  let sum = 0;
  slots.forEach(({ hours }, k) => {
    if (!counts(k)) return;
    weight += hours;
    sum += hours * (values[k] ?? 0);
  });
  return weight > 0 ? sum / weight : undefined;
}

/**
 * The problem with an end value for every battery, car, zone and tank, in currency per stored kWh. What is given stays; the rest comes from
 * what is expected `beyond` the horizon where that is given, else from the horizon's own import prices. With q, the price that 40 % of the
 * hours do not exceed, not below 0:
 * battery: the worth of each part of its content beyond the horizon, as steps; without a beyond (q − wear)·ηd for each kWh.
 * car: nine tenths of what charging costs in the cheapest tenth of the hours. Its tasks are goals; this is for prices that are rarely so low.
 * zone and tank: what the same heat costs from the cheapest device that can make it: heat pump q / COP, boiler fuel / efficiency, immersion
 * heater q; 0 where nothing heats. Heat is never worth less than nothing: that would make the programme non-convex.
 */
export function completeEndValues(problem: HouseholdProblem, beyond: readonly BeyondSlot[] = []): HouseholdProblem {
  const priced: readonly PricedHours[] =
    beyond.length > 0
      ? beyond
      : problem.slots.map(({ hours }, k) => ({ hours, importPricePerKwh: problem.importPricePerKwh[k] ?? 0 }));
  const usual = priceQuantile(priced, USUAL_HOURS);
  const cheapest = priceQuantile(priced, CHEAPEST_HOURS);
  const heat = heatPrices(problem, usual);
  const samePricePerKwh = inCurrency(SAME_PRICE_EURO, problem.currency);
  const allKwh = problem.batteries.reduce((sum, each) => sum + each.capacityKwh, 0);
  return {
    ...problem,
    batteries: problem.batteries.map((battery): BatteryProblem => {
      if (battery.endValuePerKwh !== undefined || battery.endValueSteps) return battery;
      if (beyond.length === 0) {
        const { dischargeEfficiency, dischargeStages, wearPricePerKwh } = battery;
        const efficiency = dischargeStages?.at(-1)?.efficiency ?? dischargeEfficiency;
        return { ...battery, endValuePerKwh: Math.max(0, (usual - wearPricePerKwh) * efficiency) };
      }
      // Of several batteries each serves its part of the house.
      const part = battery.capacityKwh / allKwh;
      const own = beyond.map((slot) => ({ ...slot, netLoadKw: slot.netLoadKw * part }));
      return { ...battery, endValueSteps: endValueSteps(battery, own, samePricePerKwh) };
    }),
    evs: problem.evs.map((ev) => {
      if (ev.endValuePerKwh !== undefined || ev.endValueSteps) return ev;
      const later = (cheapest + ev.chargeWearPricePerKwh) / ev.chargeEfficiency;
      return { ...ev, endValuePerKwh: CAR_SHARE * later };
    }),
    zones: problem.zones.map((zone) => ({
      ...zone,
      endValuePerKwh: Math.max(0, zone.endValuePerKwh ?? heat.ofZone(zone.id)),
    })),
    tanks: problem.tanks.map((tank) => ({
      ...tank,
      endValuePerKwh: Math.max(0, tank.endValuePerKwh ?? heat.ofTank(tank.id)),
    })),
  };
}

const cheapestOf = (prices: readonly number[]): number => (prices.length > 0 ? Math.min(...prices) : 0);

/** What a kWh of heat costs from the cheapest device that can make it. */
function heatPrices(problem: HouseholdProblem, powerPrice: number) {
  const { heatPumps, boilers, immersionHeaters, outdoorTempC } = problem;
  const perHeat = (cop: number | undefined): number[] => (cop === undefined ? [] : [powerPrice / cop]);
  const burning = boilers.map((boiler) => ({
    ...boiler,
    price: (meanOf(boiler.fuelPricePerKwh, problem) ?? 0) / boiler.efficiency,
  }));
  return {
    ofZone: (id: string): number =>
      cheapestOf([
        ...heatPumps
          .filter((pump) => pump.zoneIds.includes(id))
          .flatMap(({ copSpace, maxPowerKw, heatingLimitTempC = Number.POSITIVE_INFINITY }) =>
            perHeat(
              meanOf(copSpace, problem, (k) => (maxPowerKw[k] ?? 0) > 0 && (outdoorTempC[k] ?? 0) <= heatingLimitTempC),
            ),
          ),
        ...burning.filter((boiler) => boiler.zoneIds.includes(id)).map(({ price }) => price),
      ]),
    ofTank: (id: string): number =>
      cheapestOf([
        ...heatPumps
          .filter((pump) => pump.tankId === id)
          .flatMap(({ copWater, maxPowerKw }) => perHeat(meanOf(copWater, problem, (k) => (maxPowerKw[k] ?? 0) > 0))),
        ...burning.filter((boiler) => boiler.tankId === id).map(({ price }) => price),
        ...immersionHeaters.filter((heater) => heater.tankId === id).map(() => powerPrice),
      ]),
  };
}
