import type { HouseholdProblem, Schedule } from "@ohmstead/contract";
import { sum, valueAt } from "./per-slot.ts";
import { appliancePowers } from "./rules/appliance-powers.ts";
import { type Diary, lastOf, openDiary, roomKey, waterKey } from "./rules/diary.ts";
import { chargeKey, dischargeKey, liveElectricity } from "./rules/live-electricity.ts";
import { liveHeatPump } from "./rules/live-heat-pump.ts";
import { liveBoiler, liveImmersionHeater } from "./rules/live-heaters.ts";
import { needOfTank, noteTank } from "./rules/tank-need.ts";
import { needOfZone, noteZone } from "./rules/zone-need.ts";

/**
 * The house under its old rules, in the plan's own dynamics: room thermostats hold comfortMin + 0.5 K with the heat
 * pump, tank thermostats swing from the wish to 10 K above it (heat pump first, boilers and immersion heaters where there is none,
 * or the wish is missed), legionella are killed at the end of their span, cars charge as soon as they are plugged in, appliances run as
 * soon as they may, batteries store surplus sun and give it to the house, sun is curtailed only where the connection or an inverter would not
 * take it. Prices are not looked at. Always a schedule that the checker accepts, whatever it costs in comfort: last rung of planning, and
 * the house "without control" for comparison.
 */
export function rulesSchedule(problem: HouseholdProblem): Schedule {
  const diary = openDiary(problem);
  for (const appliance of problem.appliances) diary.kw.set(appliance.id, appliancePowers(appliance, problem));
  problem.slots.forEach((_, k) => {
    liveHeat(problem, diary, k);
    liveElectricity(problem, diary, loadKw(problem, diary, k), k);
  });
  return scheduleIn(problem, diary);
}

function liveHeat(problem: HouseholdProblem, diary: Diary, k: number): void {
  const needs = {
    tanks: problem.tanks.map((tank) => needOfTank(problem, diary, tank, k)),
    zones: problem.zones.map((zone) => needOfZone(problem, diary, zone, k)),
  };
  for (const pump of problem.heatPumps) liveHeatPump(problem, diary, pump, needs, k);
  for (const boiler of problem.boilers) liveBoiler(problem, diary, boiler, needs, k);
  for (const heater of problem.immersionHeaters) liveImmersionHeater(problem, diary, heater, needs.tanks);
  for (const need of needs.tanks) noteTank(problem, diary, need, k);
  for (const need of needs.zones) noteZone(problem, diary, need, k);
}

/** What the house takes in a slot before cars and batteries, kW. */
const loadKw = (problem: HouseholdProblem, diary: Diary, k: number): number =>
  valueAt(problem.baseLoadKw, k) +
  sum(
    problem.heatPumps.flatMap(({ id, zoneIds }) =>
      [waterKey(id), ...zoneIds.map((zoneId) => roomKey(id, zoneId))].map((key) => lastOf(diary.kw, key)),
    ),
  ) +
  sum(problem.immersionHeaters.map(({ id }) => lastOf(diary.kw, id))) +
  sum(problem.appliances.map(({ id }) => valueAt(diary.kw.get(id) ?? [], k)));

function scheduleIn(problem: HouseholdProblem, diary: Diary): Schedule {
  const kw = (key: string): number[] => diary.kw.get(key) ?? [];
  const storage = ({ id }: { readonly id: string }) => ({
    id,
    chargeKw: kw(chargeKey(id)),
    dischargeKw: kw(dischargeKey(id)),
    soc: diary.soc.get(id) ?? [],
  });
  return {
    importKw: kw("import"),
    exportKw: kw("export"),
    pvArrays: problem.pvArrays.map(({ id }) => ({ id, usedKw: kw(id) })),
    batteries: problem.batteries.map(storage),
    evs: problem.evs.map(storage),
    zones: problem.zones.map(({ id, mass }) => {
      const states = diary.zones.get(id) ?? [];
      const tempC = states.map((state) => state.tempC);
      return mass ? { id, tempC, massTempC: states.map((state) => state.massTempC ?? Number.NaN) } : { id, tempC };
    }),
    tanks: problem.tanks.map(({ id }) => ({ id, tempC: diary.tankC.get(id) ?? [] })),
    heatPumps: problem.heatPumps.map(({ id, zoneIds }) => {
      const zones = zoneIds.map((zoneId) => ({ id: zoneId, powerKw: kw(roomKey(id, zoneId)) }));
      const spaceKw = problem.slots.map((_, k) => sum(zones.map(({ powerKw }) => valueAt(powerKw, k))));
      return { id, spaceKw, waterKw: kw(waterKey(id)), zones };
    }),
    boilers: problem.boilers.map(({ id, zoneIds }) => ({
      id,
      waterKw: kw(waterKey(id)),
      zones: zoneIds.map((zoneId) => ({ id: zoneId, heatKw: kw(roomKey(id, zoneId)) })),
    })),
    immersionHeaters: problem.immersionHeaters.map(({ id }) => ({ id, powerKw: kw(id) })),
    appliances: problem.appliances.map(({ id }) => ({ id, powerKw: kw(id) })),
  };
}
