import type { HouseholdProblem, Schedule } from "@ohmstead/contract";
import { sum, valueAt, withId } from "../per-slot.ts";
import { hygieneSlots, tankWish, zoneWish } from "../wishes.ts";

/** The first kelvin at the plain price, each further one so many times. */
const steepening = (kelvin: number, factorBeyond: number): number =>
  Math.min(Math.max(0, kelvin), 1) + factorBeyond * Math.max(0, kelvin - 1);

/** Rooms too cold and too warm, at the end of each slot. */
export const zoneDiscomfort = (problem: HouseholdProblem, schedule: Schedule): number =>
  sum(
    problem.zones.flatMap((zone) => {
      const { tempC } = withId(schedule.zones, zone.id);
      const { discomfortPricePerKelvinHour, overheatPricePerKelvinHour = discomfortPricePerKelvinHour } = zone;
      return problem.slots.map(({ hours }, k) => {
        const wish = zoneWish(problem, zone, k);
        const endC = valueAt(tempC, k + 1);
        const below = steepening(wish.minTempC - endC, zone.discomfortFactorBeyond) * wish.shortfallFactor;
        const above = steepening(endC - wish.maxTempC, zone.overheatFactorBeyond);
        return hours * (discomfortPricePerKelvinHour * below + overheatPricePerKelvinHour * above);
      });
    }),
  );

/** Water too cold and too hot, at the end of each slot. */
export const tankDiscomfort = (problem: HouseholdProblem, schedule: Schedule): number =>
  sum(
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

/** Kelvin by which the hottest moment that counts misses what hygiene asks for; 0 where nothing is asked for. */
export function hygieneShortfallK(
  problem: HouseholdProblem,
  tank: HouseholdProblem["tanks"][number],
  tempC: readonly number[],
): number {
  const { hygiene } = tank;
  const candidates = hygieneSlots(problem, tank);
  if (!hygiene || candidates.length === 0) return 0;
  return Math.min(...candidates.map((k) => Math.max(0, hygiene.tempC - valueAt(tempC, k + 1))));
}

export const hygieneDiscomfort = (problem: HouseholdProblem, schedule: Schedule): number =>
  sum(
    problem.tanks.map((tank) => {
      const shortfallK = hygieneShortfallK(problem, tank, withId(schedule.tanks, tank.id).tempC);
      return (tank.hygiene?.pricePerKelvin ?? 0) * shortfallK;
    }),
  );
