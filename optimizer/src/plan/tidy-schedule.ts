import type { HouseholdProblem, Schedule } from "@ohmstead/contract";
import { sum, valueAt, withId } from "./per-slot.ts";
import { leastChargeKw, leastDischargeKw, storageFlowsOf, storagesOf } from "./storage.ts";

/** A share of a large battery is many kWh: of a content two digits more are kept. */
const SOC_DIGITS = 1e8;
/** A power this near to none, or to the one that a device must not fall below, is that one. */
const CRUMB_KW = 1e-5;

const rounded = (value: number, digits: number): number => Math.round(value * digits) / digits + 0;

/**
 * Figures of a plan are kept to a millionth: far below what the checker tolerates, and without the crumbs of floating
 * point.
 */
export const tidy = (value: number): number => rounded(value, 1e6);
export const tidyAll = (values: readonly number[]): number[] => values.map(tidy);

/** `exactKw` is what the device must hold to the last digit. */
const tidyPowers = (values: readonly number[], exactKw: readonly number[] = []): number[] =>
  values.map((value) => [0, ...exactKw].find((exact) => Math.abs(value - exact) <= CRUMB_KW) ?? tidy(value));

/** Of two directions the lesser is a crumb that the greater bears. */
function oneWay(a: readonly number[], b: readonly number[]): readonly [number[], number[]] {
  const both = a.map((value, k) => Math.max(0, Math.min(value, valueAt(b, k))));
  return [a.map((value, k) => value - valueAt(both, k)), b.map((value, k) => value - valueAt(both, k))];
}

/**
 * The same schedule in figures that can be read: nothing runs both ways, what is off is 0, what is at its least power is exactly there. The
 * meter takes what that changes, so that power in and power out differ no more than before.
 */
export function tidySchedule(problem: HouseholdProblem, schedule: Schedule): Schedule {
  const storage = (flow: Schedule["batteries"][number]) => {
    const device = withId(storagesOf(problem), flow.id);
    const [chargeKw, dischargeKw] = oneWay(flow.chargeKw, flow.dischargeKw);
    return {
      id: flow.id,
      chargeKw: tidyPowers(chargeKw, [leastChargeKw(device)]),
      dischargeKw: tidyPowers(dischargeKw, [leastDischargeKw(device)]),
      soc: flow.soc.map((value) => rounded(value, SOC_DIGITS)),
    };
  };
  const devices = {
    pvArrays: schedule.pvArrays.map(({ id, usedKw }) => ({ id, usedKw: tidyPowers(usedKw) })),
    batteries: schedule.batteries.map(storage),
    evs: schedule.evs.map(storage),
    zones: schedule.zones.map(({ id, tempC, massTempC }) => ({
      id,
      tempC: tidyAll(tempC),
      ...(massTempC ? { massTempC: tidyAll(massTempC) } : {}),
    })),
    tanks: schedule.tanks.map(({ id, tempC }) => ({ id, tempC: tidyAll(tempC) })),
    heatPumps: schedule.heatPumps.map(({ id, waterKw, zones }) => {
      const rooms = zones.map((zone) => ({ id: zone.id, powerKw: tidyPowers(zone.powerKw) }));
      const spaceKw = waterKw.map((_, k) => tidy(sum(rooms.map(({ powerKw }) => valueAt(powerKw, k)))));
      return { id, spaceKw, waterKw: tidyPowers(waterKw), zones: rooms };
    }),
    boilers: schedule.boilers.map(({ id, waterKw, zones }) => ({
      id,
      waterKw: tidyPowers(waterKw),
      zones: zones.map((zone) => ({ id: zone.id, heatKw: tidyPowers(zone.heatKw) })),
    })),
    immersionHeaters: schedule.immersionHeaters.map(({ id, powerKw }) => {
      const heater = withId(problem.immersionHeaters, id);
      return { id, powerKw: tidyPowers(powerKw, heater.onOff ? [heater.powerKw] : []) };
    }),
    appliances: schedule.appliances.map(({ id, powerKw }) => ({ id, powerKw: tidyPowers(powerKw) })),
  };
  const [importKw, exportKw] = oneWay(schedule.importKw, schedule.exportKw);
  const netKw = importKw.map(
    (kw, k) => kw - valueAt(exportKw, k) + drawnKw({ ...schedule, ...devices }, k) - drawnKw(schedule, k),
  );
  return {
    importKw: tidyPowers(netKw.map((kw) => Math.max(0, kw))),
    exportKw: tidyPowers(netKw.map((kw) => Math.max(0, -kw))),
    ...devices,
  };
}

/** What all devices together draw from the meter, kW; negative where they feed it. */
const drawnKw = (schedule: Schedule, k: number): number =>
  sum([
    ...storageFlowsOf(schedule).map((flow) => valueAt(flow.chargeKw, k) - valueAt(flow.dischargeKw, k)),
    ...schedule.heatPumps.map((pump) => valueAt(pump.spaceKw, k) + valueAt(pump.waterKw, k)),
    ...[...schedule.immersionHeaters, ...schedule.appliances].map(({ powerKw }) => valueAt(powerKw, k)),
    ...schedule.pvArrays.map(({ usedKw }) => -valueAt(usedKw, k)),
  ]);
