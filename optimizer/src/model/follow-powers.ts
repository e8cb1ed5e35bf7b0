import type {
  BatteryProblem,
  HouseholdProblem,
  ImmersionHeaterProblem,
  HeatPumpProblem,
  Schedule,
  TankProblem,
  ZoneProblem,
} from "@ohmstead/contract";
import { nextSoc, socWindow } from "./battery.ts";
import { at } from "./horizon.ts";
import { hardMaxTempC } from "./tank.ts";
import { afterStep, tankStep, zoneStep } from "./thermal.ts";
import { isHeld } from "./wishes.ts";

type Series = readonly number[];

/** What devices are asked to do, kW per slot, in the order of the problem's devices. */
export interface Powers {
  readonly pvArrays: readonly { readonly usedKw: Series }[];
  readonly batteries: readonly { readonly chargeKw: Series; readonly dischargeKw: Series }[];
  readonly heatPumps: readonly { readonly spaceKw: Series; readonly waterKw: Series }[];
  readonly immersionHeaters: readonly { readonly powerKw: Series }[];
}

/** Below this an LP's answer is noise: nobody switches a device on for a microwatt. */
const NOISE_KW = 1e-7;

const between = (low: number, value: number, high: number): number =>
  Math.min(Math.max(Math.abs(value) < NOISE_KW ? 0 : value, low), high);

const wanted = (series: Series | undefined, k: number): number => series?.[k] ?? 0;

/**
 * The schedule of a house that follows the wanted powers as far as its limits let it: never outside a hard bound, never two directions
 * at once, states exactly those of the dynamics, grid flows exactly those of the balance. Where nothing stands in the way it does what is asked.
 */
export function followPowers(problem: HouseholdProblem, powers: Powers): Schedule {
  const pvArrays = problem.pvArrays.map((array, i) => ({
    id: array.id,
    usedKw: array.forecastKw.map((forecastKw, k) =>
      array.curtailable ? between(0, wanted(powers.pvArrays[i]?.usedKw, k), forecastKw) : forecastKw,
    ),
  }));
  const batteries = problem.batteries.map((battery, i) => followBattery(problem, battery, powers.batteries[i]));
  const heat = followHeat(problem, powers);
  const net = problem.slots.map(
    (_, k) =>
      at(problem.baseLoadKw, k) +
      sumAt(
        heat.heatPumps.flatMap((pump) => [pump.spaceKw, pump.waterKw]),
        k,
      ) +
      sumAt(
        heat.immersionHeaters.map((heater) => heater.powerKw),
        k,
      ) +
      sumAt(
        batteries.map((battery) => battery.chargeKw),
        k,
      ) -
      sumAt(
        batteries.map((battery) => battery.dischargeKw),
        k,
      ) -
      sumAt(
        pvArrays.map((array) => array.usedKw),
        k,
      ),
  );
  return {
    importKw: net.map((kw) => Math.max(kw, 0)),
    exportKw: net.map((kw) => Math.max(-kw, 0)),
    pvArrays,
    batteries,
    ...heat,
  };
}

const sumAt = (series: readonly Series[], k: number): number => series.reduce((sum, each) => sum + at(each, k), 0);

function followBattery(
  problem: HouseholdProblem,
  battery: BatteryProblem,
  powers: Powers["batteries"][number] | undefined,
): Schedule["batteries"][number] {
  const { min, max } = socWindow(battery);
  const chargeKw: number[] = [];
  const dischargeKw: number[] = [];
  const soc = [battery.soc];
  problem.slots.forEach(({ hours }, k) => {
    const before = at(soc, k);
    const wantedKw = wanted(powers?.chargeKw, k) - wanted(powers?.dischargeKw, k);
    const kw = isHeld(problem, battery.id, k) || Math.abs(wantedKw) < NOISE_KW ? 0 : wantedKw;
    const roomKw = Math.max(0, ((max - before) * battery.capacityKwh) / (hours * battery.chargeEfficiency));
    const storedKw = Math.max(0, ((before - min) * battery.capacityKwh * battery.dischargeEfficiency) / hours);
    const charge = between(0, kw, Math.min(battery.maxChargeKw, roomKw));
    const discharge = between(0, -kw, Math.min(battery.maxDischargeKw, storedKw));
    chargeKw.push(charge);
    dischargeKw.push(discharge);
    soc.push(between(min, nextSoc(battery, before, hours, charge, discharge), max));
  });
  return { id: battery.id, chargeKw, dischargeKw, soc };
}

