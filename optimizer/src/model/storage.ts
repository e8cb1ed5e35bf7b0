import {
  GOAL_PRICE_PER_KWH,
  HUNDREDTHS,
  SOC_PRICE_PER_KWH_HOUR,
  TIE_BREAK,
  at,
  borderBy,
  endValueOf,
} from "./horizon.ts";
import type { HouseProgram, SlotColumns, StorageDirection } from "./house-program.ts";
import type { Term } from "./linear-program.ts";
import { mostFedKw } from "./reach.ts";
import { type Flow, addFlow, emptyFlow } from "./storage-flow.ts";
import { type StorageLimits, type StorageProblem, taperOf, topOf } from "./storage-limits.ts";

export interface StorageColumns {
  readonly storage: StorageProblem;
  readonly charge: SlotColumns;
  readonly discharge: SlotColumns;
  /** Content at the end of each slot, kWh. */
  readonly energy: SlotColumns;
  /** The same with what belongs to them, per direction. */
  readonly flows: Readonly<Record<StorageDirection, Flow>>;
}

/**
 * E' = keep·E + h·(stored(charge) − drawn(discharge)) within the window; wear per kWh; what is asked for by a time, by a person or as a
 * reserve at its price; energy outside the wished window at its price (only where it can get there); what is left at the end at its worth.
 */
export function addStorage(house: HouseProgram, storage: StorageProblem): StorageColumns {
  const { builder, problem } = house;
  const { slots } = problem;
  const limits = house.storageLimits.get(storage.id);
  if (!limits) throw new RangeError(`${storage.id} is no storage of this house`);
  const flows = { charge: emptyFlow(), discharge: emptyFlow() };
  const energies: number[] = [];
  slots.forEach(({ hours }, k) => {
    const chargeSlot = { direction: "charge" as const, k, reachKw: reachKw(house, storage, limits, k) };
    const stored = addFlow(house, storage, limits.charge, flows.charge, chargeSlot, {
      cost: HUNDREDTHS * hours * storage.chargeWearPricePerKwh,
      // Of equal slots the earlier: what is stored cannot be lost to a wrong forecast.
      tieBreak: TIE_BREAK * hours * (1 + k / slots.length),
    });
    const dischargeSlot = { direction: "discharge" as const, k, reachKw: Infinity };
    const drawn = addFlow(house, storage, limits.discharge, flows.discharge, dischargeSlot, {
      cost: HUNDREDTHS * hours * storage.wearPricePerKwh,
      // Here too: a house that takes less than expected leaves nothing over that could have been given before.
      tieBreak: (TIE_BREAK * hours * k) / slots.length,
    });
    const isInside = k + 1 >= (house.fixed?.inside?.get(storage.id) ?? Infinity);
    const upper = isInside ? limits.wishedKwh : limits.highestKwh;
    const energy = builder.column({ lower: at(limits.lowestKwh, k), upper });
    const keep = at(limits.keep, k);
    const before = energies.at(-1);
    builder.define(energy, before === undefined ? keep * storage.soc * storage.capacityKwh : 0, [
      [energy, 1],
      ...(before === undefined ? [] : [[before, -keep] as const]),
      ...stored.map(([column, kw]): Term => [column, -hours * kw]),
      ...drawn.map(([column, kw]): Term => [column, hours * kw]),
    ]);
    energies.push(energy);
    addOneWay(house, flows, k);
    const charge = at(flows.charge.columns, k);
    house.balance[k]?.push([charge, -1], [at(flows.discharge.columns, k), 1]);
    addSoftWindow(house, storage, limits, energy, k);
    if (at(flows.charge.topKw, k) > 0) addTaper(house, storage, charge, energy);
    addDemand(house, storage, limits, charge, k);
  });
  addGoals(house, storage, energies);
  addEndWorth(house, storage, energies.at(-1));
  addSwitches(house, storage, flows);
  return { storage, charge: flows.charge.columns, discharge: flows.discharge.columns, energy: energies, flows };
}

/** One that may not charge from the grid gets no more than the sun and others offer beyond the base load. */
function reachKw(house: HouseProgram, storage: StorageProblem, limits: StorageLimits, k: number): number {
  if (storage.mayChargeFromGrid) return Infinity;
  const own = topOf(limits.discharge.bands[k] ?? []);
  return Math.max(0, mostFedKw(house, k) - own - at(house.problem.baseLoadKw, k));
}

/** What is switched on one way does not flow the other way: switches alone then say what a pattern does. */
function addOneWay({ builder }: HouseProgram, { charge, discharge }: StorageColumns["flows"], k: number): void {
  if (charge.on[k] === undefined && discharge.on[k] === undefined) return;
  const share = ({ on, columns, topKw }: Flow): Term =>
    on[k] === undefined ? [at(columns, k), 1 / at(topKw, k)] : [on[k], 1];
  if (at(charge.topKw, k) > 0 && at(discharge.topKw, k) > 0)
    builder.row(-Infinity, 1, [share(charge), share(discharge)]);
}

