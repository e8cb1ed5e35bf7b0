import type { BoilerProblem, HouseholdProblem } from "@ohmstead/contract";
import { valueAt } from "../per-slot.ts";
import { clamp, type Diary, roomKey, waterKey, write } from "./diary.ts";
import { openKw, type TankNeed } from "./tank-need.ts";
import type { ZoneNeed } from "./zone-need.ts";

type Immersion = HouseholdProblem["immersionHeaters"][number];

/** A boiler does all where no heat pump is, and helps where one cannot hold the wish; water before the rooms. */
export function liveBoiler(
  problem: HouseholdProblem,
  diary: Diary,
  boiler: BoilerProblem,
  needs: { readonly zones: readonly ZoneNeed[]; readonly tanks: readonly TankNeed[] },
  k: number,
): void {
  let leftKw = valueAt(boiler.maxHeatKw, k);
  const tank = needs.tanks.find((need) => need.tank.id === boiler.tankId);
  const isAlone = !problem.heatPumps.some((pump) => pump.tankId !== undefined && pump.tankId === boiler.tankId);
  const waterKw = tank ? clamp(openKw(tank, isAlone ? tank.wantedKw : tank.minimumKw), leftKw) : 0;
  write(diary.kw, waterKey(boiler.id), waterKw);
  if (tank) tank.givenKw += waterKw;
  leftKw -= waterKw;
  for (const id of boiler.zoneIds) {
    const need = needs.zones.find((each) => each.zone.id === id);
    const isPumped = problem.heatPumps.some((pump) => pump.zoneIds.includes(id));
    const missingKw = need ? (isPumped ? need.minimumKw : need.wantedKw) - need.arrivingKw : 0;
    const heatKw = clamp(missingKw, leftKw);
    write(diary.kw, roomKey(boiler.id, id), heatKw);
    if (need) need.arrivingKw += heatKw;
    leftKw -= heatKw;
  }
}

/** An immersion heater alone does all; beside a heat pump or boiler it waits for an emergency. */
export function liveImmersionHeater(
  problem: HouseholdProblem,
  diary: Diary,
  heater: Immersion,
  tanks: readonly TankNeed[],
): void {
  const need = tanks.find(({ tank }) => tank.id === heater.tankId);
  const powerKw = need ? immersionKw(problem, heater, need) : 0;
  write(diary.kw, heater.id, powerKw);
  if (need) need.givenKw += powerKw;
}

function immersionKw({ heatPumps, boilers }: HouseholdProblem, heater: Immersion, need: TankNeed): number {
  const isAlone = ![...heatPumps, ...boilers].some(({ tankId }) => tankId === heater.tankId);
  const wantedKw = openKw(need, isAlone ? need.wantedKw : need.emergencyKw);
  if (!heater.onOff) return clamp(wantedKw, heater.powerKw);
  const fits = openKw(need, Number.POSITIVE_INFINITY) >= heater.powerKw;
  // A whole slot or none: half of it is worth it, and less where the water would be too cold.
  const isCold = need.endAfter(need.givenKw) < need.onBelowC;
  return fits && wantedKw > 0 && (isCold || wantedKw >= heater.powerKw / 2) ? heater.powerKw : 0;
}
