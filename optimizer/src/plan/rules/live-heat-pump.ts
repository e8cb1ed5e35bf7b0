import { type HeatPumpProblem, type HouseholdProblem, MS_PER_HOUR } from "@ohmstead/contract";
import { arrivingKw } from "../dynamics.ts";
import { canRunFreely, isSwitched, leastPumpKw, mayHeatRooms } from "../heat-pump-runs.ts";
import { sum, valueAt } from "../per-slot.ts";
import { clamp, type Diary, type Pledge, roomKey, waterKey, write } from "./diary.ts";
import { openKw, pledgedKw, roomKw, staysBelowMax, type TankNeed } from "./tank-need.ts";
import type { ZoneNeed } from "./zone-need.ts";

/** Below this a wish is no reason to switch anything on. */
const NOTHING_KW = 1e-9;

/** Electric power in a slot, one for each room that may be heated now. */
interface PumpPower {
  readonly waterKw: number;
  readonly roomsKw: readonly number[];
}

const totalKw = ({ waterKw, roomsKw }: PumpPower): number => waterKw + sum(roomsKw);

/** What a pump sees in a slot. */
interface Here {
  readonly problem: HouseholdProblem;
  readonly diary: Diary;
  readonly pump: HeatPumpProblem;
  readonly k: number;
  readonly tank: TankNeed | undefined;
  /** None on days too warm for heating. */
  readonly rooms: readonly ZoneNeed[];
  /** Electric power that it has pledged to its tank in this slot. */
  readonly pledgedKw: number;
}

/** Hot water before the rooms; on and off as its least power, its runs and its pauses allow. */
export function liveHeatPump(
  problem: HouseholdProblem,
  diary: Diary,
  pump: HeatPumpProblem,
  needs: { readonly zones: readonly ZoneNeed[]; readonly tanks: readonly TankNeed[] },
  k: number,
): void {
  const tank = needs.tanks.find((need) => need.tank.id === pump.tankId);
  const pledges = diary.pledges.filter(({ pumpId, slot }) => pumpId === pump.id && slot === k);
  const pledgedHeatKw = sum(pledges.map(({ heatKw }) => heatKw));
  if (tank) tank.reservedKw -= pledgedHeatKw;
  const rooms = mayHeatRooms(problem, pump, k)
    ? pump.zoneIds.flatMap((id) => needs.zones.filter((need) => need.zone.id === id))
    : [];
  const here = { problem, diary, pump, k, tank, rooms, pledgedKw: pledgedHeatKw / valueAt(pump.copWater, k) };
  const wanted = wantedPower(here);
  give(here, isSwitched(pump) ? switchedPower(here, wanted) : wanted);
}

/** Water first, then the rooms with what is left, each by its share. */
function wantedPower({ pump, k, tank, rooms, pledgedKw }: Here): PumpPower {
  const maxKw = valueAt(pump.maxPowerKw, k);
  const openWaterKw = tank ? openKw(tank, tank.wantedKw) / valueAt(pump.copWater, k) : 0;
  const waterKw = clamp(Math.max(openWaterKw, pledgedKw), maxKw);
  const openKwOf = rooms.map((need) => Math.max(0, need.wantedKw - need.sentKw) / valueAt(pump.copSpace, k));
  const share = Math.min(1, (maxKw - waterKw) / sum(openKwOf));
  return { waterKw, roomsKw: openKwOf.map((kw) => (kw > 0 ? kw * share : 0)) };
}

const RESTS: PumpPower = { waterKw: 0, roomsKw: [] };

/**
 * A thermostat for a pump that does not run at any power: it starts when a room or the water falls below its wish, and runs on while it has
 * enough to do. A run that begins is one that can be kept to its end.
 */
function switchedPower(here: Here, wanted: PumpPower): PumpPower {
  const { problem, diary, pump, k } = here;
  const clock = diary.clocks.get(pump.id);
  const startMs = problem.slots[k]?.startMs ?? 0;
  if (!clock) return RESTS;
  if (clock.beganBefore && !canRunFreely(problem, pump, k)) clock.mustRunUntilMs = Number.NEGATIVE_INFINITY;
  const asks = isNeeded(here);
  const runs = clock.isOn
    ? startMs < clock.mustRunUntilMs || ((asks || totalKw(wanted) >= leastPumpKw(pump)) && canRun(here))
    : startMs >= clock.mustRestUntilMs && asks && mayStart(here);
  if (runs !== clock.isOn) {
    if (runs) clock.mustRunUntilMs = startMs + pump.minRunHours * MS_PER_HOUR;
    else clock.mustRestUntilMs = startMs + pump.minPauseHours * MS_PER_HOUR;
    clock.isOn = runs;
    clock.beganBefore = false;
  }
  // Asked again: what was pledged just now leaves less room in the tank.
  return runs ? atLeast(here, wantedPower(here)) : RESTS;
}

