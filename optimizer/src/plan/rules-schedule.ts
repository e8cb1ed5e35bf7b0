import type { HouseholdProblem, Schedule, TankProblem, ZoneProblem } from "@ohmstead/contract";
import { inputForTempC, nextSoc, nextTempC } from "./dynamics.ts";
import { sum, valueAt } from "./per-slot.ts";
import { selfUseKw } from "./self-use.ts";
import { hardMaxTempC, tankWish, zoneWish } from "./wishes.ts";

/** A room thermostat is set a little above what is wished for, so that its swing stays above the wish. */
const ROOM_MARGIN_K = 0.5;
/** A heating curve takes a room towards its set-point within about this time, not at full power at once. */
const ROOM_RESPONSE_H = 0.5;
/** Water is heated when it would fall below the wish, and then this much above it. */
const WATER_SWING_K = 10;
/** The immersion heater beside a heat pump is an emergency: it waits until the water is this far below the wish. */
const IMMERSION_BELOW_K = 5;

/** What is decided slot by slot: powers so far, states so far. Grows while the house is lived through. */
interface Diary {
  readonly soc: Map<string, number[]>;
  readonly tempC: Map<string, number[]>;
  readonly kw: Map<string, number[]>;
  /** Tanks whose thermostat is on, until they reach their upper temperature. */
  readonly heatingTanks: Set<string>;
}

const write = (page: Map<string, number[]>, key: string, value: number): void => {
  const values = page.get(key);
  if (values) values.push(value);
  else page.set(key, [value]);
};

/** Today's value: the last one written. */
const lastOf = (page: Map<string, number[]>, key: string): number => {
  const values = page.get(key) ?? [];
  return valueAt(values, values.length - 1);
};

const clamp = (value: number, max: number): number => Math.max(0, Math.min(value, max));

/**
 * The house under its old rules, in the plan's own dynamics: room thermostats hold comfortMin + 0.5 K with the heat
 * pump, tank thermostats swing from the wish to 10 K above it (heat pump first, immersion heaters where there is none,
 * or the water is far too cold), batteries store surplus sun and give it to the house, sun is curtailed only where the
 * connection would not take it. Prices are not looked at. Always a schedule that the checker accepts: last rung of
 * planning, and the house "without control" for comparison.
 */
export function rulesSchedule(problem: HouseholdProblem): Schedule {
  const diary: Diary = { soc: new Map(), tempC: new Map(), kw: new Map(), heatingTanks: new Set() };
  for (const battery of problem.batteries) write(diary.soc, battery.id, battery.soc);
  for (const node of [...problem.zones, ...problem.tanks]) write(diary.tempC, node.id, node.tempC);
  problem.slots.forEach((_, k) => {
    for (const tank of problem.tanks) liveTank(problem, diary, tank, k);
    for (const zone of problem.zones) liveZone(problem, diary, zone, k);
    const loadKw =
      valueAt(problem.baseLoadKw, k) +
      sum(problem.heatPumps.map(({ id }) => lastOf(diary.kw, `${id}.space`) + lastOf(diary.kw, `${id}.water`))) +
      sum(problem.immersionHeaters.map(({ id }) => lastOf(diary.kw, id)));
    liveElectricity(problem, diary, loadKw, k);
  });
  const kw = (key: string): number[] => diary.kw.get(key) ?? [];
  return {
    importKw: kw("import"),
    exportKw: kw("export"),
    pvArrays: problem.pvArrays.map(({ id }) => ({ id, usedKw: kw(id) })),
    batteries: problem.batteries.map(({ id }) => ({
      id,
      chargeKw: kw(`${id}.charge`),
      dischargeKw: kw(`${id}.discharge`),
      soc: diary.soc.get(id) ?? [],
    })),
    zones: problem.zones.map(({ id }) => ({ id, tempC: diary.tempC.get(id) ?? [] })),
    tanks: problem.tanks.map(({ id }) => ({ id, tempC: diary.tempC.get(id) ?? [] })),
    heatPumps: problem.heatPumps.map(({ id }) => ({ id, spaceKw: kw(`${id}.space`), waterKw: kw(`${id}.water`) })),
    immersionHeaters: problem.immersionHeaters.map(({ id }) => ({ id, powerKw: kw(id) })),
  };
}

const hoursOf = (problem: HouseholdProblem, k: number): number => problem.slots[k]?.hours ?? 0;

/**
 * Thermostat with a swing: looks at where the water would be at the slot's end, since the schedule knows no shorter
 * time.
 */
