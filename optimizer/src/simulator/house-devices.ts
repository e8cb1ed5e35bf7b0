import type { Controls } from "./physics/house.ts";

/** What goes unavailable together, and what a device forgets when it loses its settings. */
export interface HouseDevice {
  readonly entityIds: readonly string[];
  readonly settings: readonly (keyof Controls)[];
}

const livingRoom = ["climate.living_room", "sensor.living_room_temperature"];
const hotWater = ["water_heater.hot_water_tank", "sensor.hot_water_tank_temperature"];

/**
 * The devices by the names that config/demo/home.yaml gives them, and what is no device there; a house without a car has
 * none. The heat pump's controller also
 * shows the thermostats of what it heats.
 */
export const HOUSE_DEVICES: Readonly<Record<string, HouseDevice>> = {
  meter: {
    entityIds: [
      "sensor.house_grid_power",
      "sensor.house_grid_import_energy",
      "sensor.house_grid_export_energy",
      "sensor.grid_voltage",
      "binary_sensor.grid_connected",
    ],
    settings: [],
  },
  outdoor: { entityIds: ["sensor.house_outdoor_temperature"], settings: [] },
  battery: {
    entityIds: [
      "sensor.battery_soc",
      "sensor.battery_power",
      "select.battery_mode",
      "number.battery_charge_power",
      "number.battery_discharge_power",
      "number.battery_charge_target",
      "number.battery_discharge_floor",
    ],
    settings: ["batteryMode", "batteryChargeKw", "batteryDischargeKw", "batteryTargetSoc", "batteryFloorSoc"],
  },
  roof: { entityIds: ["sensor.pv_power", "number.pv_power_limit"], settings: ["pvLimitKw"] },
  living_room: { entityIds: livingRoom, settings: ["heatingOn", "roomSetpointC"] },
  hot_water: { entityIds: hotWater, settings: ["waterOn", "tankTargetC"] },
  heat_pump: {
    entityIds: ["sensor.heat_pump_power", ...livingRoom, ...hotWater],
    settings: ["heatingOn", "roomSetpointC", "waterOn", "tankTargetC"],
  },
  immersion_upper: {
    entityIds: ["switch.immersion_upper", "sensor.immersion_upper_power"],
    settings: ["upperElementOn"],
  },
  immersion_lower: {
    entityIds: ["switch.immersion_lower", "sensor.immersion_lower_power"],
    settings: ["lowerElementOn"],
  },
  car: {
    entityIds: [
      "binary_sensor.car_connected",
      "sensor.car_soc",
      "sensor.car_charger_power",
      "switch.car_charger",
      "number.car_charger_current",
    ],
    settings: ["carOn", "carCurrentA"],
  },
};
