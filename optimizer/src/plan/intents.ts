import type { DeviceIntents, DeviceType, HouseholdProblem, Intent, Schedule } from "@ohmstead/contract";
import { batteryRuns, batterySlots } from "./intents/battery-runs.ts";
import { evRuns, evSlots } from "./intents/ev-runs.ts";
import { tankRuns, tankSlots, zoneSlots } from "./intents/heat-runs.ts";
import {
  batteryStillDoes,
  evStillDoes,
  keepOrder,
  pvStillDoes,
  relayStillDoes,
  tankStillDoes,
  zoneStillDoes,
} from "./intents/keep-intent.ts";
import { type IntentRun, timesOf } from "./intents/runs.ts";
import { applianceRuns, boilerRuns, immersionRuns, pvRuns } from "./intents/switch-runs.ts";
import { leadingStretch, zonePast, zoneRuns } from "./intents/zone-runs.ts";
import { applianceReason } from "./reasons/appliance-reasons.ts";
import { batteryReason } from "./reasons/battery-reasons.ts";
import { boilerReason } from "./reasons/boiler-reasons.ts";
import { evReason } from "./reasons/ev-reasons.ts";
import { tankFacts, zoneFacts } from "./reasons/heat-facts.ts";
import { ROOM, WATER, heatReason } from "./reasons/heat-reasons.ts";
import { powerPrices } from "./reasons/power-price.ts";
import { valueAt, withId } from "./per-slot.ts";
import { immersionInsteadReason, immersionReason, pvReason } from "./reasons/switch-reasons.ts";

/**
 * A schedule in kW as modes that devices have and that survive a wrong forecast, each with a reason that is true of the
 * schedule. Every device that can be told something has segments over the whole horizon, without gap: batteries, cars, zones
 * with a heat pump or boiler, tanks, boilers, immersion heaters, PV arrays, appliances. A heat pump is told through its zones and its tank.
 * `inForce`, by device, is what it is told at the moment: kept where it still does what the schedule wants.
 */
export function intentsOf(
  problem: HouseholdProblem,
  schedule: Schedule,
  marginalPricePerKwh: readonly number[],
  inForce: ReadonlyMap<string, Intent> = new Map(),
): DeviceIntents[] {
  const prices = powerPrices(problem, schedule, marginalPricePerKwh);
  const told = (
    { id }: { readonly id: string },
    deviceType: DeviceType,
    runs: readonly IntentRun[],
    reason: (run: IntentRun) => string,
  ): DeviceIntents => ({
    deviceId: id,
    deviceType,
    segments: runs.map((run) => ({ ...timesOf(problem, run), intent: run.intent, reason: reason(run) })),
  });
  const isHeated = (zoneId: string): boolean =>
    [...problem.heatPumps, ...problem.boilers].some(({ zoneIds }) => zoneIds.includes(zoneId));
  return [
    ...problem.batteries.map((battery) => {
      const slots = batterySlots(problem, schedule, battery);
      const runs = keepOrder(batteryRuns(battery, slots), slots, inForce.get(battery.id), batteryStillDoes(battery));
      return told(battery, "battery", runs, (run) => batteryReason(problem, schedule, battery, slots, run));
    }),
    ...problem.evs.map((ev) => {
      const slots = evSlots(problem, schedule, ev);
      const runs = keepOrder(evRuns(ev, slots), slots, inForce.get(ev.id), evStillDoes(ev));
      return told(ev, "ev", runs, (run) => evReason(problem, schedule, ev, slots, run));
    }),
    ...problem.zones
      .filter(({ id }) => isHeated(id))
      .map((zone) => {
        const slots = zoneSlots(problem, schedule, zone);
        const before = inForce.get(zone.id);
        const wanted = zoneRuns(zone, slots, zonePast(problem, zone.id, before));
        return told(zone, "zone", keepOrder(wanted, slots, before, zoneStillDoes(zone)), (whole) => {
          const run = leadingStretch(slots, whole);
          return heatReason(problem, slots, run, prices, ROOM, zoneFacts(problem, schedule, zone.id, run));
        });
      }),
    ...problem.tanks.map((tank) => {
      const slots = tankSlots(problem, schedule, tank);
      return told(
        tank,
        "tank",
        keepOrder(tankRuns(tank, slots), slots, inForce.get(tank.id), tankStillDoes),
        (run) =>
          immersionInsteadReason(problem, schedule, tank.id, run) ??
          heatReason(problem, slots, run, prices, WATER, tankFacts(problem, schedule, tank, slots, run)),
      );
    }),
    ...problem.boilers.map((boiler) =>
      told(boiler, "boiler", boilerRuns(schedule, boiler), (run) =>
        boilerReason(problem, schedule, boiler, run, prices),
      ),
    ),
    ...problem.immersionHeaters.map((heater) => {
      const { powerKw } = withId(schedule.immersionHeaters, heater.id);
      const duties = problem.slots.map(({ hours }, k) => ({
        hours,
        duty: heater.powerKw > 0 ? valueAt(powerKw, k) / heater.powerKw : 0,
      }));
      const runs = keepOrder(immersionRuns(schedule, heater), duties, inForce.get(heater.id), relayStillDoes);
      return told(heater, "immersionHeater", runs, (run) => immersionReason(problem, schedule, heater, run, prices));
    }),
    ...problem.pvArrays.map((pv) => {
      const { usedKw } = withId(schedule.pvArrays, pv.id);
      const sun = problem.slots.map(({ hours }, k) => ({
        hours,
        forecastKw: valueAt(pv.forecastKw, k),
        usedKw: valueAt(usedKw, k),
      }));
      const runs = keepOrder(pvRuns(problem, schedule, pv), sun, inForce.get(pv.id), pvStillDoes(pv));
      return told(pv, "pvArray", runs, (run) => pvReason(problem, schedule, pv, run));
    }),
    ...problem.appliances.map((appliance) =>
      told(appliance, "appliance", applianceRuns(schedule, appliance), (run) =>
        applianceReason(problem, schedule, appliance, run, prices),
      ),
    ),
  ];
}
