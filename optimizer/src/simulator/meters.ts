import { MS_PER_HOUR } from "@ohmstead/contract";
import type { Flows, HouseState } from "./physics/house.ts";
import type { HouseSetup } from "./physics/house-setup.ts";
import { hourOfDay, isWithinDaily } from "./physics/local-time.ts";
import { tankMeanTempC, tankTopTempC } from "./physics/tank.ts";

interface Extremes {
  readonly min: number;
  readonly max: number;
}

/** What calibrated meters would say since fromMs. Money in the house's currency, temperatures true, not as felt by a sensor. */
export interface Meters {
  readonly fromMs: number;
  readonly hours: number;
  readonly importKwh: number;
  readonly exportKwh: number;
  /** importCost − exportRevenue */
  readonly cost: number;
  readonly importCost: number;
  readonly exportRevenue: number;
  /** currency · hours, to have the mean price */
  readonly priceHours: number;
  readonly baseLoadKwh: number;
  readonly pvKwh: number;
  readonly pvCurtailedKwh: number;
  readonly chargeKwh: number;
  readonly dischargeKwh: number;
  readonly heatPumpKwh: number;
  readonly heatPumpStarts: number;
  readonly spaceHeatKwh: number;
  readonly waterHeatKwh: number;
  readonly immersionKwh: number;
  readonly carKwh: number;
  readonly drawnKwh: number;
  readonly drawUnmetKwh: number;
  readonly roomBelow: Shortfall;
  readonly roomAbove: Shortfall;
  readonly tankBelow: Shortfall;
  readonly tankAbove: Shortfall;
  readonly soc: Extremes;
  readonly roomTempC: Extremes;
  readonly tankTempC: Extremes;
  readonly tankTopTempC: Extremes;
  readonly gridKw: Extremes;
}

/** Time outside a band, counted from TOLERANCE_K on, and its whole extent. */
export interface Shortfall {
  readonly minutes: number;
  readonly kelvinHours: number;
  readonly worstK: number;
}

export const TOLERANCE_K = 0.1;
const none: Shortfall = { minutes: 0, kelvinHours: 0, worstK: 0 };
const unseen: Extremes = { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY };

export const emptyMeters = (fromMs: number): Meters => ({
  fromMs,
  hours: 0,
  importKwh: 0,
  exportKwh: 0,
  cost: 0,
  importCost: 0,
  exportRevenue: 0,
  priceHours: 0,
  baseLoadKwh: 0,
  pvKwh: 0,
  pvCurtailedKwh: 0,
  chargeKwh: 0,
  dischargeKwh: 0,
  heatPumpKwh: 0,
  heatPumpStarts: 0,
  spaceHeatKwh: 0,
  waterHeatKwh: 0,
  immersionKwh: 0,
  carKwh: 0,
  drawnKwh: 0,
  drawUnmetKwh: 0,
  roomBelow: none,
  roomAbove: none,
  tankBelow: none,
  tankAbove: none,
  soc: unseen,
  roomTempC: unseen,
  tankTempC: unseen,
  tankTopTempC: unseen,
  gridKw: unseen,
});

const shortfall = (before: Shortfall, byK: number, hours: number): Shortfall =>
  byK <= 0
    ? before
    : {
        minutes: before.minutes + (byK > TOLERANCE_K ? hours * 60 : 0),
        kelvinHours: before.kelvinHours + byK * hours,
        worstK: Math.max(before.worstK, byK),
      };

const widened = (extremes: Extremes, value: number): Extremes =>
  value >= extremes.min && value <= extremes.max
    ? extremes
    : { min: Math.min(extremes.min, value), max: Math.max(extremes.max, value) };

export function comfortMinC(setup: HouseSetup, localMs: number): number {
  const { minTempC, nightMinTempC, nightFromHour, nightUntilHour } = setup.comfort;
  return isWithinDaily(hourOfDay(localMs), nightFromHour, nightUntilHour) ? nightMinTempC : minTempC;
}

/** One step further. `state` is that after the step, localMs the local time of its end. */
export function addStep(
  meters: Meters,
  setup: HouseSetup,
  step: {
    readonly flows: Flows;
    readonly before: HouseState;
    readonly state: HouseState;
    readonly stepMs: number;
    readonly localMs: number;
    readonly importPrice: number;
    readonly exportPrice: number;
  },
): Meters {
  const { flows, state, importPrice, exportPrice } = step;
  const hours = step.stepMs / MS_PER_HOUR;
  const roomC = state.building.airTempC;
  const tankC = tankMeanTempC(state.tank);
  const importCost = meters.importCost + flows.importKw * hours * importPrice;
  const exportRevenue = meters.exportRevenue + flows.exportKw * hours * exportPrice;
  const hasStarted = step.before.heatPump.activity === "off" && state.heatPump.activity !== "off";
  return {
    fromMs: meters.fromMs,
    hours: meters.hours + hours,
    importKwh: meters.importKwh + flows.importKw * hours,
    exportKwh: meters.exportKwh + flows.exportKw * hours,
    cost: importCost - exportRevenue,
    importCost,
    exportRevenue,
    priceHours: meters.priceHours + importPrice * hours,
    baseLoadKwh: meters.baseLoadKwh + flows.baseLoadKw * hours,
    pvKwh: meters.pvKwh + flows.pvKw * hours,
    pvCurtailedKwh: meters.pvCurtailedKwh + flows.pvCurtailedKw * hours,
    chargeKwh: meters.chargeKwh + flows.chargeKw * hours,
    dischargeKwh: meters.dischargeKwh + flows.dischargeKw * hours,
    heatPumpKwh: meters.heatPumpKwh + flows.heatPumpKw * hours,
    heatPumpStarts: meters.heatPumpStarts + (hasStarted ? 1 : 0),
    spaceHeatKwh: meters.spaceHeatKwh + flows.spaceHeatKw * hours,
    waterHeatKwh: meters.waterHeatKwh + flows.waterHeatKw * hours,
    immersionKwh: meters.immersionKwh + (flows.upperElementKw + flows.lowerElementKw) * hours,
    carKwh: meters.carKwh + flows.carKw * hours,
    drawnKwh: meters.drawnKwh + flows.drawnKw * hours,
    drawUnmetKwh: meters.drawUnmetKwh + flows.drawUnmetKw * hours,
    roomBelow: shortfall(meters.roomBelow, comfortMinC(setup, step.localMs) - roomC, hours),
    roomAbove: shortfall(meters.roomAbove, roomC - setup.comfort.maxTempC, hours),
    tankBelow: shortfall(meters.tankBelow, setup.comfort.tankMinTempC - tankC, hours),
    tankAbove: shortfall(meters.tankAbove, tankC - setup.comfort.tankMaxTempC, hours),
    soc: widened(meters.soc, state.battery.soc),
    roomTempC: widened(meters.roomTempC, roomC),
    tankTempC: widened(meters.tankTempC, tankC),
    tankTopTempC: widened(meters.tankTopTempC, tankTopTempC(state.tank)),
    gridKw: widened(meters.gridKw, flows.importKw - flows.exportKw),
  };
}
