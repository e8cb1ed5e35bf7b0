import { buildingHeatKwh, type BuildingState, stepBuilding } from "./building.ts";
import { type CarState, stepCar } from "./car.ts";
import { type BatteryMode, type BatteryState, stepBattery } from "./battery.ts";
import { type HeatPumpState, idleHeatPump, stepHeatPump } from "./heat-pump.ts";
import type { HouseSetup } from "./house-setup.ts";
import { islandControls, islandHeatPump, islandSetup } from "./island.ts";
import { coilTempC, stepTank, tankAt, tankHeatKwh, tankMeanTempC, type TankState } from "./tank.ts";

/** What can be ordered: the positions of all knobs. */
export interface Controls {
  readonly batteryMode: BatteryMode;
  readonly batteryChargeKw: number;
  readonly batteryDischargeKw: number;
  readonly batteryTargetSoc: number;
  readonly batteryFloorSoc: number;
  readonly pvLimitKw: number;
  readonly heatingOn: boolean;
  readonly roomSetpointC: number;
  readonly waterOn: boolean;
  readonly tankTargetC: number;
  readonly upperElementOn: boolean;
  readonly lowerElementOn: boolean;
  readonly carOn: boolean;
  readonly carCurrentA: number;
}

export interface HouseState {
  readonly building: BuildingState;
  readonly tank: TankState;
  readonly heatPump: HeatPumpState;
  readonly battery: BatteryState;
  readonly car: CarState;
  /** as the sensors feel them, behind the truth */
  readonly feltRoomTempC: number;
  readonly feltTankTempC: number;
  readonly feltOutdoorTempC: number;
}

/** The world during a step: means over it, kW. */
export interface Surroundings {
  readonly outdoorTempC: number;
  readonly baseLoadKw: number;
  readonly pvPotentialKw: number;
  readonly drawKw: number;
  readonly isCarHome?: boolean;
  /** the house is an island: see island.ts */
  readonly isGridDown?: boolean;
}

/** Mean powers of a step, kW: a complete account, in which electricity and heat each add up. */
export interface Flows {
  readonly importKw: number;
  readonly exportKw: number;
  readonly baseLoadKw: number;
  readonly pvKw: number;
  readonly pvCurtailedKw: number;
  readonly chargeKw: number;
  readonly dischargeKw: number;
  readonly batteryAuxiliaryKw: number;
  readonly batteryLossKw: number;
  readonly heatPumpKw: number;
  readonly spaceHeatKw: number;
  readonly waterHeatKw: number;
  readonly upperElementKw: number;
  readonly lowerElementKw: number;
  readonly carKw: number;
  readonly carLossKw: number;
  readonly gainsKw: number;
  readonly buildingLossKw: number;
  readonly tankLossKw: number;
  readonly drawnKw: number;
  readonly drawUnmetKw: number;
}

export const LONGEST_STEP_HOURS = 1 / 60;

/** A house in balance: the radiators already give what it loses, no knob has just been turned. */
export const startOf = (setup: HouseSetup, controls: Controls, outdoorTempC: number): HouseState => ({
  building: {
    airTempC: setup.start.roomTempC,
    massTempC: setup.start.roomTempC,
    radiatorTempC:
      setup.start.roomTempC +
      Math.max(0, setup.building.heatLossKwPerK * (setup.start.roomTempC - outdoorTempC)) /
        setup.building.radiatorKwPerK,
  },
  tank: tankAt(setup.start.tankTempC),
  heatPump: { ...idleHeatPump, seenTankTargetC: controls.tankTargetC },
  battery: { soc: setup.start.soc, isTargetReached: false },
  car: { soc: setup.car?.startSoc ?? 0, isHome: true },
  feltRoomTempC: setup.start.roomTempC,
  feltTankTempC: setup.start.tankTempC,
  feltOutdoorTempC: outdoorTempC,
});

/** A first-order sensor after a step. */
const felt = (before: number, truth: number, hours: number, lagMinutes: number): number =>
  truth + (before - truth) * Math.exp((-hours * 60) / lagMinutes);

/**
 * The whole house over at most a minute. Everything acts on the state at the step's beginning; the battery comes last, because
 * self-use is whatever the others leave.
 */
