import type { ZoneProblem } from "@ohmstead/contract";
import { HUNDREDTHS, SECOND_KELVIN_FACTOR, at, endValueOf } from "./horizon.ts";
import type { HouseProgram } from "./house-program.ts";
import type { Term } from "./linear-program.ts";
import { zoneStep } from "./thermal.ts";
import { zoneBand } from "./wishes.ts";

/** Kelvin outside the band: the first at the given price, more at four times that. */
function kelvinOutside({ builder, lite }: HouseProgram, cost: number): number[] {
  if (lite) return [builder.column({ cost })];
  return [builder.column({ upper: 1, cost }), builder.column({ cost: cost * SECOND_KELVIN_FACTOR })];
}

/**
 * T' = keep·T + drift + perKw·Σ COP·power, free of bounds; what lies outside the comfort band at the end of a slot is priced.
 * At the end each kWh above comfortMin is worth its value, up to one kelvin: min(T, m + 1) − m = 1 − missing, missing ≥ m + 1 − T.
 */
export function addZone(house: HouseProgram, zone: ZoneProblem): void {
  const { builder, problem } = house;
  let before: number | undefined;
  problem.slots.forEach(({ hours }, k) => {
    const step = zoneStep(problem, zone, k);
    const temp = builder.column({ lower: -Infinity });
    builder.define(temp, step.drift + (before === undefined ? step.keep * zone.tempC : 0), [
      [temp, 1],
      ...(before === undefined ? [] : [[before, -step.keep] as const]),
      ...(house.heat.get(zone.id)?.[k] ?? []).map(([column, cop]) => [column, -cop * step.perKw] as const),
    ]);
    const band = zoneBand(problem, zone, k);
    const price = HUNDREDTHS * hours * zone.discomfortPricePerKelvinHour;
    const short = kelvinOutside(house, price * band.shortfallFactor);
    const excess = kelvinOutside(house, price);
    const terms: Term[] = [
      [temp, 1],
      ...short.map((column) => [column, 1] as const),
      ...excess.map((column) => [column, -1] as const),
    ];
    // Both sides share a row: it is never worth while to pay for both at once.
    builder.row(band.minTempC, band.maxTempC, terms);
    before = temp;
  });
  if (before === undefined) return;
  const worthPerKelvin = HUNDREDTHS * endValueOf(zone) * zone.heatCapacityKwhPerK;
  if (worthPerKelvin === 0) return;
  const missing = builder.column({ cost: worthPerKelvin });
  builder.row(at(zone.comfortMinTempC, problem.slots.length - 1) + 1, Infinity, [
    [before, 1],
    [missing, 1],
  ]);
  builder.addConstant(-worthPerKelvin);
}
