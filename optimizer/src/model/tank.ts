import type { TankProblem } from "@ohmstead/contract";
import { HUNDREDTHS, at, endValueOf } from "./horizon.ts";
import type { HouseProgram } from "./house-program.ts";
import { type ThermalStep, afterStep, tankStep } from "./thermal.ts";
import { hygieneSlots, tankBand } from "./wishes.ts";

/** The limit no plan passes: the tank's own, or what it has or its surroundings bring it to without any heating. */
export const hardMaxTempC = (tank: TankProblem): number =>
  Math.max(tank.hardMaxTempC, tank.tempC, tank.heatLossKwPerK > 0 ? tank.ambientTempC : -Infinity);

/**
 * T' = keep·T + drift + perKw·heat, draws being negative heat; below the hard maximum; outside the wished band priced per kelvin-hour.
 * At the end each kWh above minTempC is worth its value, up to a reference: min(T, ref) − min = ref − min − missing, missing ≥ ref − T.
 */
export function addTank(house: HouseProgram, tank: TankProblem): void {
  const { builder, problem } = house;
  const steps = problem.slots.map((_, k) => tankStep(problem, tank, k));
  const temps: number[] = [];
  problem.slots.forEach(({ hours }, k) => {
    const step = stepAt(steps, k);
    const before = temps.at(-1);
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
    temps.push(temp);
  });
  addHygiene(house, tank, temps, steps);
  addEndWorth(house, tank, temps);
}

const stepAt = (steps: readonly ThermalStep[], k: number): ThermalStep => {
  const step = steps[k];
  if (!step) throw new RangeError(`no step ${k} among ${steps.length}`);
  return step;
};

function addEndWorth({ builder, problem }: HouseProgram, tank: TankProblem, temps: readonly number[]): void {
  const last = temps.at(-1);
  const worthPerKelvin = HUNDREDTHS * endValueOf(tank) * tank.heatCapacityKwhPerK;
  if (last === undefined || worthPerKelvin === 0) return;
  const referenceTempC = tank.endReferenceTempC ?? tank.maxTempC;
  const missing = builder.column({ cost: worthPerKelvin });
  builder.row(referenceTempC, Infinity, [
    [last, 1],
    [missing, 1],
  ]);
  builder.addConstant(-worthPerKelvin * (referenceTempC - at(tank.minTempC, problem.slots.length - 1)));
}

/**
 * Hot once within the span: a column per candidate slot says at the end of which, and `lift` is what is then left of that heat:
 * lift_k = keep·lift_{k−1} + (hygiene − unheated_k)·chosen_k,  T_k + short ≥ unheated_k + lift_k.
 * Heat only adds to the unheated tank and fades as it does, so what was hot in one candidate lifts all that follow. A whole choice asks for no
 * more than its own slot; a mixed one, though, cannot spread itself thin until nothing needs heating.
 */
function addHygiene(
  house: HouseProgram,
  tank: TankProblem,
  temps: readonly number[],
  steps: readonly ThermalStep[],
): void {
  const { hygiene } = tank;
  if (!hygiene) return;
  const { builder, problem } = house;
  const unheated: number[] = [];
  for (const step of steps) unheated.push(afterStep(step, unheated.at(-1) ?? tank.tempC, 0));
  const candidates = hygieneSlots(problem, tank);
  // Nothing to plan where it is hot enough by itself.
  if (candidates.length === 0 || candidates.some((k) => at(unheated, k) >= hygiene.tempC)) return;
  const short = builder.column({ cost: HUNDREDTHS * hygiene.pricePerKelvin });
  const startSlots = house.lite ? candidates.slice(-1) : candidates;
  const chosen: number[] = [];
  let lift: number | undefined;
  for (const k of startSlots) {
    const temp = at(temps, k);
    if (startSlots.length === 1) {
      builder.row(hygiene.tempC, Infinity, [
        [temp, 1],
        [short, 1],
      ]);
      return;
    }
    const choice = builder.column({ upper: 1, integer: true });
    chosen.push(choice);
    const next = builder.column({});
    builder.define(next, 0, [
      [next, 1],
      ...(lift === undefined ? [] : [[lift, -stepAt(steps, k).keep] as const]),
      [choice, at(unheated, k) - hygiene.tempC],
    ]);
    builder.row(at(unheated, k), Infinity, [
      [temp, 1],
      [short, 1],
      [next, -1],
    ]);
    lift = next;
  }
  builder.row(
    1,
    1,
    chosen.map((column) => [column, 1]),
  );
  house.switches.push({ kind: "choice", id: `${tank.id}.hygiene`, columns: chosen, startSlots });
}
