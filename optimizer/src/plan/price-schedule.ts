import type { HouseholdProblem, PlanCost, Schedule } from "@ohmstead/contract";
import { sum, valueAt, withId } from "./per-slot.ts";
import { tankWish, zoneWish } from "./wishes.ts";

/** Currency per kWh stored outside the battery's limits, and hour: dear enough that the plan leads it back at once. */
const SOC_OUTSIDE_PRICE = 0.5;
/** Currency per kWh beyond what the connection allows. */
const SITE_OVER_PRICE = 5;
/**
 * Heat above comfortMin is worth something at the end, but no more than this many kelvin of it: nobody hoards heat in a
 * living room.
 */
const VALUED_ROOM_KELVIN = 1;

/** The first kelvin at the plain price, each further one four times. */
const steepening = (kelvin: number): number => Math.min(kelvin, 1) + 4 * Math.max(0, kelvin - 1);

function worthOf(id: string, endValuePerKwh: number | undefined): number {
  if (endValuePerKwh === undefined)
    throw new RangeError(`${id} has no endValuePerKwh: complete the problem's end values first`);
  return endValuePerKwh;
}

function zoneDiscomfort(problem: HouseholdProblem, schedule: Schedule): number {
  return sum(
    problem.zones.flatMap((zone) => {
      const { tempC } = withId(schedule.zones, zone.id);
      return problem.slots.map(({ hours }, k) => {
        const wish = zoneWish(problem, zone, k);
        const endC = valueAt(tempC, k + 1);
        const below = steepening(Math.max(0, wish.minTempC - endC)) * wish.shortfallFactor;
        const above = steepening(Math.max(0, endC - wish.maxTempC));
        return hours * zone.discomfortPricePerKelvinHour * (below + above);
      });
    }),
  );
}

function tankDiscomfort(problem: HouseholdProblem, schedule: Schedule): number {
  return sum(
    problem.tanks.flatMap((tank) => {
      const { tempC } = withId(schedule.tanks, tank.id);
      return problem.slots.map(({ hours }, k) => {
        const wish = tankWish(problem, tank, k);
        const endC = valueAt(tempC, k + 1);
        const below = Math.max(0, wish.minTempC - endC) * wish.shortfallFactor;
        const above = Math.max(0, endC - wish.maxTempC);
        return hours * tank.discomfortPricePerKelvinHour * (below + above);
      });
    }),
  );
}

function socDiscomfort(problem: HouseholdProblem, schedule: Schedule): number {
  return sum(
    problem.batteries.flatMap((battery) => {
      const { soc } = withId(schedule.batteries, battery.id);
      return problem.slots.map(({ hours }, k) => {
        const end = valueAt(soc, k + 1);
        const outside = Math.max(0, battery.minSoc - end) + Math.max(0, end - battery.maxSoc);
        return hours * SOC_OUTSIDE_PRICE * battery.capacityKwh * outside;
      });
    }),
  );
}

function siteDiscomfort({ slots, site }: HouseholdProblem, schedule: Schedule): number {
  const { importLimitKw = Number.POSITIVE_INFINITY, exportLimitKw = Number.POSITIVE_INFINITY } = site;
  return sum(
    slots.map(({ hours }, k) => {
      const importOver = Math.max(0, valueAt(schedule.importKw, k) - importLimitKw);
      const exportOver = Math.max(0, valueAt(schedule.exportKw, k) - exportLimitKw);
      return hours * SITE_OVER_PRICE * (importOver + exportOver);
    }),
  );
}

function changeCost(problem: HouseholdProblem, schedule: Schedule): number {
  return sum(
    problem.heatPumps.map((pump) => {
      const { spaceKw, waterKw } = withId(schedule.heatPumps, pump.id);
      const powerKw = [pump.previousKw, ...spaceKw.map((space, k) => space + valueAt(waterKw, k))];
      const changes = powerKw.slice(1).map((power, k) => Math.abs(power - valueAt(powerKw, k)));
      return pump.changePricePerKw * sum(changes);
    }),
  );
}

/**
 * Worth of what battery, walls and tanks hold at the end; measured from the wishes without any boost, which will be
 * over by then.
 */
function endWorth(problem: HouseholdProblem, schedule: Schedule): number {
  const last = problem.slots.length - 1;
  const batteries = problem.batteries.map(
    (battery) =>
      worthOf(battery.id, battery.endValuePerKwh) *
      battery.capacityKwh *
      valueAt(withId(schedule.batteries, battery.id).soc, last + 1),
  );
  const zones = problem.zones.map((zone) => {
    const minC = valueAt(zone.comfortMinTempC, last);
    const endC = valueAt(withId(schedule.zones, zone.id).tempC, last + 1);
    const kelvin = Math.min(endC, minC + VALUED_ROOM_KELVIN) - minC;
    return worthOf(zone.id, zone.endValuePerKwh) * zone.heatCapacityKwhPerK * kelvin;
  });
  const tanks = problem.tanks.map((tank) => {
    const endC = valueAt(withId(schedule.tanks, tank.id).tempC, last + 1);
    const kelvin = Math.min(endC, tank.maxTempC) - valueAt(tank.minTempC, last);
    return worthOf(tank.id, tank.endValuePerKwh) * tank.heatCapacityKwhPerK * kelvin;
  });
  return sum([...batteries, ...zones, ...tanks]);
}

/**
 * What a schedule costs over its horizon, item by item, in the house's currency (income and what is left over count
 * negative). Throws RangeError when a device's endValuePerKwh is missing, or a device of the problem in the schedule.
 */
export function priceSchedule(problem: HouseholdProblem, schedule: Schedule): PlanCost {
  const overSlots = (cost: (slot: number) => number): number =>
    sum(problem.slots.map(({ hours }, k) => hours * cost(k)));
  const items = {
    energy: overSlots((k) => valueAt(schedule.importKw, k) * valueAt(problem.importPricePerKwh, k)),
    export: -overSlots((k) => valueAt(schedule.exportKw, k) * valueAt(problem.exportPricePerKwh, k)),
    wear: sum(
      problem.batteries.map((battery) => {
        const { dischargeKw } = withId(schedule.batteries, battery.id);
        return battery.wearPricePerKwh * overSlots((k) => valueAt(dischargeKw, k));
      }),
    ),
    discomfort:
      zoneDiscomfort(problem, schedule) +
      tankDiscomfort(problem, schedule) +
      socDiscomfort(problem, schedule) +
      siteDiscomfort(problem, schedule),
    change: changeCost(problem, schedule),
    endValue: -endWorth(problem, schedule),
  };
  return { ...items, total: sum(Object.values(items)) };
}