function followHeat(
  problem: HouseholdProblem,
  powers: Powers,
): Pick<Schedule, "zones" | "tanks" | "heatPumps" | "immersionHeaters"> {
  const heatPumps = problem.heatPumps.map((pump, i) => limitHeatPump(pump, powers.heatPumps[i]));
  const immersionHeaters = problem.immersionHeaters.map((heater, i) =>
    limitImmersionHeater(problem, heater, powers.immersionHeaters[i]),
  );
  // Tanks go first: one that is full gives power back, and what is drawn then is what is written down.
  const tanks = problem.tanks.map((tank) => followTank(problem, tank, heatPumps, immersionHeaters));
  const zones = problem.zones.map((zone) => followZone(problem, zone, heatPumps));
  return {
    zones,
    tanks,
    heatPumps: heatPumps.map(({ id, spaceKw, waterKw }) => ({ id, spaceKw, waterKw })),
    immersionHeaters: immersionHeaters.map(({ id, powerKw }) => ({ id, powerKw })),
  };
}

interface LimitedPump {
  readonly id: string;
  readonly pump: HeatPumpProblem;
  readonly spaceKw: number[];
  readonly waterKw: number[];
}

interface LimitedHeater {
  readonly id: string;
  readonly tankId: string;
  readonly powerKw: number[];
}

function limitHeatPump(pump: HeatPumpProblem, powers: Powers["heatPumps"][number] | undefined): LimitedPump {
  const spaceKw: number[] = [];
  const waterKw: number[] = [];
  pump.maxPowerKw.forEach((maxKw, k) => {
    const space = between(0, wanted(powers?.spaceKw, k), maxKw);
    const water = pump.tankId === undefined ? 0 : between(0, wanted(powers?.waterKw, k), maxKw);
    const share = space + water > maxKw ? maxKw / (space + water) : 1;
    spaceKw.push(space * share);
    waterKw.push(water * share);
  });
  return { id: pump.id, pump, spaceKw, waterKw };
}

const limitImmersionHeater = (
  problem: HouseholdProblem,
  heater: ImmersionHeaterProblem,
  powers: Powers["immersionHeaters"][number] | undefined,
): LimitedHeater => ({
  id: heater.id,
  tankId: heater.tankId,
  powerKw: problem.slots.map((_, k) => between(0, wanted(powers?.powerKw, k), heater.powerKw)),
});

function followTank(
  problem: HouseholdProblem,
  tank: TankProblem,
  heatPumps: readonly LimitedPump[],
  heaters: readonly LimitedHeater[],
): Schedule["tanks"][number] {
  const pumpsHere = heatPumps.filter((each) => each.pump.tankId === tank.id);
  const heatersHere = heaters.filter((each) => each.tankId === tank.id);
  const limit = hardMaxTempC(tank);
  const tempC = [tank.tempC];
  problem.slots.forEach((_, k) => {
    const step = tankStep(problem, tank, k);
    const heatKw =
      pumpsHere.reduce((sum, each) => sum + wanted(each.waterKw, k) * at(each.pump.copWater, k), 0) +
      heatersHere.reduce((sum, each) => sum + wanted(each.powerKw, k), 0);
    const roomKw = Math.max(0, (limit - afterStep(step, at(tempC, k), 0)) / step.perKw);
    const share = heatKw > roomKw ? roomKw / heatKw : 1;
    if (share < 1) {
      for (const each of pumpsHere) each.waterKw[k] = wanted(each.waterKw, k) * share;
      for (const each of heatersHere) each.powerKw[k] = wanted(each.powerKw, k) * share;
    }
    tempC.push(afterStep(step, at(tempC, k), heatKw * share));
  });
  return { id: tank.id, tempC };
}

function followZone(
  problem: HouseholdProblem,
  zone: ZoneProblem,
  heatPumps: readonly LimitedPump[],
): Schedule["zones"][number] {
  const pumpsHere = heatPumps.filter((each) => each.pump.zoneId === zone.id);
  const tempC = [zone.tempC];
  problem.slots.forEach((_, k) => {
    const heatKw = pumpsHere.reduce((sum, each) => sum + wanted(each.spaceKw, k) * at(each.pump.copSpace, k), 0);
    tempC.push(afterStep(zoneStep(problem, zone, k), at(tempC, k), heatKw));
  });
  return { id: zone.id, tempC };
}
