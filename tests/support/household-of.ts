import {
  HouseholdProblem,
  type HouseholdProblemInput,
  MS_PER_HOUR,
  type Schedule,
  type Slot,
} from "@ohmstead/contract";
import { completeEndValues } from "../../optimizer/src/domain/end-values.ts";

/** Midnight in UTC of a Friday in winter. */
export const MIDNIGHT_MS = Date.UTC(2024, 0, 5);

export const hourSlots = (count: number, startMs = MIDNIGHT_MS): Slot[] =>
  Array.from({ length: count }, (_, k) => ({ startMs: startMs + k * MS_PER_HOUR, hours: 1 }));

/** The same value for every slot. */
export const flat = (count: number, value: number): number[] => Array.from({ length: count }, () => value);

/**
 * A household of so many hours with nothing in it but 1 kW of base load at 0.20/kWh (0.05 for feeding in), and what the
 * test adds.
 */
export const householdOf = (count: number, parts: Partial<HouseholdProblemInput> = {}): HouseholdProblem =>
  completeEndValues(
    HouseholdProblem.parse({
      currency: "EUR",
      slots: hourSlots(count),
      importPricePerKwh: flat(count, 0.2),
      exportPricePerKwh: flat(count, 0.05),
      baseLoadKw: flat(count, 1),
      outdoorTempC: flat(count, 0),
      ...parts,
    }),
  );

export const aBattery = (parts: Partial<NonNullable<HouseholdProblemInput["batteries"]>[number]> = {}) => ({
  id: "battery",
  capacityKwh: 10,
  soc: 0.5,
  minSoc: 0.1,
  maxChargeKw: 5,
  maxDischargeKw: 5,
  chargeEfficiency: 1,
  dischargeEfficiency: 1,
  wearPricePerKwh: 0.02,
  endValuePerKwh: 0.1,
  ...parts,
});

export const aZone = (count: number, parts: Partial<NonNullable<HouseholdProblemInput["zones"]>[number]> = {}) => ({
  id: "living",
  tempC: 21,
  heatCapacityKwhPerK: 9,
  heatLossKwPerK: 0.16,
  gainsKw: flat(count, 0.3),
  comfortMinTempC: flat(count, 20.5),
  comfortMaxTempC: flat(count, 23),
  endValuePerKwh: 0.05,
  ...parts,
});

export const aTank = (count: number, parts: Partial<NonNullable<HouseholdProblemInput["tanks"]>[number]> = {}) => ({
  id: "water",
  tempC: 50,
  heatCapacityKwhPerK: 0.35,
  heatLossKwPerK: 0.002,
  drawKw: flat(count, 0.25),
  minTempC: flat(count, 45),
  maxTempC: 60,
  hardMaxTempC: 75,
  endValuePerKwh: 0.1,
  ...parts,
});

export const aHeatPump = (
  count: number,
  parts: Partial<NonNullable<HouseholdProblemInput["heatPumps"]>[number]> = {},
) => ({
  id: "pump",
  zoneId: "living",
  tankId: "water",
  maxPowerKw: flat(count, 4),
  copSpace: flat(count, 3),
  copWater: flat(count, 2),
  previousKw: 0,
  ...parts,
});

/** A house with one of everything. */
export const fullHouse = (count: number, parts: Partial<HouseholdProblemInput> = {}): HouseholdProblem =>
  householdOf(count, {
    pvArrays: [{ id: "roof", forecastKw: flat(count, 0.5), curtailable: true }],
    batteries: [aBattery()],
    zones: [aZone(count)],
    tanks: [aTank(count)],
    heatPumps: [aHeatPump(count)],
    immersionHeaters: [{ id: "immersion", tankId: "water", powerKw: 2 }],
    ...parts,
  });

/** What a test wants devices to do, kW per slot; whatever is not said stays at 0, the sun is used. */
export interface WantedPowers {
  readonly chargeKw?: readonly number[];
  readonly dischargeKw?: readonly number[];
  readonly usedKw?: readonly number[];
  readonly spaceKw?: readonly number[];
  readonly waterKw?: readonly number[];
  readonly immersionKw?: readonly number[];
}

const at = (values: readonly number[] | undefined, k: number): number => values?.[k] ?? 0;

/** The wanted powers, if there is a device to follow them. */
const only = (owner: unknown, wanted: number[], rest: number[]): number[] => (owner ? wanted : rest);