function liveTank(problem: HouseholdProblem, diary: Diary, tank: TankProblem, k: number): void {
  const hours = hoursOf(problem, k);
  const drawKw = valueAt(tank.drawKw, k);
  const tempC = lastOf(diary.tempC, tank.id);
  const ceilingC = hardMaxTempC(tank);
  const wish = tankWish(problem, tank, k);
  const onBelowC = Math.min(wish.minTempC, ceilingC);
  const offAboveC = Math.min(wish.minTempC + WATER_SWING_K, Math.max(wish.maxTempC, onBelowC), ceilingC);
  const endAfter = (heatKw: number): number => nextTempC(tank, tempC, tank.ambientTempC, heatKw - drawKw, hours);
  const heatFor = (wantedC: number): number =>
    Math.max(0, inputForTempC(tank, tempC, wantedC, tank.ambientTempC, hours) + drawKw);

  if (endAfter(0) < onBelowC - 1e-6) diary.heatingTanks.add(tank.id);
  let heatKw = 0;
  const pumps = problem.heatPumps.filter((pump) => pump.tankId === tank.id);
  const wantedKw = diary.heatingTanks.has(tank.id) ? heatFor(offAboveC) : 0;
  for (const pump of pumps) {
    const cop = valueAt(pump.copWater, k);
    const powerKw = clamp((wantedKw - heatKw) / cop, valueAt(pump.maxPowerKw, k));
    write(diary.kw, `${pump.id}.water`, powerKw);
    heatKw += powerKw * cop;
  }
  const immersionToC = pumps.length === 0 ? offAboveC : onBelowC - IMMERSION_BELOW_K;
  const immersionKw = diary.heatingTanks.has(tank.id) ? heatFor(immersionToC) : 0;
  for (const heater of problem.immersionHeaters.filter((each) => each.tankId === tank.id)) {
    const powerKw = clamp(immersionKw - heatKw, heater.powerKw);
    write(diary.kw, heater.id, powerKw);
    heatKw += powerKw;
  }
  const endC = endAfter(heatKw);
  // What is heated to the point may miss it by a rounding.
  if (endC >= offAboveC - 1e-6) diary.heatingTanks.delete(tank.id);
  write(diary.tempC, tank.id, endC);
}

/**
 * Proportional thermostat: heads for its set-point with the response of a heating curve, with what hot water leaves of
 * the heat pump.
 */
function liveZone(problem: HouseholdProblem, diary: Diary, zone: ZoneProblem, k: number): void {
  const hours = hoursOf(problem, k);
  const outdoorC = valueAt(problem.outdoorTempC, k);
  const gainsKw = valueAt(zone.gainsKw, k);
  const tempC = lastOf(diary.tempC, zone.id);
  const setpointC = zoneWish(problem, zone, k).minTempC + ROOM_MARGIN_K;
  const towardsC = tempC + (setpointC - tempC) * (1 - Math.exp(-hours / ROOM_RESPONSE_H));
  const wantedKw = Math.max(0, inputForTempC(zone, tempC, towardsC, outdoorC, hours) - gainsKw);
  let heatKw = 0;
  for (const pump of problem.heatPumps.filter((each) => each.zoneId === zone.id)) {
    // A heat pump without a tank has made no water.
    if (pump.tankId === undefined) write(diary.kw, `${pump.id}.water`, 0);
    const leftKw = valueAt(pump.maxPowerKw, k) - lastOf(diary.kw, `${pump.id}.water`);
    const cop = valueAt(pump.copSpace, k);
    const powerKw = clamp((wantedKw - heatKw) / cop, leftKw);
    write(diary.kw, `${pump.id}.space`, powerKw);
    heatKw += powerKw * cop;
  }
  write(diary.tempC, zone.id, nextTempC(zone, tempC, outdoorC, gainsKw + heatKw, hours));
}

/**
 * Self-use: the sun serves the house, then the batteries, then the grid; what the connection does not take is curtailed
 * where possible.
 */
function liveElectricity(problem: HouseholdProblem, diary: Diary, loadKw: number, k: number): void {
  let netKw = loadKw - sum(problem.pvArrays.map((pv) => valueAt(pv.forecastKw, k)));
  for (const battery of problem.batteries) {
    const { chargeKw, dischargeKw } = selfUseKw(problem, battery, lastOf(diary.soc, battery.id), netKw, k);
    write(diary.kw, `${battery.id}.charge`, chargeKw);
    write(diary.kw, `${battery.id}.discharge`, dischargeKw);
    const soc = lastOf(diary.soc, battery.id);
    write(diary.soc, battery.id, nextSoc(battery, soc, chargeKw, dischargeKw, hoursOf(problem, k)));
    netKw += chargeKw - dischargeKw;
  }
  for (const pv of problem.pvArrays) {
    const forecastKw = valueAt(pv.forecastKw, k);
    const tooMuchKw = -netKw - (problem.site.exportLimitKw ?? Number.POSITIVE_INFINITY);
    const cutKw = pv.curtailable ? clamp(tooMuchKw, forecastKw) : 0;
    write(diary.kw, pv.id, forecastKw - cutKw);
    netKw += cutKw;
  }
  write(diary.kw, "import", Math.max(0, netKw));
  write(diary.kw, "export", Math.max(0, -netKw));
}
