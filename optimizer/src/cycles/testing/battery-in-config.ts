/** A battery of 10 kWh and 5 kW, as a home's config has it. */
export const BATTERY_IN_CONFIG = {
  id: "battery",
  capacityKwh: 10,
  maxChargeKw: 5,
  maxDischargeKw: 5,
  sensors: { soc: "sensor.soc", power: "sensor.battery" },
} as const;

/** The same in the simulated house, under the names it has there. */
export const SIMULATED_BATTERY_IN_CONFIG = {
  ...BATTERY_IN_CONFIG,
  sensors: { soc: "sensor.battery_soc", power: "sensor.battery_power" },
  control: {
    kind: "battery-mode-select",
    modeEntity: "select.battery_mode",
    chargePowerEntity: "number.battery_charge_power",
    dischargePowerEntity: "number.battery_discharge_power",
    chargeTargetEntity: "number.battery_charge_target",
    dischargeFloorEntity: "number.battery_discharge_floor",
  },
} as const;
