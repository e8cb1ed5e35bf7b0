import type { BuildingSetup } from "./house-setup.ts";

export interface BuildingState {
  readonly airTempC: number;
  readonly massTempC: number;
  /** mean of the water in the radiators */
  readonly radiatorTempC: number;
}

/** What reaches the zone during a step, kW. */
export interface BuildingInput {
  readonly outdoorTempC: number;
  readonly heatingKw: number;
  readonly baseLoadKw: number;
  readonly pvPotentialKw: number;
}

export interface BuildingStep {
  readonly state: BuildingState;
  readonly gainsKw: number;
  readonly lossKw: number;
}

/**
 * Air, mass, and the radiators between heat pump and both; explicit Euler, stable far beyond a minute because the quickest time
 * constant is twenty. Part of the heat leaves through the mass, people open windows when it gets hot.
 */
export function stepBuilding(
  setup: BuildingSetup,
  state: BuildingState,
  input: BuildingInput,
  hours: number,
): BuildingStep {
  const { airTempC, massTempC, radiatorTempC } = state;
  const gainsKw =
    setup.peopleGainKw + setup.baseLoadGainShare * input.baseLoadKw + setup.solarGainKwPerPvKw * input.pvPotentialKw;
  const overOutdoorK = airTempC - input.outdoorTempC;
  const isWindowOpen =
    airTempC > setup.windowTempC && overOutdoorK > 0 && input.outdoorTempC > setup.windowFromOutdoorTempC;
  const windowKwPerK = isWindowOpen ? setup.windowLossKwPerK : 0;
  const airLossKw = ((1 - setup.massLossShare) * setup.heatLossKwPerK + windowKwPerK) * overOutdoorK;
  const massLossKw = setup.massLossShare * setup.heatLossKwPerK * (massTempC - input.outdoorTempC);
  const emittedKw = setup.radiatorKwPerK * (radiatorTempC - airTempC);
  const toMassKw = setup.airToMassKwPerK * (airTempC - massTempC);
  const radiantKw = setup.radiantShare * (emittedKw + gainsKw);
  const convectiveKw = emittedKw + gainsKw - radiantKw;
  return {
    state: {
      airTempC: airTempC + (hours * (convectiveKw - toMassKw - airLossKw)) / setup.airCapacityKwhPerK,
      massTempC: massTempC + (hours * (radiantKw + toMassKw - massLossKw)) / setup.massCapacityKwhPerK,
      radiatorTempC: radiatorTempC + (hours * (input.heatingKw - emittedKw)) / setup.radiatorCapacityKwhPerK,
    },
    gainsKw,
    lossKw: airLossKw + massLossKw,
  };
}

/** Heat in air, mass and radiators above a temperature, kWh. */
export const buildingHeatKwh = (setup: BuildingSetup, state: BuildingState, referenceTempC: number): number =>
  setup.airCapacityKwhPerK * (state.airTempC - referenceTempC) +
  setup.massCapacityKwhPerK * (state.massTempC - referenceTempC) +
  setup.radiatorCapacityKwhPerK * (state.radiatorTempC - referenceTempC);
