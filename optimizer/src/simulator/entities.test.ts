import { expect, test } from "vitest";
import { houseEntities } from "./entities.ts";
import { restingControls } from "./old-rules.ts";
import { demoHouse } from "./physics/house-setup.ts";

const readings = {
  gridKw: -0.0004,
  importKwh: 12.3456,
  exportKwh: 0,
  outdoorTempC: -18.06,
  soc: 0.5049,
  batteryKw: -2.3456,
  pvKw: 0,
  roomTempC: 20.96,
  tankTempC: 51.24,
  heatPumpKw: 3.2109,
  upperElementKw: 0,
  lowerElementKw: 0,
  carKw: 0,
  carSoc: 0,
  isCarConnected: true,
  gridVoltage: 230,
  isGridConnected: true,
};
const view = { readings, controls: restingControls(demoHouse), activity: "space" as const };
const shown = Object.fromEntries(houseEntities(demoHouse).map((entity) => [entity.entityId, entity.read(view).state]));

test.each([
  ["sensor.house_grid_power", "0"],
  ["sensor.house_grid_import_energy", "12.35"],
  ["sensor.house_outdoor_temperature", "-18.1"],
  ["sensor.battery_soc", "50.5"],
  ["sensor.battery_power", "-2346"],
  ["sensor.living_room_temperature", "21"],
  ["sensor.heat_pump_power", "3211"],
  ["select.battery_mode", "self_use"],
  ["number.battery_charge_power", "5000.0"],
  ["number.battery_discharge_floor", "10.0"],
  ["number.pv_power_limit", "4500.0"],
  ["climate.living_room", "heat"],
  ["water_heater.hot_water_tank", "heat_pump"],
  ["switch.immersion_upper", "off"],
  ["sensor.grid_voltage", "230"],
  ["binary_sensor.grid_connected", "on"],
])("%s shows %s", (entityId, state) => expect(shown[entityId]).toBe(state));

test("all entities of the demo's config are there, each with a name", () => {
  const entities = houseEntities(demoHouse);
  expect(entities).toHaveLength(24);
  expect(entities.every(({ attributes }) => typeof attributes["friendly_name"] === "string")).toBe(true);
  expect(new Set(entities.map(({ entityId }) => entityId)).size).toBe(24);
});

const attributesOf = (entityId: string) =>
  houseEntities(demoHouse)
    .find((entity) => entity.entityId === entityId)
    ?.read(view).attributes;

test("the thermostats tell target and temperature as attributes", () => {
  expect(attributesOf("climate.living_room")).toMatchObject({
    current_temperature: 21,
    temperature: 21,
    hvac_action: "heating",
  });
  expect(attributesOf("water_heater.hot_water_tank")).toMatchObject({ current_temperature: 51.2, temperature: 55 });
});
