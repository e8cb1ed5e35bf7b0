import type { BatteryMode } from "./physics/battery.ts";
import type { Controls } from "./physics/house.ts";
import type { CarSetup, HouseSetup } from "./physics/house-setup.ts";
import type { HeatPumpActivity } from "./physics/heat-pump.ts";
import type { SensorReadings } from "./sensors.ts";

export type Attributes = Readonly<Record<string, unknown>>;

/** What the entities are made from. */
export interface HouseView {
  readonly readings: SensorReadings;
  readonly controls: Controls;
  readonly activity: HeatPumpActivity;
}

/** What a service may turn at an entity. Each gives the change to the controls. */
export type Knob =
  | { readonly kind: "none" }
  | { readonly kind: "select"; readonly options: readonly string[]; turn(option: string): Partial<Controls> }
  | { readonly kind: "number"; readonly min: number; readonly max: number; turn(value: number): Partial<Controls> }
  | { readonly kind: "switch"; isOn(controls: Controls): boolean; turn(isOn: boolean): Partial<Controls> }
  | {
      readonly kind: "thermostat";
      readonly minTempC: number;
      readonly maxTempC: number;
      readonly modes: readonly string[];
      turnTemp(tempC: number): Partial<Controls>;
      turnMode(mode: string): Partial<Controls>;
    };

export interface HouseEntity {
  readonly entityId: string;
  readonly attributes: Attributes;
  readonly knob: Knob;
  read(view: HouseView): { readonly state: string; readonly attributes?: Attributes };
}

const rounded = (value: number, digits: number): number => {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? 0 : Number(text); // no "-0"
};
const NO_KNOB: Knob = { kind: "none" };

interface SensorKind {
  readonly unit: string;
  readonly deviceClass: string;
  readonly stateClass: string;
  readonly factor: number;
  readonly digits: number;
}
const POWER: SensorKind = { unit: "W", deviceClass: "power", stateClass: "measurement", factor: 1000, digits: 0 };
const TEMPERATURE: SensorKind = {
  unit: "°C",
  deviceClass: "temperature",
  stateClass: "measurement",
  factor: 1,
  digits: 1,
};
const VOLTAGE: SensorKind = { unit: "V", deviceClass: "voltage", stateClass: "measurement", factor: 1, digits: 0 };
const SHARE: SensorKind = { unit: "%", deviceClass: "battery", stateClass: "measurement", factor: 100, digits: 1 };
const ENERGY: SensorKind = { unit: "kWh", deviceClass: "energy", stateClass: "total_increasing", factor: 1, digits: 2 };

const sensor = (
  entityId: string,
  name: string,
  kind: SensorKind,
  valueOf: (readings: SensorReadings) => number,
): HouseEntity => ({
  entityId,
  attributes: {
    state_class: kind.stateClass,
    unit_of_measurement: kind.unit,
    device_class: kind.deviceClass,
    friendly_name: name,
  },
  knob: NO_KNOB,
  read: ({ readings }) => ({ state: String(rounded(valueOf(readings) * kind.factor, kind.digits)) }),
});

const number = (
  entityId: string,
  name: string,
  range: { readonly min: number; readonly max: number; readonly step: number; readonly unit: string },
  valueOf: (controls: Controls) => number,
  turn: (value: number) => Partial<Controls>,
): HouseEntity => ({
  entityId,
  attributes: {
    min: range.min,
    max: range.max,
    step: range.step,
    mode: "box",
    unit_of_measurement: range.unit,
    friendly_name: name,
  },
  knob: { kind: "number", min: range.min, max: range.max, turn },
  // Like Home Assistant's own numbers, a whole value is written with one decimal.
  read: ({ controls }) => {
    const value = rounded(valueOf(controls), 3);
    return { state: Number.isInteger(value) ? value.toFixed(1) : String(value) };
  },
});

