import { z } from "zod";
import type { HouseEntity, Knob } from "../entities.ts";
import type { Controls } from "../physics/house.ts";

/** What Home Assistant answers when a call cannot be carried out, with its own codes and texts. */
export class ServiceCallError extends Error {
  override readonly name = "ServiceCallError";
  readonly code: "not_found" | "invalid_format" | "service_validation_error" | "home_assistant_error" | "unknown_error";
  readonly translation: { readonly key: string; readonly domain: string; readonly placeholders: object } | undefined;

  constructor(
    code: ServiceCallError["code"],
    message: string,
    translation?: { readonly key: string; readonly domain: string; readonly placeholders: object },
  ) {
    super(message);
    this.code = code;
    this.translation = translation;
  }
}

const invalid = (key: string, domain: string, message: string, placeholders: object): ServiceCallError =>
  new ServiceCallError("service_validation_error", message, { key, domain, placeholders });

/** Called once per targeted entity; the change to the house's controls, or undefined when there is nothing to turn. */
type Turn = (entity: HouseEntity, data: unknown, controls: Controls) => Partial<Controls> | undefined;

export interface Service {
  readonly domain: string;
  readonly name: string;
  readonly title: string;
  /** entity domains that it acts on; none: the call needs no target and does nothing to the house */
  readonly targets: readonly string[];
  readonly fields: Readonly<Record<string, { readonly required: boolean; readonly example: unknown }>>;
  readonly schema: z.ZodType;
  readonly turn: Turn;
}

const knobOf = <K extends Knob["kind"]>(entity: HouseEntity, kind: K): Extract<Knob, { kind: K }> | undefined =>
  entity.knob.kind === kind ? (entity.knob as Extract<Knob, { kind: K }>) : undefined;

/** What voluptuous calls Coerce(float): numbers, and text that is one. */
const coercedFloat = z.union([z.number(), z.string().regex(/^\s*-?\d+(\.\d+)?\s*$/)]).transform(Number);
const noData = z.looseObject({});

const selectOption = z.object({ option: z.string() });
const turnSelect: Turn = (entity, data) => {
  const knob = knobOf(entity, "select");
  const { option } = selectOption.parse(data);
  if (!knob) return undefined;
  if (knob.options.includes(option)) return knob.turn(option);
  const options = knob.options.join(", ");
  throw invalid(
    "not_valid_option",
    "select",
    `Option ${option} is not valid for entity ${entity.entityId}, valid options are: ${options}`,
    { entity_id: entity.entityId, option, options },
  );
};

const setValue = z.object({ value: coercedFloat });
const turnNumber: Turn = (entity, data) => {
  const knob = knobOf(entity, "number");
  const { value } = setValue.parse(data);
  if (!knob) return undefined;
  if (value >= knob.min && value <= knob.max) return knob.turn(value);
  throw invalid(
    "out_of_range",
    "number",
    `Value ${value} for ${entity.entityId} is outside valid range ${knob.min} - ${knob.max}`,
    { value, entity_id: entity.entityId, min_value: knob.min, max_value: knob.max },
  );
};

const wrongMode = (domain: string, mode: string, modes: readonly string[]): ServiceCallError =>
  domain === "climate"
    ? invalid(
        "not_valid_hvac_mode",
        domain,
        `HVAC mode ${mode} is not valid. Valid HVAC modes are: ${modes.join(", ")}.`,
        { mode, modes: modes.join(", ") },
      )
    : invalid(
        "not_valid_operation_mode",
        domain,
        `Operation mode ${mode} is not valid for ${domain}. The operation list is: ${modes.join(", ")}.`,
        { operation_mode: mode, operation_list: modes.join(", ") },
      );

const setTemperature = z.object({
  temperature: coercedFloat,
  hvac_mode: z.string().optional(),
  operation_mode: z.string().optional(),
});
const turnTemperature: Turn = (entity, data) => {
  const knob = knobOf(entity, "thermostat");
  const { temperature, hvac_mode: hvacMode, operation_mode: operationMode } = setTemperature.parse(data);
  if (!knob) return undefined;
  if (temperature < knob.minTempC || temperature > knob.maxTempC)
    throw invalid(
      "temp_out_of_range",
      "climate",
      `Provided temperature ${temperature} is not valid. Accepted range is ${knob.minTempC} to ${knob.maxTempC}`,
      { check_temp: temperature, min_temp: knob.minTempC, max_temp: knob.maxTempC },
    );
  const mode = hvacMode ?? operationMode;
  if (mode !== undefined && !knob.modes.includes(mode)) throw wrongMode(domainOf(entity.entityId), mode, knob.modes);
  return { ...knob.turnTemp(temperature), ...(mode === undefined ? {} : knob.turnMode(mode)) };
};

