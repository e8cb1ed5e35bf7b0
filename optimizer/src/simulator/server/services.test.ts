import { expect, test } from "vitest";
import { houseEntities } from "../entities.ts";
import { restingControls } from "../old-rules.ts";
import { demoHouse } from "../physics/house-setup.ts";
import { prepareCall } from "./prepare-call.ts";
import { ServiceCallError, serviceDescriptions } from "./services.ts";

const entities = houseEntities(demoHouse);
const controls = { ...restingControls(demoHouse), upperElementOn: true };

/** What a call changes at the house, or the code with which it is refused. */
function effect(action: string, entityId: unknown, data: Record<string, unknown> = {}): unknown {
  const [domain = "", service = ""] = action.split(".");
  try {
    const call = prepareCall(entities, domain, service, { entity_id: entityId }, data);
    return Object.assign({}, ...call.entities.map((entity) => call.service.turn(entity, call.data, controls)));
  } catch (error) {
    if (error instanceof ServiceCallError) return error.code;
    throw error;
  }
}

test.each([
  ["select.select_option", "select.battery_mode", { option: "discharge" }, { batteryMode: "discharge" }],
  ["select.select_option", "select.battery_mode", { option: "dance" }, "service_validation_error"],
  ["number.set_value", "number.battery_charge_power", { value: 2500 }, { batteryChargeKw: 2.5 }],
  ["number.set_value", "number.battery_discharge_power", { value: "1200" }, { batteryDischargeKw: 1.2 }],
  ["number.set_value", "number.battery_charge_target", { value: 80 }, { batteryTargetSoc: 0.8 }],
  ["number.set_value", "number.battery_discharge_floor", { value: 4 }, "service_validation_error"],
  ["number.set_value", "number.pv_power_limit", { value: 0 }, { pvLimitKw: 0 }],
  ["number.set_value", "number.pv_power_limit", { value: "much" }, "invalid_format"],
  ["climate.set_temperature", "climate.living_room", { temperature: 21.5 }, { roomSetpointC: 21.5 }],
  [
    "climate.set_temperature",
    "climate.living_room",
    { temperature: 21, hvac_mode: "off" },
    { roomSetpointC: 21, heatingOn: false },
  ],
  [
    "climate.set_temperature",
    "climate.living_room",
    { temperature: 21, hvac_mode: "cool" },
    "service_validation_error",
  ],
  ["climate.set_temperature", "climate.living_room", { temperature: 40 }, "service_validation_error"],
  ["climate.set_hvac_mode", "climate.living_room", { hvac_mode: "off" }, { heatingOn: false }],
  ["climate.set_hvac_mode", "climate.living_room", { hvac_mode: "dry" }, "service_validation_error"],
  ["climate.turn_on", "climate.living_room", {}, { heatingOn: true }],
  ["water_heater.set_temperature", "water_heater.hot_water_tank", { temperature: 58 }, { tankTargetC: 58 }],
  ["water_heater.set_temperature", "water_heater.hot_water_tank", { temperature: 75 }, "service_validation_error"],
  ["water_heater.set_operation_mode", "water_heater.hot_water_tank", { operation_mode: "off" }, { waterOn: false }],
  [
    "water_heater.set_operation_mode",
    "water_heater.hot_water_tank",
    { operation_mode: "gas" },
    "service_validation_error",
  ],
  ["water_heater.turn_off", "water_heater.hot_water_tank", {}, { waterOn: false }],
  ["switch.turn_on", "switch.immersion_lower", {}, { lowerElementOn: true }],
  [
    "switch.toggle",
    "switch.immersion_upper, switch.immersion_lower",
    {},
    { upperElementOn: false, lowerElementOn: true },
  ],
  [
    "homeassistant.turn_off",
    ["switch.immersion_upper", "climate.living_room"],
    {},
    { upperElementOn: false, heatingOn: false },
  ],
  ["homeassistant.update_entity", "sensor.battery_soc", {}, {}],
  ["persistent_notification.create", undefined, { message: "hello" }, {}],
  ["persistent_notification.create", undefined, {}, "invalid_format"],
  ["select.select_option", "number.pv_power_limit", { option: "hold" }, {}],
  ["switch.turn_on", undefined, {}, "invalid_format"],
  ["switch.turn_on", 7, {}, "invalid_format"],
  ["light.turn_on", "light.kitchen", {}, "not_found"],
])("%s at %s with %o", (action, entityId, data, expected) => {
  expect(effect(action, entityId, data)).toEqual(expected);
});

test("every service is described with its fields and its target", () => {
  const services = serviceDescriptions();
  expect(services["climate"]?.["set_temperature"]).toMatchObject({
    fields: { temperature: { required: true } },
    target: { entity: [{ domain: ["climate"] }] },
  });
  expect(Object.keys(services).toSorted()).toEqual([
    "climate",
    "homeassistant",
    "number",
    "persistent_notification",
    "select",
    "switch",
    "water_heater",
  ]);
});