const onOffSwitch = (
  entityId: string,
  name: string,
  isOn: (controls: Controls) => boolean,
  turn: (isOn: boolean) => Partial<Controls>,
): HouseEntity => ({
  entityId,
  attributes: { friendly_name: name },
  knob: { kind: "switch", isOn, turn },
  read: ({ controls }) => ({ state: isOn(controls) ? "on" : "off" }),
});

const BATTERY_MODES: readonly BatteryMode[] = ["self_use", "hold", "charge", "discharge"];

function climate(setup: HouseSetup): HouseEntity {
  const { minSetpointC, maxSetpointC } = setup.heatPump;
  return {
    entityId: "climate.living_room",
    attributes: {
      hvac_modes: ["off", "heat"],
      min_temp: minSetpointC,
      max_temp: maxSetpointC,
      target_temp_step: 0.1,
      friendly_name: "Living room",
      supported_features: 385,
    },
    knob: {
      kind: "thermostat",
      minTempC: minSetpointC,
      maxTempC: maxSetpointC,
      modes: ["off", "heat"],
      turnTemp: (tempC) => ({ roomSetpointC: tempC }),
      turnMode: (mode) => ({ heatingOn: mode === "heat" }),
    },
    read: ({ readings, controls, activity }) => ({
      state: controls.heatingOn ? "heat" : "off",
      attributes: {
        current_temperature: rounded(readings.roomTempC, 1),
        temperature: rounded(controls.roomSetpointC, 2),
        hvac_action: controls.heatingOn ? (activity === "space" ? "heating" : "idle") : "off",
      },
    }),
  };
}

function waterHeater(setup: HouseSetup): HouseEntity {
  const { minTargetC, maxTargetC } = setup.tank;
  return {
    entityId: "water_heater.hot_water_tank",
    attributes: {
      min_temp: minTargetC,
      max_temp: maxTargetC,
      operation_list: ["off", "heat_pump"],
      friendly_name: "Hot water tank",
      supported_features: 11,
    },
    knob: {
      kind: "thermostat",
      minTempC: minTargetC,
      maxTempC: maxTargetC,
      modes: ["off", "heat_pump"],
      turnTemp: (tempC) => ({ tankTargetC: tempC }),
      turnMode: (mode) => ({ waterOn: mode === "heat_pump" }),
    },
    read: ({ readings, controls }) => {
      const mode = controls.waterOn ? "heat_pump" : "off";
      return {
        state: mode,
        attributes: {
          current_temperature: rounded(readings.tankTempC, 1),
          temperature: rounded(controls.tankTargetC, 2),
          target_temp_high: null,
          target_temp_low: null,
          operation_mode: mode,
        },
      };
    },
  };
}

const binarySensor = (
  entityId: string,
  name: string,
  deviceClass: string,
  isOn: (readings: SensorReadings) => boolean,
): HouseEntity => ({
  entityId,
  attributes: { device_class: deviceClass, friendly_name: name },
  knob: NO_KNOB,
  read: ({ readings }) => ({ state: isOn(readings) ? "on" : "off" }),
});

const carCharger = ({ minCurrentA, maxCurrentA }: CarSetup): readonly HouseEntity[] => [
  binarySensor("binary_sensor.car_connected", "Car connected", "plug", (r) => r.isCarConnected),
  sensor("sensor.car_soc", "Car", SHARE, (r) => r.carSoc),
  sensor("sensor.car_charger_power", "Car charger power", POWER, (r) => r.carKw),
  onOffSwitch(
    "switch.car_charger",
    "Car charger",
    (c) => c.carOn,
    (isOn) => ({ carOn: isOn }),
  ),
  number(
    "number.car_charger_current",
    "Car charger current",
    { min: minCurrentA, max: maxCurrentA, step: 1, unit: "A" },
    (c) => c.carCurrentA,
    (currentA) => ({ carCurrentA: currentA }),
  ),
];

