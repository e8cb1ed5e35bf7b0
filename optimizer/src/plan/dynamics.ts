import {
  type HouseholdProblem,
  MS_PER_HOUR,
  type Schedule,
  type Slot,
  type TankProblem,
  type ZoneProblem,
} from "@ohmstead/contract";
import { sum, valueAt, withId } from "./per-slot.ts";
import { overlapHours } from "./times.ts";

/** One thermal node: `capacity · dT/dt = input − loss · (T − surroundings)`, kWh/K and kW/K. */
export interface ThermalNode {
  readonly heatCapacityKwhPerK: number;
  readonly heatLossKwPerK: number;
}

/** Kelvin that a constant kW adds over `hours`: `(1 − e^(−hours · loss / capacity)) / loss`, without loss in proportion. */
export function kelvinPerKw({ heatCapacityKwhPerK, heatLossKwPerK }: ThermalNode, hours: number): number {
  if (heatLossKwPerK === 0) return hours / heatCapacityKwhPerK;
  return -Math.expm1((-hours * heatLossKwPerK) / heatCapacityKwhPerK) / heatLossKwPerK;
}

/**
 * Temperature after `hours` of constant input and surroundings, exact for any length (zero-order hold): the node
 * approaches `surroundings + input / loss` with the time constant `capacity / loss`. Without loss it rises in
 * proportion.
 */
export const nextTempC = (
  node: ThermalNode,
  tempC: number,
  surroundingsC: number,
  inputKw: number,
  hours: number,
): number => tempC + kelvinPerKw(node, hours) * (inputKw - node.heatLossKwPerK * (tempC - surroundingsC));

/**
 * The constant input that ends at `wantedC`: the inverse of nextTempC; negative where the node would have to be cooled.
 */
export const inputForTempC = (
  node: ThermalNode,
  tempC: number,
  wantedC: number,
  surroundingsC: number,
  hours: number,
): number => (wantedC - nextTempC(node, tempC, surroundingsC, 0, hours)) / kelvinPerKw(node, hours);

/** What air and walls of a zone are at a time; a zone without a mass is all air. */
export interface ZoneState {
  readonly tempC: number;
  readonly massTempC?: number;
}

export const presentState = ({ tempC, mass }: ZoneProblem): ZoneState =>
  mass ? { tempC, massTempC: mass.tempC } : { tempC };

/** A temperature after a while, from what it was: shares of air, walls and outdoors, and kelvin per kW of heat and gains. */
interface Mix {
  readonly air: number;
  readonly mass: number;
  readonly outdoors: number;
  readonly perKw: number;
}

const combine = (a: number, x: Mix, b: number, y: Mix): Mix => ({
  air: a * x.air + b * y.air,
  mass: a * x.mass + b * y.mass,
  outdoors: a * x.outdoors + b * y.outdoors,
  perKw: a * x.perKw + b * y.perKw,
});

/** Shares that add up to one again: what rounding adds or takes would grow with every doubling. */
function balanced({ air, mass, outdoors, perKw }: Mix): Mix {
  const total = air + mass + outdoors;
  return { air: air / total, mass: mass / total, outdoors: outdoors / total, perKw };
}

const TAYLOR_TERMS = 14;
/** A node without any capacity to speak of would take for ever; so it gives no number, and nobody accepts that. */
const MOST_DOUBLINGS = 200;

/**
 * Both nodes after `hours` under constant heat and outdoors: the series of the exponential over a part so short that it converges at once,
 * doubled until the whole time is covered.
 */