export function stepHouse(
  wiredSetup: HouseSetup,
  before: HouseState,
  ordered: Controls,
  surroundings: Surroundings,
  hours: number,
): { readonly state: HouseState; readonly flows: Flows } {
  const {
    outdoorTempC,
    baseLoadKw: wantedLoadKw,
    pvPotentialKw,
    drawKw,
    isGridDown = false,
    isCarHome = true,
  } = surroundings;
  const setup = isGridDown ? islandSetup(wiredSetup) : wiredSetup;
  const controls = isGridDown ? islandControls(ordered) : ordered;
  const state = isGridDown ? { ...before, heatPump: islandHeatPump(before.heatPump) } : before;
  const heatPump = stepHeatPump(
    setup.heatPump,
    setup.tank,
    state.heatPump,
    {
      outdoorTempC,
      roomTempC: state.feltRoomTempC,
      tankTempC: state.feltTankTempC,
      radiatorTempC: state.building.radiatorTempC,
      coilTempC: coilTempC(state.tank),
      heatingOn: controls.heatingOn,
      roomSetpointC: controls.roomSetpointC,
      waterOn: controls.waterOn,
      tankTargetC: controls.tankTargetC,
    },
    hours,
  );
  const tank = stepTank(
    setup.tank,
    state.tank,
    {
      coilKw: heatPump.waterHeatKw,
      upperOn: controls.upperElementOn,
      lowerOn: controls.lowerElementOn,
      drawKw,
    },
    hours,
  );
  const building = stepBuilding(
    setup.building,
    state.building,
    { outdoorTempC, heatingKw: heatPump.spaceHeatKw, baseLoadKw: wantedLoadKw, pvPotentialKw },
    hours,
  );
  const car = setup.car
    ? stepCar(setup.car, state.car, { isOn: controls.carOn, currentA: controls.carCurrentA }, isCarHome, hours)
    : { state: state.car, chargeKw: 0, lossKw: 0 };
  const offeredPvKw = Math.min(pvPotentialKw, Math.max(0, controls.pvLimitKw));
  const netLoadKw = wantedLoadKw + heatPump.powerKw + tank.upperKw + tank.lowerKw + car.chargeKw - offeredPvKw;
  const battery = stepBattery(
    setup.battery,
    state.battery,
    {
      mode: controls.batteryMode,
      chargeKw: controls.batteryChargeKw,
      dischargeKw: controls.batteryDischargeKw,
      targetSoc: controls.batteryTargetSoc,
      floorSoc: controls.batteryFloorSoc,
    },
    netLoadKw,
    hours,
  );
  const balanceKw = netLoadKw + battery.chargeKw - battery.dischargeKw + battery.auxiliaryKw;
  // On the island what is missing is not served, and what nobody takes is not made.
  const gridKw = isGridDown ? 0 : balanceKw;
  const baseLoadKw = isGridDown ? wantedLoadKw - Math.max(0, balanceKw) : wantedLoadKw;
  const pvKw = isGridDown ? offeredPvKw - Math.max(0, -balanceKw) : offeredPvKw;
  const { sensors } = setup;
  return {
    state: {
      building: building.state,
      tank: tank.state,
      heatPump: heatPump.state,
      battery: battery.state,
      car: car.state,
      feltRoomTempC: felt(state.feltRoomTempC, building.state.airTempC, hours, sensors.roomLagMinutes),
      feltTankTempC: felt(state.feltTankTempC, tankMeanTempC(tank.state), hours, sensors.tankLagMinutes),
      feltOutdoorTempC: felt(state.feltOutdoorTempC, outdoorTempC, hours, sensors.outdoorLagMinutes),
    },
    flows: {
      importKw: Math.max(0, gridKw),
      exportKw: Math.max(0, -gridKw),
      baseLoadKw,
      pvKw,
      pvCurtailedKw: pvPotentialKw - pvKw,
      chargeKw: battery.chargeKw,
      dischargeKw: battery.dischargeKw,
      batteryAuxiliaryKw: battery.auxiliaryKw,
      batteryLossKw: battery.lossKw,
      heatPumpKw: heatPump.powerKw,
      spaceHeatKw: heatPump.spaceHeatKw,
      waterHeatKw: heatPump.waterHeatKw,
      upperElementKw: tank.upperKw,
      lowerElementKw: tank.lowerKw,
      carKw: car.chargeKw,
      carLossKw: car.lossKw,
      gainsKw: building.gainsKw,
      buildingLossKw: building.lossKw,
      tankLossKw: tank.lossKw,
      drawnKw: tank.drawnKw,
      drawUnmetKw: tank.unmetKw,
    },
  };
}

/** Energy in stock above empty battery and car, tank and building at the given temperatures, kWh. */
export const stockOf = (
  setup: HouseSetup,
  state: HouseState,
  reference: { readonly soc: number; readonly tankTempC: number; readonly roomTempC: number },
) => ({
  batteryKwh: (state.battery.soc - reference.soc) * setup.battery.capacityKwh,
  carKwh: state.car.soc * (setup.car?.capacityKwh ?? 0),
  tankKwh: tankHeatKwh(setup.tank, state.tank, reference.tankTempC),
  buildingKwh: buildingHeatKwh(setup.building, state.building, reference.roomTempC),
});
