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
  zoneIds: ["living"],
  tankId: "water",
  maxPowerKw: flat(count, 4),
  copSpace: flat(count, 3),
  copWater: flat(count, 2),
  previousKw: 0,
  ...parts,
});

/** A car at a charger, plugged in all the time. */
export const aCar = (count: number, parts: Partial<NonNullable<HouseholdProblemInput["evs"]>[number]> = {}) => ({
  id: "car",
  capacityKwh: 60,
  soc: 0.4,
  maxChargeKw: 11,
  chargeEfficiency: 1,
  dischargeEfficiency: 1,
  endValuePerKwh: 0.1,
  connected: Array.from({ length: count }, () => true),
  ...parts,
});

export const aBoiler = (count: number, parts: Partial<NonNullable<HouseholdProblemInput["boilers"]>[number]> = {}) => ({
  id: "boiler",
  zoneIds: ["living"],
  tankId: "water",
  maxHeatKw: flat(count, 12),
  fuelPricePerKwh: flat(count, 0.1),
  efficiency: 0.9,
  ...parts,
});

/** A dishwasher that may run at any time of the horizon. */
export const anAppliance = (
  count: number,
  parts: Partial<NonNullable<HouseholdProblemInput["appliances"]>[number]> = {},
) => ({
  id: "dishwasher",
  powerKw: 1.2,
  runHours: 1.5,
  window: { fromMs: MIDNIGHT_MS, untilMs: MIDNIGHT_MS + count * MS_PER_HOUR },
  ...parts,
});

/** A house with a little of everything that is common. */
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

/** fullHouse, and one of what is left: an inverter for roof and battery, walls, a car, a boiler, a dishwasher. */
export const completeHouse = (count: number, parts: Partial<HouseholdProblemInput> = {}): HouseholdProblem =>
  fullHouse(count, {
    inverters: [{ id: "hybrid", pvArrayIds: ["roof"], batteryIds: ["battery"], maxToHouseKw: 6, maxFromHouseKw: 5 }],
    evs: [aCar(count)],
    zones: [
      aZone(count, {
        heatCapacityKwhPerK: 1,
        mass: { tempC: 20.5, heatCapacityKwhPerK: 8, heatLossKwPerK: 0.02, couplingKwPerK: 0.8, gainShare: 0.3 },
      }),
    ],
    heatPumps: [aHeatPump(count, { lagHours: 0.4 })],
    boilers: [aBoiler(count)],
    appliances: [anAppliance(count)],
    ...parts,
  });

/** What a test wants devices to do, kW per slot; whatever is not said stays at 0, the sun is used. */
export interface WantedPowers {
  readonly chargeKw?: readonly number[];
  readonly dischargeKw?: readonly number[];
  readonly usedKw?: readonly number[];
  /** Of the first heat pump, into the first of its zones. */
  readonly spaceKw?: readonly number[];
  readonly waterKw?: readonly number[];
  readonly immersionKw?: readonly number[];
  readonly carChargeKw?: readonly number[];
  readonly carDischargeKw?: readonly number[];
  /** Heat of the first boiler, into the first of its zones. */
  readonly boilerSpaceKw?: readonly number[];
  readonly boilerWaterKw?: readonly number[];
  readonly applianceKw?: readonly number[];
}

const at = (values: readonly number[] | undefined, k: number): number => values?.[k] ?? 0;

const STEPS_PER_HOUR = 2400;
const stepsOf = (hours: number): number => Math.max(1, Math.round(hours * STEPS_PER_HOUR));

/** States at the borders, by very small steps of what the rates per hour say in each moment. */
function statesBySteps(
  slots: readonly Slot[],
  first: readonly number[],
  ratesPerHour: (states: readonly number[], slot: number) => readonly number[],
): number[][] {
  const borders = first.map((value) => [value]);
  let states = [...first];
  slots.forEach(({ hours }, k) => {
    const steps = stepsOf(hours);
    const stepHours = hours / steps;
    // Midpoint rule: the error of a step of 1.5 s is far below what any test looks at.
    for (let step = 0; step < steps; step++) {
      const rates = ratesPerHour(states, k);
      const half = states.map((state, i) => state + (at(rates, i) * stepHours) / 2);
      const halfRates = ratesPerHour(half, k);
      states = states.map((state, i) => state + at(halfRates, i) * stepHours);
    }
    borders.forEach((border, i) => border.push(at(states, i)));
  });
  return borders;
}

/**
 * The schedule of a house in which every first device does what is wanted: states by very small steps (so that it is
 * not the plan's own formula that is trusted), grid by the balance. Batteries with stages are left to the tests that have some.
 */
