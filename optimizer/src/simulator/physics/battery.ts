import type { BatterySetup } from "./house-setup.ts";

export type BatteryMode = "self_use" | "hold" | "charge" | "discharge";

export interface BatteryState {
  /** share of the capacity */
  readonly soc: number;
  /** the charge target was reached: hold until it has sagged noticeably */
  readonly isTargetReached: boolean;
}

export interface BatteryOrder {
  readonly mode: BatteryMode;
  readonly chargeKw: number;
  readonly dischargeKw: number;
  readonly targetSoc: number;
  readonly floorSoc: number;
}

export interface BatteryStep {
  readonly state: BatteryState;
  /** at the AC side, both non-negative, never both positive */
  readonly chargeKw: number;
  readonly dischargeKw: number;
  /** own use taken from the AC side, because the cells are at their floor */
  readonly auxiliaryKw: number;
  readonly lossKw: number;
}

const SAG_SHARE = 0.02;
const DEAD_BAND_KW = 0.03; // below it the converter does not bother
const converterLossKw = (setup: BatterySetup, acKw: number): number =>
  acKw > 0 ? setup.lossFixedKw + setup.lossLinear * acKw + setup.lossSquarePerKw * acKw * acKw : 0;

/** DC power into the cells for an AC power, and back; both efficiencies fall off at low and at high power. */
export const cellChargeKw = (setup: BatterySetup, acKw: number): number =>
  Math.max(0, acKw - converterLossKw(setup, acKw)) * setup.cellEfficiency;
export const cellDischargeKw = (setup: BatterySetup, acKw: number): number =>
  (acKw + converterLossKw(setup, acKw)) / setup.cellEfficiency;

/** The AC power at which the cells take or give so much; the curves are monotonic, bisection is exact enough. */
function acPowerFor(cellKwOf: (acKw: number) => number, cellKw: number, maxKw: number): number {
  if (cellKwOf(maxKw) <= cellKw) return maxKw;
  let low = 0;
  let high = maxKw;
  for (let round = 0; round < 30; round++) {
    const middle = (low + high) / 2;
    if (cellKwOf(middle) <= cellKw) low = middle;
    else high = middle;
  }
  return low;
}

const taperedKw = (setup: BatterySetup, soc: number): number => {
  const beyond = Math.max(0, (soc - setup.taperFromSoc) / (1 - setup.taperFromSoc));
  return setup.maxPowerKw * (1 - (1 - setup.taperEndShare) * Math.min(1, beyond));
};

interface Wish {
  readonly chargeKw: number;
  readonly dischargeKw: number;
  readonly ceilingSoc: number;
  readonly floorSoc: number;
}

/** netLoadKw: what the house takes without the battery; negative is surplus. */
function wishOf(setup: BatterySetup, state: BatteryState, order: BatteryOrder, netLoadKw: number): Wish {
  const idle = { chargeKw: 0, dischargeKw: 0, ceilingSoc: 1, floorSoc: setup.bmsMinSoc };
  if (order.mode === "hold" || (order.mode === "charge" && state.isTargetReached)) return idle;
  if (order.mode === "charge") return { ...idle, chargeKw: order.chargeKw, ceilingSoc: order.targetSoc };
  if (order.mode === "discharge")
    return { ...idle, dischargeKw: order.dischargeKw, floorSoc: Math.max(order.floorSoc, setup.bmsMinSoc) };
  return {
    ...idle,
    chargeKw: Math.max(0, -netLoadKw),
    dischargeKw: Math.max(0, netLoadKw),
    floorSoc: Math.max(setup.selfUseMinSoc, setup.bmsMinSoc),
  };
}

export function stepBattery(
  setup: BatterySetup,
  state: BatteryState,
  order: BatteryOrder,
  netLoadKw: number,
  hours: number,
): BatteryStep {
  const wish = wishOf(setup, state, order, netLoadKw);
  const roomKwh = Math.max(0, Math.min(1, wish.ceilingSoc) - state.soc) * setup.capacityKwh;
  const leftKwh = Math.max(0, state.soc - wish.floorSoc) * setup.capacityKwh;

  const limitChargeKw = Math.min(wish.chargeKw, taperedKw(setup, state.soc));
  const limitDischargeKw = Math.min(wish.dischargeKw, setup.maxPowerKw);
  const chargeKw =
    limitChargeKw > DEAD_BAND_KW && roomKwh > 0
      ? acPowerFor((acKw) => cellChargeKw(setup, acKw), roomKwh / hours, limitChargeKw)
      : 0;
  const dischargeKw =
    limitDischargeKw > DEAD_BAND_KW && leftKwh > 0 && chargeKw === 0
      ? acPowerFor((acKw) => cellDischargeKw(setup, acKw), leftKwh / hours, limitDischargeKw)
      : 0;

  const cellKwh = hours * (cellChargeKw(setup, chargeKw) - (dischargeKw > 0 ? cellDischargeKw(setup, dischargeKw) : 0));
  const afterKwh = state.soc * setup.capacityKwh + cellKwh;
  // The electronics live on the cells until those are at the floor that self-use keeps, then on the house.
  const ownKwh = hours * setup.ownUseKw;
  const spareKwh = Math.max(0, afterKwh - setup.selfUseMinSoc * setup.capacityKwh);
  const fromCellsKwh = Math.min(ownKwh, spareKwh);
  const auxiliaryKw = (ownKwh - fromCellsKwh) / hours;
  const soc = (afterKwh - fromCellsKwh) / setup.capacityKwh;

  const isTargetReached =
    order.mode === "charge" && soc >= order.targetSoc - (state.isTargetReached ? SAG_SHARE : 1e-4);
  const storedKw = ((soc - state.soc) * setup.capacityKwh) / hours;
  return {
    state: { soc, isTargetReached },
    chargeKw,
    dischargeKw,
    auxiliaryKw,
    lossKw: chargeKw - dischargeKw + auxiliaryKw - storedKw,
  };
}
