import { InputError } from "../../domain/errors.ts";
import type { HouseEntity } from "../entities.ts";
import type { Controls } from "../physics/house.ts";
import { prepareCall } from "../server/prepare-call.ts";
import { domainOf, ServiceCallError } from "../server/services.ts";

/** The call with which a person would make this change in Home Assistant. */
export interface HandCall {
  readonly domain: string;
  readonly service: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly change: (controls: Controls) => Partial<Controls> | undefined;
}

function serviceFor(entity: HouseEntity, value: string | number): readonly [string, Record<string, unknown>] {
  const { entityId, knob } = entity;
  if (knob.kind === "select") return ["select_option", { option: String(value) }];
  if (knob.kind === "number") return ["set_value", { value }];
  if (knob.kind === "switch") return [`turn_${value}`, {}];
  if (knob.kind === "none") {
    const message = `${entityId} has nothing to turn by hand`;
    throw new InputError(`the fault cannot be used: ${message}`, [{ field: "entityId", message }]);
  }
  if (typeof value === "number") return ["set_temperature", { temperature: value }];
  const field = domainOf(entityId) === "climate" ? "hvac_mode" : "operation_mode";
  return [`set_${field}`, { [field]: value }];
}

/** Throws InputError when the entity cannot be turned so. */
export function handCall(entities: readonly HouseEntity[], entity: HouseEntity, value: string | number): HandCall {
  const domain = domainOf(entity.entityId);
  const [service, data] = serviceFor(entity, value);
  try {
    const call = prepareCall(entities, domain, service, { entity_id: entity.entityId }, data);
    const change = (controls: Controls) => call.service.turn(entity, call.data, controls);
    change({} as Controls); // complains about a value that is not possible
    return { domain, service, data, change };
  } catch (error) {
    if (!(error instanceof ServiceCallError)) throw error;
    throw new InputError(`the fault cannot be used: value ${error.message}`, [
      { field: "value", message: error.message },
    ]);
  }
}
