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
import { type PowerPrice, powerPrices } from "./reasons/power-price.ts";
import { valueAt, withId } from "./per-slot.ts";
import { immersionInsteadReason, immersionReason, pvReason } from "./reasons/switch-reasons.ts";

/** What a device is told, in runs of slots, and why. */
interface Told {
  readonly runs: readonly IntentRun[];
  readonly reason: (run: IntentRun, prices: readonly PowerPrice[]) => string;
}

/** A device that can be told something; what and why is worked out when it is asked for. */
interface Listener {
  readonly deviceId: string;
  readonly deviceType: DeviceType;
  readonly told: () => Told;
}

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
  return listenersTo(problem, schedule, inForce).map(({ deviceId, deviceType, told }) => {
    const { runs, reason } = told();
    const segments = runs.map((run) => ({ ...timesOf(problem, run), intent: run.intent, reason: reason(run, prices) }));
    return { deviceId, deviceType, segments };
  });
}

/** The mode alone of one device at one moment, as `intentsOf` has it; undefined where it has none. */
export function intentAt(
  problem: HouseholdProblem,
  schedule: Schedule,
  deviceId: string,
  atMs: number,
): Intent | undefined {
  const listener = listenersTo(problem, schedule, new Map()).find((each) => each.deviceId === deviceId);
  return listener?.told().runs.find((run) => {
    const { startMs, endMs } = timesOf(problem, run);
    return startMs <= atMs && atMs < endMs;
  })?.intent;
}

const listens = ({ id }: { readonly id: string }, deviceType: DeviceType, told: () => Told): Listener => ({
  deviceId: id,
  deviceType,
  told,
});

function listenersTo(problem: HouseholdProblem, schedule: Schedule, inForce: ReadonlyMap<string, Intent>): Listener[] {
  const isHeated = (zoneId: string): boolean =>
    [...problem.heatPumps, ...problem.boilers].some(({ zoneIds }) => zoneIds.includes(zoneId));
  return [
    ...problem.batteries.map((battery) =>
      listens(battery, "battery", () => {
        const slots = batterySlots(problem, schedule, battery);
        return {
          runs: keepOrder(batteryRuns(battery, slots), slots, inForce.get(battery.id), batteryStillDoes(battery)),
          reason: (run) => batteryReason(problem, schedule, battery, slots, run),
        };
      }),
    ),
    ...problem.evs.map((ev) =>
      listens(ev, "ev", () => {
        const slots = evSlots(problem, schedule, ev);
        return {
          runs: keepOrder(evRuns(ev, slots), slots, inForce.get(ev.id), evStillDoes(ev)),
          reason: (run) => evReason(problem, schedule, ev, slots, run),
        };
      }),
    ),
    ...problem.zones
      .filter(({ id }) => isHeated(id))
      .map((zone) =>
        listens(zone, "zone", () => {
          const slots = zoneSlots(problem, schedule, zone);
          const before = inForce.get(zone.id);
          const wanted = zoneRuns(zone, slots, zonePast(problem, zone.id, before));
          return {
            runs: keepOrder(wanted, slots, before, zoneStillDoes(zone)),
            reason: (whole, prices) => {
              const run = leadingStretch(slots, whole);
              return heatReason(problem, slots, run, prices, ROOM, zoneFacts(problem, schedule, zone.id, run));
            },
          };
        }),
      ),
    ...problem.tanks.map((tank) =>
      listens(tank, "tank", () => {
        const slots = tankSlots(problem, schedule, tank);
        return {
          runs: keepOrder(tankRuns(tank, slots), slots, inForce.get(tank.id), tankStillDoes),
          reason: (run, prices) =>
            immersionInsteadReason(problem, schedule, tank.id, run) ??
            heatReason(problem, slots, run, prices, WATER, tankFacts(problem, schedule, tank, slots, run)),
        };
      }),
    ),
    ...problem.boilers.map((boiler) =>
      listens(boiler, "boiler", () => ({
        runs: boilerRuns(schedule, boiler),
        reason: (run, prices) => boilerReason(problem, schedule, boiler, run, prices),
      })),
    ),
    ...problem.immersionHeaters.map((heater) =>
      listens(heater, "immersionHeater", () => {
        const { powerKw } = withId(schedule.immersionHeaters, heater.id);
        const duties = problem.slots.map(({ hours }, k) => ({
          hours,
          duty: heater.powerKw > 0 ? valueAt(powerKw, k) / heater.powerKw : 0,
        }));
        return {
          runs: keepOrder(immersionRuns(schedule, heater), duties, inForce.get(heater.id), relayStillDoes),
          reason: (run, prices) => immersionReason(problem, schedule, heater, run, prices),
        };
      }),
    ),
    ...problem.pvArrays.map((pv) =>
      listens(pv, "pvArray", () => {
        const { usedKw } = withId(schedule.pvArrays, pv.id);
        const sun = problem.slots.map(({ hours }, k) => ({
          hours,
          forecastKw: valueAt(pv.forecastKw, k),
          usedKw: valueAt(usedKw, k),
        }));
        return {
          runs: keepOrder(pvRuns(problem, schedule, pv), sun, inForce.get(pv.id), pvStillDoes(pv)),
          reason: (run) => pvReason(problem, schedule, pv, run),
        };
      }),
    ),
    ...problem.appliances.map((appliance) =>
      listens(appliance, "appliance", () => ({
        runs: applianceRuns(schedule, appliance),
        reason: (run, prices) => applianceReason(problem, schedule, appliance, run, prices),
      })),
    ),
  ];
}
