/** A battery of 10 kWh and 5 kW, as a home's config has it. */
export const BATTERY_IN_CONFIG = {
  id: "battery",
  capacityKwh: 10,
  maxChargeKw: 5,
  maxDischargeKw: 5,
  sensors: { soc: "sensor.soc", power: "sensor.battery" },
} as const;
