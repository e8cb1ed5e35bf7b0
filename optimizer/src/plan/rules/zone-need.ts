import type { HouseholdProblem, ZoneProblem } from "@ohmstead/contract";
import { arrivingKw, inputForTempC, nextZoneState, type ThermalNode } from "../dynamics.ts";
import { sum, valueAt } from "../per-slot.ts";
import { zoneWish } from "../wishes.ts";
import { type Diary, lastOf, roomKey } from "./diary.ts";

/** A room thermostat is set a little above what is wished for, so that its swing stays above the wish. */
const ROOM_MARGIN_K = 0.5;
/** A heating curve takes a room towards its set-point within about this time, not at full power at once. */
const ROOM_RESPONSE_H = 0.5;
/** And it is set slower where heat is long on its way, lest it overshoots. */
const RESPONSE_PER_LAG = 2;

/** What a zone needs in a slot, and what it has got so far: kW of heat. */
export interface ZoneNeed {
  readonly zone: ZoneProblem;
  /** Towards its set-point. */
  readonly wantedKw: number;
  /** To hold the wish itself. */
  readonly minimumKw: number;
  /** Sent in this slot, whenever it arrives. */
  sentKw: number;
  /** Arriving in this slot, whenever it was sent. */
  arrivingKw: number;
}

/** What a thermostat feels: the room with its walls as one. */
const asOneNode = ({ heatCapacityKwhPerK, heatLossKwPerK, mass }: ZoneProblem): ThermalNode => ({
  heatCapacityKwhPerK: heatCapacityKwhPerK + (mass?.heatCapacityKwhPerK ?? 0),
  heatLossKwPerK: heatLossKwPerK + (mass?.heatLossKwPerK ?? 0),
});

/** Proportional thermostat: heads for its set-point with the response of a heating curve. */
export function needOfZone(problem: HouseholdProblem, diary: Diary, zone: ZoneProblem, k: number): ZoneNeed {
  const hours = problem.slots[k]?.hours ?? 0;
  const outdoorC = valueAt(problem.outdoorTempC, k);
  const { tempC } = lastOf(diary.zones, zone.id);
  const { minTempC } = zoneWish(problem, zone, k);
  const pumps = problem.heatPumps.filter((pump) => pump.zoneIds.includes(zone.id));
  const responseHours = ROOM_RESPONSE_H + RESPONSE_PER_LAG * Math.max(0, ...pumps.map((pump) => pump.lagHours));
  const node = asOneNode(zone);
  const heatFor = (wantedC: number): number =>
    Math.max(0, inputForTempC(node, tempC, wantedC, outdoorC, hours) - valueAt(zone.gainsKw, k));
  const towardsC = tempC + (minTempC + ROOM_MARGIN_K - tempC) * -Math.expm1(-hours / responseHours);
  return {
    zone,
    wantedKw: heatFor(towardsC),
    minimumKw: heatFor(minTempC),
    sentKw: 0,
    arrivingKw: sum(
      pumps.map((pump) => {
        const sent = diary.kw.get(roomKey(pump.id, zone.id)) ?? [];
        const sentKw = (j: number): number => (j < k ? valueAt(pump.copSpace, j) * valueAt(sent, j) : 0);
        return arrivingKw(problem.slots, pump.lagHours, sentKw, k);
      }),
    ),
  };
}

/** At the end of a slot: what the heat that arrived has made of the zone. */
export function noteZone(problem: HouseholdProblem, diary: Diary, need: ZoneNeed, k: number): void {
  const { zone } = need;
  const inputKw = valueAt(zone.gainsKw, k) + need.arrivingKw;
  const outdoorC = valueAt(problem.outdoorTempC, k);
  const hours = problem.slots[k]?.hours ?? 0;
  diary.zones.get(zone.id)?.push(nextZoneState(zone, lastOf(diary.zones, zone.id), outdoorC, inputKw, hours));
}
