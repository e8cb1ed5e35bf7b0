/** The true parameters of a simulated house. Nobody who plans may see them: a plan only knows config and readings. */
export interface HouseSetup {
  readonly timeZone: string;
  readonly currency: string;
  readonly tariff: {
    readonly importFactor: number;
    readonly importAddPerKwh: number;
    readonly exportFactor: number;
    readonly exportAddPerKwh: number;
  };
  /** What counts as comfortable; the meters judge by it, the physics does not know it. */
  readonly comfort: {
    readonly minTempC: number;
    readonly maxTempC: number;
    readonly nightMinTempC: number;
    readonly nightFromHour: number;
    readonly nightUntilHour: number;
    readonly tankMinTempC: number;
    readonly tankMaxTempC: number;
    readonly batteryMinSoc: number;
    readonly batteryMaxSoc: number;
  };
  readonly outdoor: { readonly deviationK: number; readonly deviationHours: number };
  readonly building: BuildingSetup;
  readonly tank: TankSetup;
  readonly heatPump: HeatPumpSetup;
  readonly battery: BatterySetup;
  /** with a car there are its charger and its entities */
  readonly car?: CarSetup;
  readonly pvPeakKw: number;
  readonly sensors: {
    readonly roomLagMinutes: number;
    readonly tankLagMinutes: number;
    readonly outdoorLagMinutes: number;
    readonly tempNoiseK: number;
    /** standard deviation as a share of the power */
    readonly powerNoise: number;
  };
  readonly start: { readonly soc: number; readonly roomTempC: number; readonly tankTempC: number };
}

export interface BuildingSetup {
  readonly heatLossKwPerK: number;
  /** air, furniture and the skin of walls: what a thermometer feels within the hour */
  readonly airCapacityKwhPerK: number;
  readonly massCapacityKwhPerK: number;
  readonly airToMassKwPerK: number;
  /** share of the loss that leaves through the mass (walls, roof), not the air (windows, ventilation) */
  readonly massLossShare: number;
  /** share of radiator heat and gains that goes to the mass first */
  readonly radiantShare: number;
  /** radiators and the water in them, which go on heating for a while */
  readonly radiatorCapacityKwhPerK: number;
  readonly radiatorKwPerK: number;
  readonly peopleGainKw: number;
  /** share of the base load's energy that ends as heat inside the zone */
  readonly baseLoadGainShare: number;
  readonly solarGainKwPerPvKw: number;
  /** people open windows above this in the milder seasons, while it is cooler outside */
  readonly windowTempC: number;
  readonly windowFromOutdoorTempC: number;
  readonly windowLossKwPerK: number;
}

export interface TankSetup {
  readonly litres: number;
  readonly heatLossKwPerK: number;
  readonly ambientTempC: number;
  readonly coldWaterTempC: number;
  /** below this at the top a shower is not what was asked for */
  readonly usefulTempC: number;
  readonly layerConductanceKwPerK: number;
  readonly upperElementKw: number;
  readonly lowerElementKw: number;
  readonly cutOutTempC: number;
  readonly cutInTempC: number;
  /** the tank's own thermostat starts this far below its target, and at once when a higher target is set */
  readonly thermostatBandK: number;
  readonly minTargetC: number;
  readonly maxTargetC: number;
}

export interface HeatPumpSetup {
  readonly maxPowerKw: number;
  readonly minShare: number;
  /** share of the Carnot COP that is reached */
  readonly spaceExergyShare: number;
  readonly waterExergyShare: number;
  /** temperature differences inside the machine, over both heat exchangers */
  readonly internalDifferenceK: number;
  readonly maxCop: number;
  /** heat per kelvin between flow and the water in the radiators, and between flow and the tank around the coil */
  readonly heatingWaterKwPerK: number;
  readonly coilKwPerK: number;
  readonly waterPowerShare: number;
  readonly standbyKw: number;
  readonly minRunMinutes: number;
  readonly minPauseMinutes: number;
  readonly defrost: {
    readonly fromTempC: number;
    readonly untilTempC: number;
    /** running time at full power until the evaporator must be thawed */
    readonly everyMinutes: number;
    readonly minutes: number;
    readonly powerShare: number;
  };
  /** The installer's heating curve: what he believed the house loses, and how strongly the room corrects it. */
  readonly curveLossKwPerK: number;
  readonly curveGainsKw: number;
  readonly curveFlowKPerKw: number;
  readonly roomInfluencePerK: number;
  readonly minSetpointC: number;
  readonly maxSetpointC: number;
}

export interface CarSetup {
  readonly capacityKwh: number;
  readonly phases: number;
  readonly minCurrentA: number;
  readonly maxCurrentA: number;
  /** from the charger to the cells */
  readonly efficiency: number;
  /** away on working days between these hours of the kitchen clock, back with so much less */
  readonly leavesHour: number;
  readonly returnsHour: number;
  readonly tripKwh: number;
  readonly startSoc: number;
}

