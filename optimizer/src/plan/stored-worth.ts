import { type HouseholdProblem, MS_PER_HOUR, type Plan } from "@ohmstead/contract";
import { valueAt, weightedMean, withId } from "./per-slot.ts";

/** Prices are known at least about this far at any hour of the day: a day more of them must not change what is stored now. */
const USED_WITHIN_MS = 12 * MS_PER_HOUR;

interface Use {
  readonly value: number;
  readonly weight: number;
}

const worthOf = (uses: readonly Use[], otherwise: number | undefined): number =>
  Math.max(0, weightedMean(uses) ?? otherwise ?? 0);

/**
 * What a stored kWh is worth now, by device: what it saves when the plan uses it in the coming hours. For a battery the mean marginal price of
 * the slots it gives energy in, less its loss and wear; for a room or tank that of the slots it is heated in, per kWh of heat. Where nothing of
 * the kind is planned, its value at the plan's end. The problem's end values must be complete.
 */
export function storedWorth(problem: HouseholdProblem, plan: Plan, nowMs: number): ReadonlyMap<string, number> {
  const { schedule, slots, marginalPricePerKwh } = plan;
  const soon = slots.flatMap(({ startMs, hours }, k) =>
    startMs >= nowMs - hours * MS_PER_HOUR && startMs < nowMs + USED_WITHIN_MS ? [{ k, hours }] : [],
  );
  const usesOf = (kw: readonly number[], perKwh: (k: number) => number): Use[] =>
    soon.map(({ k, hours }) => ({ value: perKwh(k), weight: valueAt(kw, k) * hours }));
  const price = (k: number): number => valueAt(marginalPricePerKwh, k);

  const worth = new Map<string, number>();
  for (const { id, dischargeEfficiency, wearPricePerKwh, endValuePerKwh } of problem.batteries) {
    const uses = usesOf(
      withId(schedule.batteries, id).dischargeKw,
      (k) => (price(k) - wearPricePerKwh) * dischargeEfficiency,
    );
    worth.set(id, worthOf(uses, endValuePerKwh));
  }
  for (const { id, endValuePerKwh } of problem.zones) {
    const uses = problem.heatPumps
      .filter((pump) => pump.zoneId === id)
      .flatMap((pump) =>
        usesOf(withId(schedule.heatPumps, pump.id).spaceKw, (k) => price(k) / valueAt(pump.copSpace, k)),
      );
    worth.set(id, worthOf(uses, endValuePerKwh));
  }
  for (const { id, endValuePerKwh } of problem.tanks) {
    const pumped = problem.heatPumps
      .filter((pump) => pump.tankId === id)
      .flatMap((pump) =>
        usesOf(withId(schedule.heatPumps, pump.id).waterKw, (k) => price(k) / valueAt(pump.copWater, k)),
      );
    const immersed = problem.immersionHeaters
      .filter((heater) => heater.tankId === id)
      .flatMap((heater) => usesOf(withId(schedule.immersionHeaters, heater.id).powerKw, price));
    worth.set(id, worthOf([...pumped, ...immersed], endValuePerKwh));
  }
  return worth;
}