function mixesAfter(zone: ZoneProblem, mass: NonNullable<ZoneProblem["mass"]>, hours: number): readonly [Mix, Mix] {
  const [airKwhPerK, massKwhPerK] = [zone.heatCapacityKwhPerK, mass.heatCapacityKwhPerK];
  const exchange = { air: mass.couplingKwPerK / airKwhPerK, mass: mass.couplingKwPerK / massKwhPerK };
  const loss = { air: zone.heatLossKwPerK / airKwhPerK, mass: mass.heatLossKwPerK / massKwhPerK };
  // Change per hour of each node.
  const airRate: Mix = {
    air: -exchange.air - loss.air,
    mass: exchange.air,
    outdoors: loss.air,
    perKw: (1 - mass.gainShare) / airKwhPerK,
  };
  const massRate: Mix = {
    air: exchange.mass,
    mass: -exchange.mass - loss.mass,
    outdoors: loss.mass,
    perKw: mass.gainShare / massKwhPerK,
  };
  const fastest = Math.max(-airRate.air, -massRate.mass);
  const doublings = Math.min(MOST_DOUBLINGS, Math.max(0, Math.ceil(Math.log2(4 * fastest * hours))));
  const part = hours / 2 ** doublings;
  const none: Mix = { air: 0, mass: 0, outdoors: 0, perKw: 0 };
  let airTerm = combine(part, airRate, 0, none);
  let massTerm = combine(part, massRate, 0, none);
  let air = combine(1, { ...none, air: 1 }, 1, airTerm);
  let walls = combine(1, { ...none, mass: 1 }, 1, massTerm);
  for (let n = 2; n <= TAYLOR_TERMS; n++) {
    [airTerm, massTerm] = [
      combine((part * airRate.air) / n, airTerm, (part * airRate.mass) / n, massTerm),
      combine((part * massRate.air) / n, airTerm, (part * massRate.mass) / n, massTerm),
    ];
    air = combine(1, air, 1, airTerm);
    walls = combine(1, walls, 1, massTerm);
  }
  for (let n = 0; n < doublings; n++) {
    const twice = (mix: Mix): Mix => {
      const { air: a, mass: m, outdoors, perKw } = combine(mix.air, air, mix.mass, walls);
      return balanced({ air: a, mass: m, outdoors: outdoors + mix.outdoors, perKw: perKw + mix.perKw });
    };
    [air, walls] = [twice(air), twice(walls)];
  }
  return [air, walls];
}

/** A zone after `hours` of constant heat (gains included) and outdoor temperature, exact for any length. */
export function nextZoneState(
  zone: ZoneProblem,
  state: ZoneState,
  outdoorC: number,
  inputKw: number,
  hours: number,
): ZoneState {
  if (!zone.mass) return { tempC: nextTempC(zone, state.tempC, outdoorC, inputKw, hours) };
  const { tempC, massTempC = zone.mass.tempC } = state;
  const after = ({ air, mass, outdoors, perKw }: Mix): number =>
    air * tempC + mass * massTempC + outdoors * outdoorC + perKw * inputKw;
  const [air, walls] = mixesAfter(zone, zone.mass, hours);
  return { tempC: after(air), massTempC: after(walls) };
}

/** What arrives in a slot of what was sent `lagHours` earlier, kW; nothing is on its way before the first slot. */
export function arrivingKw(
  slots: readonly Slot[],
  lagHours: number,
  sentKw: (slot: number) => number,
  slot: number,
): number {
  if (lagHours === 0) return sentKw(slot);
  const here = slots[slot];
  if (!here) return 0;
  const kwh = slots.slice(0, slot + 1).map(({ startMs, hours }, j) => {
    const fromMs = startMs + lagHours * MS_PER_HOUR;
    const shared = overlapHours(here, fromMs, fromMs + hours * MS_PER_HOUR);
    return shared > 0 ? shared * sentKw(j) : 0;
  });
  return sum(kwh) / here.hours;
}

/** Heat that heat pumps and boilers give a zone in a slot, kW. */
export const zoneHeatKw = (problem: HouseholdProblem, schedule: Schedule, zone: ZoneProblem, slot: number): number =>
  sum(
    problem.heatPumps
      .filter((pump) => pump.zoneIds.includes(zone.id))
      .map((pump) => {
        const { powerKw } = withId(withId(schedule.heatPumps, pump.id).zones, zone.id);
        return arrivingKw(problem.slots, pump.lagHours, (j) => valueAt(pump.copSpace, j) * valueAt(powerKw, j), slot);
      }),
  ) +
  sum(
    problem.boilers
      .filter((boiler) => boiler.zoneIds.includes(zone.id))
      .map((boiler) => valueAt(withId(withId(schedule.boilers, boiler.id).zones, zone.id).heatKw, slot)),
  );

/** Heat that heat pumps, boilers and immersion heaters give a tank in a slot, kW. */
export const tankHeatKw = (problem: HouseholdProblem, schedule: Schedule, tank: TankProblem, slot: number): number =>
  sum(
    problem.heatPumps
      .filter((pump) => pump.tankId === tank.id)
      .map((pump) => valueAt(pump.copWater, slot) * valueAt(withId(schedule.heatPumps, pump.id).waterKw, slot)),
  ) +
  sum(
    problem.boilers
      .filter((boiler) => boiler.tankId === tank.id)
      .map((boiler) => valueAt(withId(schedule.boilers, boiler.id).waterKw, slot)),
  ) +
  sum(
    problem.immersionHeaters
      .filter((heater) => heater.tankId === tank.id)
      .map((heater) => valueAt(withId(schedule.immersionHeaters, heater.id).powerKw, slot)),
  );