/** missing ≥ wanted − E, at a price. */
function addMissing({ builder }: HouseProgram, energy: number, wantedKwh: number, cost: number): void {
  const missing = builder.column({ cost });
  builder.row(wantedKwh, Infinity, [
    [energy, 1],
    [missing, 1],
  ]);
}

function addSoftWindow(
  house: HouseProgram,
  storage: StorageProblem,
  limits: StorageLimits,
  energy: number,
  k: number,
): void {
  const { builder, problem } = house;
  const hours = problem.slots[k]?.hours ?? 0;
  const cost = HUNDREDTHS * hours * SOC_PRICE_PER_KWH_HOUR * house.penaltyScale;
  const overfullCost = HUNDREDTHS * hours * storage.overfullPricePerKwhHour;
  const minKwh = storage.minSoc * storage.capacityKwh;
  const maxKwh = storage.maxSoc * storage.capacityKwh;
  const lowestKwh = at(limits.lowestKwh, k);
  if (lowestKwh < minKwh) addMissing(house, energy, minKwh, cost);
  if (limits.highestKwh > maxKwh) {
    const above = builder.column({ cost: overfullCost });
    builder.row(-Infinity, maxKwh, [
      [energy, 1],
      [above, -1],
    ]);
  }
  const reserveKwh = (storage.reserveSoc ?? 0) * storage.capacityKwh;
  if (lowestKwh < reserveKwh && storage.reservePricePerKwhHour > 0)
    addMissing(house, energy, reserveKwh, HUNDREDTHS * hours * storage.reservePricePerKwhHour);
}

/** charge ≤ max − (max − end)·(E'/C − from)/(1 − from). */
function addTaper({ builder }: HouseProgram, storage: StorageProblem, charge: number, energy: number): void {
  const taper = taperOf(storage);
  if (!taper) return;
  builder.row(-Infinity, taper.limitKw, [
    [charge, 1],
    [energy, taper.kwPerKwh],
  ]);
}

const goalCost = (house: HouseProgram, storage: StorageProblem): number =>
  HUNDREDTHS * (storage.goalPricePerKwh ?? GOAL_PRICE_PER_KWH * house.penaltyScale);

function addDemand(
  house: HouseProgram,
  storage: StorageProblem,
  limits: StorageLimits,
  charge: number,
  k: number,
): void {
  const demandKw = Math.min(storage.demandKw?.[k] ?? 0, at(limits.charge.highestKw, k));
  if (demandKw <= 0) return;
  const hours = house.problem.slots[k]?.hours ?? 0;
  addMissing(house, charge, demandKw, hours * goalCost(house, storage));
}

function addGoals(house: HouseProgram, storage: StorageProblem, energies: readonly number[]): void {
  for (const { soc, atMs } of storage.goals) {
    const border = borderBy(house.problem, atMs);
    if (border !== undefined)
      addMissing(house, at(energies, border - 1), soc * storage.capacityKwh, goalCost(house, storage));
  }
}

/** Either every kWh is worth the same, or the first more than the next. */
function addEndWorth({ builder }: HouseProgram, storage: StorageProblem, energy: number | undefined): void {
  if (energy === undefined) return;
  if (!storage.endValueSteps) {
    builder.addCost(energy, -HUNDREDTHS * endValueOf(storage));
    return;
  }
  const steps = storage.endValueSteps
    .filter(({ pricePerKwh }) => pricePerKwh > 0)
    .map(({ kwh, pricePerKwh }): Term => [builder.column({ upper: kwh, cost: -HUNDREDTHS * pricePerKwh }), 1]);
  if (steps.length > 0) builder.row(-Infinity, 0, [...steps, [energy, -1]]);
}

/** What has a least power is on or off; what may take a little sun, or much from the grid, is one or the other. */
function addSwitches(
  house: HouseProgram,
  storage: StorageProblem,
  flows: Readonly<Record<StorageDirection, Flow>>,
): void {
  const add = (name: string, { columns, topKw, isClosed }: Flow, switches: readonly (number | undefined)[]): void => {
    if (switches.every((column) => column === undefined)) return;
    house.switches.push({
      kind: "series",
      id: `${storage.id}.${name}`,
      columns: switches.map((column, k) => (isClosed[k] ? undefined : column)),
      minOnHours: 0,
      minOffHours: 0,
      before: { isOn: false, hours: 0 },
      use: (x, k) => (at(topKw, k) > 0 ? at(x, at(columns, k)) / at(topKw, k) : 0),
    });
  };
  add("charge", flows.charge, flows.charge.on);
  add("discharge", flows.discharge, flows.discharge.on);
  add("gridCharge", flows.charge, flows.charge.fromGrid);
}