export function scheduleOf(problem: HouseholdProblem, wanted: WantedPowers = {}): Schedule {
  const { slots } = problem;
  const zeros = flat(slots.length, 0);
  /** The wanted powers for the first device of a kind, nothing for the others. */
  const ofFirst = (i: number, kw: readonly number[] | undefined): number[] => (i === 0 && kw ? [...kw] : [...zeros]);
  const slotAt = (ms: number): number =>
    slots.findIndex(({ startMs, hours }) => ms >= startMs && ms < startMs + hours * MS_PER_HOUR);

  type Storage = HouseholdProblem["batteries"][number] | HouseholdProblem["evs"][number];
  const storage = (each: Storage, chargeKw: number[], dischargeKw: number[]) => ({
    id: each.id,
    chargeKw,
    dischargeKw,
    // What comes and goes within a slot loses nothing by resting.
    soc: slots.reduce(
      (soc, { hours }, k) => {
        const flowKw = at(chargeKw, k) * each.chargeEfficiency - at(dischargeKw, k) / each.dischargeEfficiency;
        const restedSoc = at(soc, k) * (1 - each.selfDischargePerHour) ** hours;
        return [...soc, restedSoc + (hours * flowKw) / each.capacityKwh];
      },
      [each.soc],
    ),
  });
  const batteries = problem.batteries.map((each, i) =>
    storage(each, ofFirst(i, wanted.chargeKw), ofFirst(i, wanted.dischargeKw)),
  );
  const evs = problem.evs.map((each, i) =>
    storage(each, ofFirst(i, wanted.carChargeKw), ofFirst(i, wanted.carDischargeKw)),
  );
  const pvArrays = problem.pvArrays.map((pv, i) => ({
    id: pv.id,
    usedKw: [...(i === 0 && wanted.usedKw ? wanted.usedKw : pv.forecastKw)],
  }));
  const heatPumps = problem.heatPumps.map((pump, i) => ({
    id: pump.id,
    spaceKw: ofFirst(i, wanted.spaceKw),
    waterKw: ofFirst(i, wanted.waterKw),
    zones: pump.zoneIds.map((id, z) => ({ id, powerKw: ofFirst(i + z, wanted.spaceKw) })),
  }));
  const boilers = problem.boilers.map((boiler, i) => ({
    id: boiler.id,
    waterKw: ofFirst(i, wanted.boilerWaterKw),
    zones: boiler.zoneIds.map((id, z) => ({ id, heatKw: ofFirst(i + z, wanted.boilerSpaceKw) })),
  }));
  const immersionHeaters = problem.immersionHeaters.map(({ id }, i) => ({
    id,
    powerKw: ofFirst(i, wanted.immersionKw),
  }));
  const appliances = problem.appliances.map(({ id }, i) => ({ id, powerKw: ofFirst(i, wanted.applianceKw) }));

  const net = slots.map((_, k) => {
    const total = (series: readonly (readonly number[])[]) => series.reduce((sum, each) => sum + at(each, k), 0);
    return (
      at(problem.baseLoadKw, k) +
      total([...batteries, ...evs].map((each) => each.chargeKw)) -
      total([...batteries, ...evs].map((each) => each.dischargeKw)) +
      total(heatPumps.flatMap((each) => [each.spaceKw, each.waterKw])) +
      total([...immersionHeaters, ...appliances].map((each) => each.powerKw)) -
      total(pvArrays.map((each) => each.usedKw))
    );
  });

  const zones = problem.zones.map((zone) => {
    const heatKw = slots.map(({ startMs, hours }, k) => {
      let kw = at(zone.gainsKw, k);
      // Heat on its way is what was sent then, moment by moment; within a slot it counts as its mean.
      problem.heatPumps.forEach((pump, i) => {
        const power = heatPumps[i]?.zones.find(({ id }) => id === zone.id)?.powerKw;
        const steps = stepsOf(hours);
        for (let step = 0; step < steps; step++) {
          const sent = slotAt(startMs + (((step + 0.5) * hours) / steps - pump.lagHours) * MS_PER_HOUR);
          kw += (at(power, sent) * at(pump.copSpace, sent)) / steps;
        }
      });
      for (const boiler of boilers) kw += at(boiler.zones.find(({ id }) => id === zone.id)?.heatKw, k);
      return kw;
    });
    const { mass } = zone;
    const share = mass?.gainShare ?? 0;
    const [tempC = [], massTempC = []] = statesBySteps(
      slots,
      mass ? [zone.tempC, mass.tempC] : [zone.tempC],
      ([air = 0, walls = 0], k) => {
        const outdoorC = at(problem.outdoorTempC, k);
        const inputKw = at(heatKw, k);
        const toWallsKw = mass ? mass.couplingKwPerK * (air - walls) : 0;
        const lossKw = zone.heatLossKwPerK * (air - outdoorC);
        const airRate = ((1 - share) * inputKw - lossKw - toWallsKw) / zone.heatCapacityKwhPerK;
        if (!mass) return [airRate];
        const wallLossKw = mass.heatLossKwPerK * (walls - outdoorC);
        return [airRate, (share * inputKw - wallLossKw + toWallsKw) / mass.heatCapacityKwhPerK];
      },
    );
    return { id: zone.id, tempC, ...(mass ? { massTempC } : {}) };
  });

  const tanks = problem.tanks.map((tank) => ({
    id: tank.id,
    tempC: statesBySteps(slots, [tank.tempC], ([tempC = 0], k) => {
      let kw = -at(tank.drawKw, k) - tank.heatLossKwPerK * (tempC - tank.ambientTempC);
      problem.heatPumps.forEach((pump, i) => {
        if (pump.tankId === tank.id) kw += at(pump.copWater, k) * at(heatPumps[i]?.waterKw, k);
      });
      problem.boilers.forEach((boiler, i) => {
        if (boiler.tankId === tank.id) kw += at(boilers[i]?.waterKw, k);
      });
      problem.immersionHeaters.forEach((heater, i) => {
        if (heater.tankId === tank.id) kw += at(immersionHeaters[i]?.powerKw, k);
      });
      return [kw / tank.heatCapacityKwhPerK];
    }).flat(),
  }));

  return {
    importKw: net.map((kw) => Math.max(0, kw)),
    exportKw: net.map((kw) => Math.max(0, -kw)),
    pvArrays,
    batteries,
    evs,
    zones,
    tanks,
    heatPumps,
    boilers,
    immersionHeaters,
    appliances,
  };
}
