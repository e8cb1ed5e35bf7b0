import type { TankProblem } from "@ohmstead/contract";
import { HUNDREDTHS, at, endValueOf } from "./horizon.ts";
import type { HouseProgram } from "./house-program.ts";
import { tankStep } from "./thermal.ts";
import { tankBand } from "./wishes.ts";

/** The limit no plan passes: the tank's own, or what it has or its surroundings bring it to without any heating. */
export const hardMaxTempC = (tank: TankProblem): number =>
  Math.max(tank.hardMaxTempC, tank.tempC, tank.heatLossKwPerK > 0 ? tank.ambientTempC : -Infinity);

/**
 * T' = keep·T + drift + perKw·heat, draws being negative heat; below the hard maximum; outside the wished band priced per kelvin-hour.
 * At the end each kWh above minTempC is worth its value, up to maxTempC: min(T, max) − min = max − min − missing, missing ≥ max − T.
 */
export function addTank(house: HouseProgram, tank: TankProblem): void {
  const { builder, problem } = house;
  let before: number | undefined;
  problem.slots.forEach(({ hours }, k) => {
    const step = tankStep(problem, tank, k);
    const temp = builder.column({ lower: -Infinity, upper: hardMaxTempC(tank) });
    builder.define(temp, step.drift + (before === undefined ? step.keep * tank.tempC : 0), [
      [temp, 1],
      ...(before === undefined ? [] : [[before, -step.keep] as const]),
      ...(house.heat.get(tank.id)?.[k] ?? []).map(([column, cop]) => [column, -cop * step.perKw] as const),
    ]);
    const band = tankBand(problem, tank, k);
    const price = HUNDREDTHS * hours * tank.discomfortPricePerKelvinHour;
    const short = builder.column({ cost: price * band.shortfallFactor });
    const excess = builder.column({ cost: price });
    if (band.minTempC <= band.maxTempC)
      builder.row(band.minTempC, band.maxTempC, [
        [temp, 1],
        [short, 1],
        [excess, -1],
      ]);
    else {
      builder.row(band.minTempC, Infinity, [
        [temp, 1],
        [short, 1],
      ]);
      builder.row(-Infinity, band.maxTempC, [
        [temp, 1],
        [excess, -1],
      ]);
    }
    before = temp;
  });
  if (before === undefined) return;
  const worthPerKelvin = HUNDREDTHS * endValueOf(tank) * tank.heatCapacityKwhPerK;
  if (worthPerKelvin === 0) return;
  const missing = builder.column({ cost: worthPerKelvin });
  builder.row(tank.maxTempC, Infinity, [
    [before, 1],
    [missing, 1],
  ]);
  builder.addConstant(-worthPerKelvin * (tank.maxTempC - at(tank.minTempC, problem.slots.length - 1)));
}
