import type { DeviceIntents, HouseholdProblem, IntentSegment, Schedule } from "@ohmstead/contract";
import { batteryRuns, batterySlots } from "./intents/battery-runs.ts";
import { tankRuns, tankSlots, zoneRuns, zoneSlots } from "./intents/heat-runs.ts";
import { type IntentRun, timesOf } from "./intents/runs.ts";
import { immersionRuns, pvRuns } from "./intents/switch-runs.ts";
import { batteryReason } from "./reasons/battery-reasons.ts";
import { ROOM, WATER, heatReason } from "./reasons/heat-reasons.ts";
import { powerPrices } from "./reasons/power-price.ts";
import { immersionInsteadReason, immersionReason, pvReason } from "./reasons/switch-reasons.ts";

/**
 * A schedule in kW as modes that devices have and that survive a wrong forecast, each with a reason that is true of the
 * schedule. Every device that can be told something has segments over the whole horizon, without gap: batteries, zones
 * with a heat pump, tanks, immersion heaters, PV arrays. A heat pump is told through its zone and its tank.
 */
export function intentsOf(
  problem: HouseholdProblem,
  schedule: Schedule,
  marginalPricePerKwh: readonly number[],
): DeviceIntents[] {
  const prices = powerPrices(problem, schedule, marginalPricePerKwh);
  const segments = (runs: readonly IntentRun[], reason: (run: IntentRun) => string): IntentSegment[] =>
    runs.map((run) => ({ ...timesOf(problem, run), intent: run.intent, reason: reason(run) }));
  return [
    ...problem.batteries.map((battery): DeviceIntents => {
      const slots = batterySlots(problem, schedule, battery);
      const runs = batteryRuns(battery, slots);
      return {
        deviceId: battery.id,
        deviceType: "battery",
        segments: segments(runs, (run) => batteryReason(problem, battery, slots, run)),
      };
    }),
    ...problem.zones
      .filter((zone) => problem.heatPumps.some((pump) => pump.zoneId === zone.id))
      .map((zone): DeviceIntents => {
        const slots = zoneSlots(problem, schedule, zone);
        return {
          deviceId: zone.id,
          deviceType: "zone",
          segments: segments(zoneRuns(slots), (run) => heatReason(problem, slots, run, prices, ROOM)),
        };
      }),
    ...problem.tanks.map((tank): DeviceIntents => {
      const slots = tankSlots(problem, schedule, tank);
      return {
        deviceId: tank.id,
        deviceType: "tank",
        segments: segments(
          tankRuns(tank, slots),
          (run) =>
            immersionInsteadReason(problem, schedule, tank.id, run) ?? heatReason(problem, slots, run, prices, WATER),
        ),
      };
    }),
    ...problem.immersionHeaters.map((heater): DeviceIntents => ({
      deviceId: heater.id,
      deviceType: "immersionHeater",
      segments: segments(immersionRuns(schedule, heater), (run) =>
        immersionReason(problem, schedule, heater, run, prices),
      ),
    })),
    ...problem.pvArrays.map((pv): DeviceIntents => ({
      deviceId: pv.id,
      deviceType: "pvArray",
      segments: segments(pvRuns(problem, schedule, pv), (run) => pvReason(problem, schedule, pv, run)),
    })),
  ];
}
