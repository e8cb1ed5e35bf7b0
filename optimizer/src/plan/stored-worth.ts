import { type HouseholdProblem, MS_PER_HOUR, type Plan } from "@ohmstead/contract";
import { valueAt, weightedMean, withId } from "./per-slot.ts";
import { drawnKw, type StorageProblem, storageFlowsOf, storagesOf } from "./storage.ts";

/** Prices are known at least about this far at any hour of the day: a day more of them must not change what is stored now. */
const USED_WITHIN_MS = 12 * MS_PER_HOUR;

interface Use {
  readonly value: number;
  readonly weight: number;
}

const worthOf = (uses: readonly Use[], otherwise: number | undefined): number =>
  Math.max(0, weightedMean(uses) ?? otherwise ?? 0);

/** What the last kWh of a content is worth at the end. */
function endPrice({ endValuePerKwh, endValueSteps }: StorageProblem, kwh: number): number | undefined {
  if (!endValueSteps) return endValuePerKwh;
  let untilKwh = 0;
  const step = endValueSteps.find((each) => (untilKwh += each.kwh) >= kwh);
  return step?.pricePerKwh ?? 0;
}

/**
 * What a stored kWh is worth now, by device: what it saves when the plan uses it in the coming hours. For a battery or car the mean marginal
 * price of the slots it gives energy in, less its loss and wear; for a room or tank what the heat costs in the slots it is heated in. Where
 * nothing of the kind is planned, its value at the plan's end. The problem's end values must be complete.
 */
export function storedWorth(problem: HouseholdProblem, plan: Plan, nowMs: number): ReadonlyMap<string, number> {
  const { schedule, slots, marginalPricePerKwh } = plan;
  const soon = slots.flatMap(({ startMs, hours }, k) =>
    startMs >= nowMs - hours * MS_PER_HOUR && startMs < nowMs + USED_WITHIN_MS ? [{ k, hours }] : [],
  );
  /** `weight` in kW of what is stored, `value` per kWh of it. */
  const usesOf = (use: (k: number) => Use): Use[] =>
    soon.map(({ k, hours }) => {
      const { value, weight } = use(k);
      return { value, weight: weight * hours };
    });
  const price = (k: number): number => valueAt(marginalPricePerKwh, k);
  const pumped = (powerKw: readonly number[], cop: readonly number[]): Use[] =>
    usesOf((k) => ({ value: price(k) / valueAt(cop, k), weight: valueAt(powerKw, k) * valueAt(cop, k) }));
  const fired = (boiler: HouseholdProblem["boilers"][number], heatKw: readonly number[]): Use[] =>
    usesOf((k) => ({ value: valueAt(boiler.fuelPricePerKwh, k) / boiler.efficiency, weight: valueAt(heatKw, k) }));

  const worth = new Map<string, number>();
  for (const storage of storagesOf(problem)) {
    const { dischargeKw, soc } = withId(storageFlowsOf(schedule), storage.id);
    const uses = usesOf((k) => {
      const givenKw = valueAt(dischargeKw, k);
      const insideKw = drawnKw(storage, givenKw);
      const efficiency = insideKw > 0 ? givenKw / insideKw : 1;
      return { value: (price(k) - storage.wearPricePerKwh) * efficiency, weight: insideKw };
    });
    worth.set(storage.id, worthOf(uses, endPrice(storage, storage.capacityKwh * (soc.at(-1) ?? 0))));
  }
  for (const { id, endValuePerKwh } of problem.zones) {
    const pumps = problem.heatPumps
      .filter((pump) => pump.zoneIds.includes(id))
      .flatMap((pump) => pumped(withId(withId(schedule.heatPumps, pump.id).zones, id).powerKw, pump.copSpace));
    const boilers = problem.boilers
      .filter((boiler) => boiler.zoneIds.includes(id))
      .flatMap((boiler) => fired(boiler, withId(withId(schedule.boilers, boiler.id).zones, id).heatKw));
    worth.set(id, worthOf([...pumps, ...boilers], endValuePerKwh));
  }
  for (const { id, endValuePerKwh } of problem.tanks) {
    const pumps = problem.heatPumps
      .filter((pump) => pump.tankId === id)
      .flatMap((pump) => pumped(withId(schedule.heatPumps, pump.id).waterKw, pump.copWater));
    const boilers = problem.boilers
      .filter((boiler) => boiler.tankId === id)
      .flatMap((boiler) => fired(boiler, withId(schedule.boilers, boiler.id).waterKw));
    const immersed = problem.immersionHeaters
      .filter((heater) => heater.tankId === id)
      .flatMap((heater) => {
        const { powerKw } = withId(schedule.immersionHeaters, heater.id);
        return usesOf((k) => ({ value: price(k), weight: valueAt(powerKw, k) }));
      });
    worth.set(id, worthOf([...pumps, ...boilers, ...immersed], endValuePerKwh));
  }
  return worth;
}