/** True when a room would fall below its wish without this pump, or the water is being heated. */
function isNeeded({ tank, rooms }: Here): boolean {
  const isCold = rooms.some((need) => need.minimumKw - Math.max(need.sentKw, need.arrivingKw) > NOTHING_KW);
  return isCold || (tank !== undefined && openKw(tank, tank.wantedKw) > NOTHING_KW);
}

/** Rooms take any heat; a tank only so much. */
function canRun({ pump, k, tank, rooms, pledgedKw }: Here): boolean {
  const leastKw = leastPumpKw(pump);
  if (valueAt(pump.maxPowerKw, k) < leastKw) return false;
  if (rooms.length > 0 || pledgedKw >= leastKw) return true;
  return tank !== undefined && openKw(tank, Number.POSITIVE_INFINITY) / valueAt(pump.copWater, k) >= leastKw;
}

/** Whether a run that begins now can be kept for its least time; what it then has to give the tank is pledged. */
function mayStart({ problem, diary, pump, k, tank, rooms }: Here): boolean {
  const leastKw = leastPumpKw(pump);
  const untilMs = (problem.slots[k]?.startMs ?? 0) + pump.minRunHours * MS_PER_HOUR;
  const bound = problem.slots.flatMap(({ startMs }, m) => (m === k || (m > k && startMs < untilMs) ? [m] : []));
  if (bound.some((m) => valueAt(pump.maxPowerKw, m) < leastKw)) return false;
  const waterOnly = bound.filter((m) => (m === k ? rooms.length === 0 : !canRunFreely(problem, pump, m)));
  if (waterOnly.length === 0) return true;
  if (!tank) return false;
  const pledges = waterOnly.map((slot): Pledge => ({
    pumpId: pump.id,
    tankId: tank.tank.id,
    slot,
    heatKw: leastKw * valueAt(pump.copWater, slot),
  }));
  const ownKw = (slot: number): number => pledges.find((each) => each.slot === slot)?.heatKw ?? 0;
  const othersKw = (slot: number): number =>
    slot === k ? tank.givenKw + tank.reservedKw : pledgedKw(diary, tank.tank, slot);
  if (!staysBelowMax(problem, diary, tank.tank, k, (slot) => ownKw(slot) + othersKw(slot))) return false;
  diary.pledges.push(...pledges.filter(({ slot }) => slot > k));
  tank.roomKw = roomKw(problem, diary, tank.tank, k);
  return true;
}

/** What is missing to the least power goes into the rooms, or into the water where no room takes it. */
function atLeast({ pump, rooms }: Here, wanted: PumpPower): PumpPower {
  const missingKw = leastPumpKw(pump) - totalKw(wanted);
  if (missingKw <= 0) return wanted;
  if (rooms.length === 0) return { ...wanted, waterKw: wanted.waterKw + missingKw };
  const roomsTotalKw = sum(wanted.roomsKw);
  const shareOf = (kw: number): number => (roomsTotalKw > 0 ? kw / roomsTotalKw : 1 / rooms.length);
  return { ...wanted, roomsKw: wanted.roomsKw.map((kw) => kw + missingKw * shareOf(kw)) };
}

function give({ problem, diary, pump, k, tank, rooms }: Here, { waterKw, roomsKw }: PumpPower): void {
  write(diary.kw, waterKey(pump.id), waterKw);
  if (tank) tank.givenKw += waterKw * valueAt(pump.copWater, k);
  for (const id of pump.zoneIds) {
    const index = rooms.findIndex((need) => need.zone.id === id);
    const powerKw = roomsKw[index] ?? 0;
    const heatKw = powerKw * valueAt(pump.copSpace, k);
    write(diary.kw, roomKey(pump.id, id), powerKw);
    const need = rooms[index];
    if (!need) continue;
    need.sentKw += heatKw;
    need.arrivingKw += arrivingKw(problem.slots, pump.lagHours, (j) => (j === k ? heatKw : 0), k);
  }
}