const turnMode =
  (schema: z.ZodType<{ mode: string }>): Turn =>
  (entity, data) => {
    const knob = knobOf(entity, "thermostat");
    const { mode } = schema.parse(data);
    if (!knob) return undefined;
    if (!knob.modes.includes(mode)) throw wrongMode(domainOf(entity.entityId), mode, knob.modes);
    return knob.turnMode(mode);
  };
const hvacMode = z.object({ hvac_mode: z.string() }).transform((data) => ({ mode: data.hvac_mode }));
const operationMode = z.object({ operation_mode: z.string() }).transform((data) => ({ mode: data.operation_mode }));

const turnOnOff =
  (wanted: "on" | "off" | "toggle"): Turn =>
  (entity, _data, controls) => {
    const { knob } = entity;
    if (knob.kind === "switch") return knob.turn(wanted === "toggle" ? !knob.isOn(controls) : wanted === "on");
    if (knob.kind === "thermostat" && wanted !== "toggle")
      return knob.turnMode(wanted === "on" ? (knob.modes.find((mode) => mode !== "off") ?? "off") : "off");
    return undefined;
  };
const nothing: Turn = () => undefined;

const onOff = (domain: string, targets: readonly string[]): Service[] =>
  (["on", "off", "toggle"] as const).map((wanted) => ({
    domain,
    name: wanted === "toggle" ? "toggle" : `turn_${wanted}`,
    title: wanted === "toggle" ? "Toggle" : `Turn ${wanted}`,
    targets,
    fields: {},
    schema: noData,
    turn: turnOnOff(wanted),
  }));

const required = (example: unknown) => ({ required: true, example });

/** One line per service the house knows. */
const SERVICES: readonly Service[] = [
  ...onOff("homeassistant", ["switch", "climate", "water_heater"]),
  {
    domain: "homeassistant",
    name: "update_entity",
    title: "Update entity",
    targets: ["sensor", "select", "number", "climate", "water_heater", "switch"],
    fields: { entity_id: required("sensor.battery_soc") },
    schema: noData,
    turn: nothing,
  },
  {
    domain: "persistent_notification",
    name: "create",
    title: "Create",
    targets: [],
    fields: { message: required("The plan is stale.") },
    schema: z.looseObject({ message: z.string() }),
    turn: nothing,
  },
  {
    domain: "persistent_notification",
    name: "dismiss",
    title: "Dismiss",
    targets: [],
    fields: { notification_id: required("ohmstead") },
    schema: z.looseObject({ notification_id: z.string() }),
    turn: nothing,
  },
  {
    domain: "select",
    name: "select_option",
    title: "Select",
    targets: ["select"],
    fields: { option: required("hold") },
    schema: selectOption,
    turn: turnSelect,
  },
  {
    domain: "number",
    name: "set_value",
    title: "Set",
    targets: ["number"],
    fields: { value: required("42") },
    schema: setValue,
    turn: turnNumber,
  },
  {
    domain: "climate",
    name: "set_temperature",
    title: "Set target temperature",
    targets: ["climate"],
    fields: { temperature: required(21), hvac_mode: { required: false, example: "heat" } },
    schema: setTemperature,
    turn: turnTemperature,
  },
  {
    domain: "climate",
    name: "set_hvac_mode",
    title: "Set HVAC mode",
    targets: ["climate"],
    fields: { hvac_mode: required("heat") },
    schema: hvacMode,
    turn: turnMode(hvacMode),
  },
  ...onOff("climate", ["climate"]).filter(({ name }) => name !== "toggle"),
  {
    domain: "water_heater",
    name: "set_temperature",
    title: "Set temperature",
    targets: ["water_heater"],
    fields: { temperature: required(50), operation_mode: { required: false, example: "heat_pump" } },
    schema: setTemperature,
    turn: turnTemperature,
  },
  {
    domain: "water_heater",
    name: "set_operation_mode",
    title: "Set operation mode",
    targets: ["water_heater"],
    fields: { operation_mode: required("heat_pump") },
    schema: operationMode,
    turn: turnMode(operationMode),
  },
  ...onOff("water_heater", ["water_heater"]).filter(({ name }) => name !== "toggle"),
  ...onOff("switch", ["switch"]),
];

const byName = new Map(SERVICES.map((service) => [`${service.domain}.${service.name}`, service]));
export const serviceNamed = (domain: string, name: string): Service | undefined => byName.get(`${domain}.${name}`);
export const domainOf = (entityId: string): string => entityId.split(".")[0] ?? "";

/** As get_services answers: domain → service → description. */
export function serviceDescriptions(): Record<string, Record<string, object>> {
  const domains: Record<string, Record<string, object>> = {};
  for (const { domain, name, title, targets, fields } of SERVICES) {
    const services = domains[domain] ?? {};
    domains[domain] = services;
    services[name] = {
      name: title,
      description: "",
      fields,
      ...(targets.length > 0 && name !== "update_entity" ? { target: { entity: [{ domain: targets }] } } : {}),
    };
  }
  return domains;
}
