import type { ZoneProblem } from "@ohmstead/contract";
import { HUNDREDTHS, at, endValueOf } from "./horizon.ts";
import type { HouseProgram } from "./house-program.ts";
import type { Term } from "./linear-program.ts";
import { type CoupledStep, zoneStep } from "./thermal.ts";
import { zoneBand } from "./wishes.ts";

/** Kelvin outside the band: the first at the given price, more at a multiple of it. */
function kelvinOutside({ builder, lite }: HouseProgram, cost: number, factorBeyond: number): number[] {
  if (lite) return [builder.column({ cost })];
  return [builder.column({ upper: 1, cost }), builder.column({ cost: cost * factorBeyond })];
}

/** Columns of the nodes' temperatures at one border. */
interface NodeColumns {
  readonly air: number;
  readonly mass: number | undefined;
}

/**
 * T' = fromAir·T + fromMass·Tm + drift + perKw·Σ heat for the air, and likewise for its walls, free of bounds; where the air lies outside the
 * comfort band at the end of a slot is priced.
 */
export function addZone(house: HouseProgram, zone: ZoneProblem): void {
  const { builder, problem } = house;
  let before: NodeColumns | undefined;
  problem.slots.forEach(({ hours }, k) => {
    const { air, mass } = zoneStep(problem, zone, k);
    const heat = house.heat.get(zone.id)?.[k] ?? [];
    const earlier = before;
    const node = (step: CoupledStep): number => {
      const temp = builder.column({ lower: -Infinity });
      const present = step.fromAir * zone.tempC + step.fromMass * (zone.mass?.tempC ?? 0);
      builder.define(temp, step.drift + (earlier ? 0 : present), [
        [temp, 1],
        ...(earlier ? [[earlier.air, -step.fromAir] as const] : []),
        ...(earlier?.mass === undefined ? [] : [[earlier.mass, -step.fromMass] as const]),
        ...(step.perKw === 0 ? [] : heat.map(([column, perKw]) => [column, -perKw * step.perKw] as const)),
      ]);
      return temp;
    };
    before = { air: node(air), mass: mass && node(mass) };
    const band = zoneBand(problem, zone, k);
    const shortPrice = HUNDREDTHS * hours * zone.discomfortPricePerKelvinHour * band.shortfallFactor;
    const excessPrice = HUNDREDTHS * hours * (zone.overheatPricePerKelvinHour ?? zone.discomfortPricePerKelvinHour);
    // Both sides share a row: it is never worth while to pay for both at once.
    builder.row(band.minTempC, band.maxTempC, [
      [before.air, 1],
      ...kelvinOutside(house, shortPrice, zone.discomfortFactorBeyond).map((column) => [column, 1] as const),
      ...kelvinOutside(house, excessPrice, zone.overheatFactorBeyond).map((column) => [column, -1] as const),
    ]);
  });
  if (before) addEndWorth(house, zone, before);
}

/** At the end each kWh above comfortMin is worth its value, up to the reference: min(T̄, ref) − m = ref − m − missing, missing ≥ ref − T̄. */
function addEndWorth({ builder, problem }: HouseProgram, zone: ZoneProblem, end: NodeColumns): void {
  const massCapacity = zone.mass?.heatCapacityKwhPerK ?? 0;
  const capacity = zone.heatCapacityKwhPerK + massCapacity;
  const worthPerKelvin = HUNDREDTHS * endValueOf(zone) * capacity;
  if (worthPerKelvin === 0) return;
  const minTempC = at(zone.comfortMinTempC, problem.slots.length - 1);
  const referenceTempC = zone.endReferenceTempC ?? minTempC + 1;
  const missing = builder.column({ cost: worthPerKelvin });
  const mean: Term[] = [[end.air, zone.heatCapacityKwhPerK / capacity]];
  if (end.mass !== undefined) mean.push([end.mass, massCapacity / capacity]);
  builder.row(referenceTempC, Infinity, [...mean, [missing, 1]]);
  builder.addConstant(-worthPerKelvin * (referenceTempC - minTempC));
}