/** Every entity of the house, as its owner would have them in Home Assistant. */
export function houseEntities(setup: HouseSetup): readonly HouseEntity[] {
  const maxW = setup.battery.maxPowerKw * 1000;
  const watts = { min: 0, max: maxW, step: 10, unit: "W" };
  const percent = { min: setup.battery.bmsMinSoc * 100, max: 100, step: 1, unit: "%" };
  const peakW = setup.pvPeakKw * 1000;
  return [
    sensor("sensor.house_grid_power", "Grid power", POWER, (r) => r.gridKw),
    sensor("sensor.house_grid_import_energy", "Grid import", ENERGY, (r) => r.importKwh),
    sensor("sensor.house_grid_export_energy", "Grid export", ENERGY, (r) => r.exportKwh),
    sensor("sensor.house_outdoor_temperature", "Outdoor temperature", TEMPERATURE, (r) => r.outdoorTempC),
    sensor("sensor.battery_soc", "Battery", SHARE, (r) => r.soc),
    sensor("sensor.battery_power", "Battery power", POWER, (r) => r.batteryKw),
    {
      entityId: "select.battery_mode",
      attributes: { options: BATTERY_MODES, friendly_name: "Battery mode" },
      knob: {
        kind: "select",
        options: BATTERY_MODES,
        turn: (option) => ({ batteryMode: BATTERY_MODES.find((mode) => mode === option) ?? "self_use" }),
      },
      read: ({ controls }) => ({ state: controls.batteryMode }),
    },
    number(
      "number.battery_charge_power",
      "Battery charge power",
      watts,
      (c) => c.batteryChargeKw * 1000,
      (w) => ({ batteryChargeKw: w / 1000 }),
    ),
    number(
      "number.battery_discharge_power",
      "Battery discharge power",
      watts,
      (c) => c.batteryDischargeKw * 1000,
      (w) => ({ batteryDischargeKw: w / 1000 }),
    ),
    number(
      "number.battery_charge_target",
      "Battery charge target",
      percent,
      (c) => c.batteryTargetSoc * 100,
      (share) => ({ batteryTargetSoc: share / 100 }),
    ),
    number(
      "number.battery_discharge_floor",
      "Battery discharge floor",
      percent,
      (c) => c.batteryFloorSoc * 100,
      (share) => ({ batteryFloorSoc: share / 100 }),
    ),
    sensor("sensor.pv_power", "Solar power", POWER, (r) => r.pvKw),
    number(
      "number.pv_power_limit",
      "Solar power limit",
      { min: 0, max: peakW, step: 10, unit: "W" },
      (c) => c.pvLimitKw * 1000,
      (w) => ({ pvLimitKw: w / 1000 }),
    ),
    climate(setup),
    sensor("sensor.living_room_temperature", "Living room temperature", TEMPERATURE, (r) => r.roomTempC),
    waterHeater(setup),
    sensor("sensor.hot_water_tank_temperature", "Hot water temperature", TEMPERATURE, (r) => r.tankTempC),
    sensor("sensor.heat_pump_power", "Heat pump power", POWER, (r) => r.heatPumpKw),
    onOffSwitch(
      "switch.immersion_upper",
      "Upper immersion heater",
      (c) => c.upperElementOn,
      (isOn) => ({ upperElementOn: isOn }),
    ),
    onOffSwitch(
      "switch.immersion_lower",
      "Lower immersion heater",
      (c) => c.lowerElementOn,
      (isOn) => ({ lowerElementOn: isOn }),
    ),
    sensor("sensor.immersion_upper_power", "Upper immersion heater power", POWER, (r) => r.upperElementKw),
    sensor("sensor.immersion_lower_power", "Lower immersion heater power", POWER, (r) => r.lowerElementKw),
    sensor("sensor.grid_voltage", "Grid voltage", VOLTAGE, (r) => r.gridVoltage),
    binarySensor("binary_sensor.grid_connected", "Grid", "connectivity", (r) => r.isGridConnected),
    ...(setup.car ? carCharger(setup.car) : []),
  ];
}
