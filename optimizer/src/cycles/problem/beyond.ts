import type { HouseholdProblem, Slot } from "@ohmstead/contract";
import type { BeyondSlot } from "../../domain/end-value-steps.ts";
import { evenSlots } from "../../domain/slots.ts";
import { forecastBaseLoad } from "../../forecasts/base-load.ts";
import { climb } from "../../forecasts/ladder.ts";
import { forecastPv } from "../../forecasts/pv.ts";
import type { Draft } from "./draft.ts";

/** So far beyond the horizon what is stored then is used or refilled. */
const BEYOND_HOURS = 48;

const meanOf = (values: readonly number[], slots: readonly Slot[]): number => {
  const hours = slots.reduce((sum, slot) => sum + slot.hours, 0);
  return slots.reduce((sum, slot, k) => sum + slot.hours * (values[k] ?? 0), 0) / hours;
};

/** What is expected of the two days after the horizon; nothing where nobody knows what prices will be. */
export function beyondOf(draft: Draft, problem: HouseholdProblem): BeyondSlot[] {
  const { config, priceGivers = [], history, usualLoad, nowMs, endMs } = draft;
  const slots = evenSlots(endMs, 1, BEYOND_HOURS);
  const prices = climb(slots, priceGivers);
  const loadKw = forecastBaseLoad({ slots, profile: usualLoad, history: history.baseLoad, nowMs });
  const sunKw = config.pvArrays.map(({ id, peakKw }) =>
    forecastPv({ slots, history: history.pv.get(id) ?? [], nowMs, peakKw }),
  );
  const heatKw = usualHeatKw(problem);
  const mayExport = problem.site.exportLimitKw !== 0;
  return slots.flatMap((slot, k) => {
    const price = prices[k]?.value;
    if (!price) return [];
    const { importPricePerKwh, exportPricePerKwh } = price;
    const sun = sunKw.reduce((sum, each) => sum + (each?.[k] ?? 0), 0);
    return {
      hours: slot.hours,
      importPricePerKwh,
      exportPricePerKwh: mayExport ? exportPricePerKwh : Math.min(0, exportPricePerKwh),
      netLoadKw: (loadKw[k] ?? 0) + heatKw - sun,
    };
  });
}

/** What the heat pumps would draw on average to keep the rooms at their minimum and the tanks as they are. */
function usualHeatKw(problem: HouseholdProblem): number {
  const { slots, zones, tanks, heatPumps } = problem;
  const outdoorC = meanOf(problem.outdoorTempC, slots);
  const roomHeatKw = (id: string): number => {
    const zone = zones.find((each) => each.id === id);
    if (!zone) return 0;
    const { heatLossKwPerK, mass } = zone;
    const wallLoss = mass && (mass.couplingKwPerK * mass.heatLossKwPerK) / (mass.couplingKwPerK + mass.heatLossKwPerK);
    const lossKwPerK = heatLossKwPerK + (wallLoss ?? 0);
    return Math.max(0, lossKwPerK * (meanOf(zone.comfortMinTempC, slots) - outdoorC) - meanOf(zone.gainsKw, slots));
  };
  const heated = new Set<string>();
  const once = (id: string): boolean => !heated.has(id) && heated.add(id).has(id);
  return heatPumps.reduce((sum, pump) => {
    const rooms = pump.zoneIds.filter(once).reduce((kw, id) => kw + roomHeatKw(id), 0);
    const tank = tanks.find((each) => each.id === pump.tankId && once(each.id));
    const neededKw =
      rooms / meanOf(pump.copSpace, slots) + (tank ? meanOf(tank.drawKw, slots) / meanOf(pump.copWater, slots) : 0);
    return sum + Math.min(meanOf(pump.maxPowerKw, slots), neededKw);
  }, 0);
}