/**
 * The schedule of a house in which every first device does what is wanted: states by very small steps (so that it is
 * not the plan's own formula that is trusted), grid by the balance.
 */
export function scheduleOf(problem: HouseholdProblem, wanted: WantedPowers = {}): Schedule {
  const { slots } = problem;
  const zeros = flat(slots.length, 0);
  const [charge, discharge] = [wanted.chargeKw ?? zeros, wanted.dischargeKw ?? zeros];
  const [space, water, immersion] = [wanted.spaceKw ?? zeros, wanted.waterKw ?? zeros, wanted.immersionKw ?? zeros];
  const used = problem.pvArrays.map((pv, i) => (i === 0 && wanted.usedKw ? wanted.usedKw : pv.forecastKw));
  const battery = problem.batteries[0];
  const chargeKw = only(battery, [...charge], zeros);
  const dischargeKw = only(battery, [...discharge], zeros);
  const spaceKw = only(problem.heatPumps[0], [...space], zeros);
  const waterKw = only(problem.heatPumps[0], [...water], zeros);
  const immersionKw = only(problem.immersionHeaters[0], [...immersion], zeros);
  const net = slots.map(
    (_, k) =>
      at(problem.baseLoadKw, k) +
      at(chargeKw, k) -
      at(dischargeKw, k) +
      at(spaceKw, k) +
      at(waterKw, k) +
      at(immersionKw, k) -
      used.reduce((sum, each) => sum + at(each, k), 0),
  );
  const states = (first: number, ratePerHour: (state: number, k: number) => number): number[] => {
    const borders = [first];
    slots.forEach(({ hours }, k) => {
      let state = borders.at(-1) ?? first;
      const steps = Math.round(hours * 6000);
      // Midpoint rule: the error of a step of 0.6 s is far below what any test looks at.
      for (let step = 0; step < steps; step++) {
        const half = state + (ratePerHour(state, k) * hours) / steps / 2;
        state += (ratePerHour(half, k) * hours) / steps;
      }
      borders.push(state);
    });
    return borders;
  };
  const pump = problem.heatPumps[0];
  return {
    importKw: net.map((kw) => Math.max(0, kw)),
    exportKw: net.map((kw) => Math.max(0, -kw)),
    pvArrays: problem.pvArrays.map(({ id }, i) => ({ id, usedKw: used[i] ?? zeros })),
    batteries: problem.batteries.map((each, i) => ({
      id: each.id,
      chargeKw: i === 0 ? chargeKw : zeros,
      dischargeKw: i === 0 ? dischargeKw : zeros,
      soc: states(each.soc, (_, k) =>
        i === 0
          ? (at(chargeKw, k) * each.chargeEfficiency - at(dischargeKw, k) / each.dischargeEfficiency) / each.capacityKwh
          : 0,
      ),
    })),
    zones: problem.zones.map((zone) => ({
      id: zone.id,
      tempC: states(zone.tempC, (state, k) => {
        const heatKw = pump?.zoneId === zone.id ? at(pump.copSpace, k) * at(spaceKw, k) : 0;
        const lossKw = zone.heatLossKwPerK * (state - at(problem.outdoorTempC, k));
        return (heatKw + at(zone.gainsKw, k) - lossKw) / zone.heatCapacityKwhPerK;
      }),
    })),
    tanks: problem.tanks.map((tank) => ({
      id: tank.id,
      tempC: states(tank.tempC, (state, k) => {
        const pumpKw = pump?.tankId === tank.id ? at(pump.copWater, k) * at(waterKw, k) : 0;
        const heaterKw = problem.immersionHeaters[0]?.tankId === tank.id ? at(immersionKw, k) : 0;
        const lossKw = tank.heatLossKwPerK * (state - tank.ambientTempC);
        return (pumpKw + heaterKw - at(tank.drawKw, k) - lossKw) / tank.heatCapacityKwhPerK;
      }),
    })),
    heatPumps: problem.heatPumps.map(({ id }, i) => ({
      id,
      spaceKw: i === 0 ? spaceKw : zeros,
      waterKw: i === 0 ? waterKw : zeros,
    })),
    immersionHeaters: problem.immersionHeaters.map(({ id }, i) => ({ id, powerKw: i === 0 ? immersionKw : zeros })),
  };
}
