import { expect, test } from "vitest";
import { describeMissing, missingEntities } from "./house-link.ts";
import { loadHomeConfig } from "./load-config.ts";

const config = loadHomeConfig("config/home.example.yaml");

test.each([
  [
    "select.battery_mode",
    ["select.tariff", "select.battery_modus", "number.battery_mode"],
    "select.battery_mode (batteries[0].control.modeEntity) does not exist in Home Assistant; there is: select.battery_modus.",
  ],
  [
    "climate.downstairs",
    ["climate.upstairs"],
    "climate.downstairs (zones[0].control.entity) does not exist in Home Assistant; there is: climate.upstairs.",
  ],
  [
    "water_heater.hot_water",
    ["sensor.hot_water"],
    "water_heater.hot_water (tanks[0].control.entity) does not exist in Home Assistant, and it has no water_heater at all.",
  ],
])("E44 %s is named with its place in the config, and the nearest of its kind", (entityId, there, expected) => {
  expect(describeMissing(entityId, there, config)).toBe(expected);
});

test("an entity of which somebody else sends readings is not missed", () => {
  const view = { link: "connected", missing: ["sensor.grid_power", "sensor.pv_power"], there: [] } as const;
  expect(missingEntities(view, config, (entityId) => entityId === "sensor.grid_power")).toEqual(["sensor.pv_power"]);
});

test("what no line of the config names, as the watchdog's entity, need not exist", () => {
  const view = { link: "connected", missing: ["input_boolean.ohmstead_drives"], there: [] } as const;
  expect(missingEntities(view, config, () => false)).toEqual([]);
});
