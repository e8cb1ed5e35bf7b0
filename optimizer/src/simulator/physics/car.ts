import type { CarSetup } from "./house-setup.ts";

export interface CarState {
  /** share of the capacity */
  readonly soc: number;
  readonly isHome: boolean;
}

export interface CarOrder {
  readonly isOn: boolean;
  readonly currentA: number;
}

export interface CarStep {
  readonly state: CarState;
  /** at the AC side */
  readonly chargeKw: number;
  readonly lossKw: number;
}

const VOLTAGE = 230;
/** A car that was driven empty is pushed home: it never shows less. */
const LEAST_SOC = 0.02;

/** A car at its charger: it takes what it is offered, no less than the least current it understands, until it is full. */
export function stepCar(setup: CarSetup, before: CarState, order: CarOrder, isHome: boolean, hours: number): CarStep {
  const { capacityKwh, phases, minCurrentA, maxCurrentA, efficiency } = setup;
  const hasReturned = isHome && !before.isHome;
  const soc = hasReturned ? Math.max(LEAST_SOC, before.soc - setup.tripKwh / capacityKwh) : before.soc;
  const isCharging = isHome && order.isOn && order.currentA >= minCurrentA;
  const offeredKw = isCharging ? (Math.min(order.currentA, maxCurrentA) * phases * VOLTAGE) / 1000 : 0;
  const chargeKw = Math.min(offeredKw, ((1 - soc) * capacityKwh) / efficiency / hours);
  return {
    state: { soc: soc + (chargeKw * efficiency * hours) / capacityKwh, isHome },
    chargeKw,
    lossKw: chargeKw * (1 - efficiency),
  };
}