export interface BatterySetup {
  readonly capacityKwh: number;
  readonly maxPowerKw: number;
  /** the inverter's own floor in self-use; the BMS cuts at bmsMinSoc whatever is asked */
  readonly selfUseMinSoc: number;
  readonly bmsMinSoc: number;
  readonly taperFromSoc: number;
  readonly taperEndShare: number;
  /** converter loss in kW at AC power p: fixed + linear·p + square·p², while it converts */
  readonly lossFixedKw: number;
  readonly lossLinear: number;
  readonly lossSquarePerKw: number;
  /** one way, in the cells */
  readonly cellEfficiency: number;
  readonly ownUseKw: number;
}

/**
 * The demo house. Near what config/demo/home.yaml believes, and not equal: 8 % more heat loss, three thermal nodes instead of
 * one, a stratified tank, a COP that depends on the load, a taper near full.
 */
export const demoHouse: HouseSetup = {
  timeZone: "Europe/Helsinki",
  currency: "EUR",
  tariff: { importFactor: 1.24, importAddPerKwh: 0.07, exportFactor: 1, exportAddPerKwh: -0.005 },
  comfort: {
    minTempC: 20.5,
    maxTempC: 23,
    nightMinTempC: 19.5,
    nightFromHour: 22,
    nightUntilHour: 6,
    tankMinTempC: 45,
    tankMaxTempC: 60,
    batteryMinSoc: 0.1,
    batteryMaxSoc: 1,
  },
  outdoor: { deviationK: 0.5, deviationHours: 3 },
  building: {
    heatLossKwPerK: 0.1728,
    airCapacityKwhPerK: 1.6,
    massCapacityKwhPerK: 7,
    airToMassKwPerK: 3,
    massLossShare: 0.4,
    radiantShare: 0.3,
    radiatorCapacityKwhPerK: 0.1,
    radiatorKwPerK: 0.27,
    peopleGainKw: 0.16,
    baseLoadGainShare: 0.1,
    solarGainKwPerPvKw: 0.18,
    windowTempC: 22.5,
    windowFromOutdoorTempC: 10,
    windowLossKwPerK: 0.3,
  },
  tank: {
    litres: 300,
    heatLossKwPerK: 0.0022,
    ambientTempC: 20,
    coldWaterTempC: 8,
    usefulTempC: 40,
    layerConductanceKwPerK: 0.003,
    upperElementKw: 2,
    lowerElementKw: 3,
    cutOutTempC: 78,
    cutInTempC: 72,
    thermostatBandK: 5,
    minTargetC: 30,
    maxTargetC: 60,
  },
  heatPump: {
    maxPowerKw: 4.5,
    minShare: 0.25,
    spaceExergyShare: 0.45,
    waterExergyShare: 0.42,
    internalDifferenceK: 8,
    maxCop: 5.5,
    heatingWaterKwPerK: 2.4,
    coilKwPerK: 0.9,
    waterPowerShare: 0.9,
    standbyKw: 0.012,
    minRunMinutes: 10,
    minPauseMinutes: 6,
    defrost: { fromTempC: -7, untilTempC: 2, everyMinutes: 55, minutes: 4, powerShare: 0.35 },
    curveLossKwPerK: 0.16,
    curveGainsKw: 0.3,
    curveFlowKPerKw: 4,
    roomInfluencePerK: 0.8,
    minSetpointC: 7,
    maxSetpointC: 28,
  },
  battery: {
    capacityKwh: 10,
    maxPowerKw: 5,
    selfUseMinSoc: 0.1,
    bmsMinSoc: 0.05,
    taperFromSoc: 0.9,
    taperEndShare: 0.1,
    lossFixedKw: 0.01,
    lossLinear: 0.018,
    lossSquarePerKw: 0.004,
    cellEfficiency: 0.985,
    ownUseKw: 0.015,
  },
  pvPeakKw: 4.5,
  sensors: {
    roomLagMinutes: 5,
    tankLagMinutes: 1,
    outdoorLagMinutes: 10,
    tempNoiseK: 0.03,
    powerNoise: 0.004,
  },
  start: { soc: 0.5, roomTempC: 20.6, tankTempC: 52 },
};

/** The demo's week knows no car; a house that shall have one is { ...demoHouse, car: demoCar }. */
export const demoCar: CarSetup = {
  capacityKwh: 60,
  phases: 3,
  minCurrentA: 6,
  maxCurrentA: 16,
  efficiency: 0.9,
  leavesHour: 8,
  returnsHour: 17,
  tripKwh: 9,
  startSoc: 0.6,
};
