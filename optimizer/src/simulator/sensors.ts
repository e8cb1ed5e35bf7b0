import type { Meters } from "./meters.ts";
import type { Flows, HouseState } from "./physics/house.ts";
import type { HouseSetup } from "./physics/house-setup.ts";
import { gaussian } from "./physics/random.ts";

/** What the sensors of the house show. Grid and battery power: import and charging are positive. */
export interface SensorReadings {
  readonly gridKw: number;
  readonly importKwh: number;
  readonly exportKwh: number;
  readonly outdoorTempC: number;
  readonly soc: number;
  readonly batteryKw: number;
  readonly pvKw: number;
  readonly roomTempC: number;
  readonly tankTempC: number;
  readonly heatPumpKw: number;
  readonly upperElementKw: number;
  readonly lowerElementKw: number;
  readonly carKw: number;
  readonly carSoc: number;
  readonly isCarConnected: boolean;
  readonly gridVoltage: number;
  readonly isGridConnected: boolean;
}

const NOMINAL_VOLTAGE = 230;

/** Thermometers lag and tremble, power meters tremble in proportion; counters and the battery's own gauge are exact. */
export function readSensors(
  setup: HouseSetup,
  state: HouseState,
  flows: Flows,
  meters: Meters,
  isGridDown: boolean,
  random: () => number,
): SensorReadings {
  const temp = (value: number): number => value + setup.sensors.tempNoiseK * gaussian(random);
  const power = (value: number): number => value * (1 + setup.sensors.powerNoise * gaussian(random));
  return {
    gridKw: power(flows.importKw - flows.exportKw),
    importKwh: meters.importKwh,
    exportKwh: meters.exportKwh,
    outdoorTempC: temp(state.feltOutdoorTempC),
    soc: state.battery.soc,
    batteryKw: power(flows.chargeKw - flows.dischargeKw),
    pvKw: power(flows.pvKw),
    roomTempC: temp(state.feltRoomTempC),
    tankTempC: temp(state.feltTankTempC),
    heatPumpKw: power(flows.heatPumpKw),
    upperElementKw: power(flows.upperElementKw),
    lowerElementKw: power(flows.lowerElementKw),
    // Only a car that is there takes a number from the noise: the days of a house without one stay as they are.
    carKw: setup.car ? power(flows.carKw) : 0,
    carSoc: state.car.soc,
    isCarConnected: state.car.isHome,
    gridVoltage: isGridDown ? 0 : NOMINAL_VOLTAGE,
    isGridConnected: !isGridDown,
  };
}
