import type { Expectation, ServiceCall } from "@ohmstead/contract";
import { z } from "zod";

/** A Home Assistant entity id of one of these domains. */
export const entity = (...domains: readonly string[]) =>
  z
    .string()
    .regex(
      new RegExp(`^(${domains.join("|")})\\.[a-z0-9_]+$`),
      `write an entity of ${domains.join(" or ")}, for example ${domains[0]}.my_device`,
    );

/** What can be turned on and off. */
export const relay = () => entity("switch", "input_boolean");

/** `sensor` of `sensor.battery_soc`. */
export const domainOf = (entityId: string): string => entityId.split(".", 1)[0] ?? "";

/** For number and input_number. */
export const setNumber = (entityId: string, value: number): ServiceCall => ({
  action: `${domainOf(entityId)}.set_value`,
  target: { entity_id: entityId },
  data: { value },
});

/** For select and input_select. */
export const selectOption = (entityId: string, option: string): ServiceCall => ({
  action: `${domainOf(entityId)}.select_option`,
  target: { entity_id: entityId },
  data: { option },
});

/** For switch and input_boolean. */
export const turn = (entityId: string, isOn: boolean): ServiceCall => ({
  action: `${domainOf(entityId)}.turn_${isOn ? "on" : "off"}`,
  target: { entity_id: entityId },
  data: {},
});

/** The relay reads back as it was turned. */
export const isTurned = (entityId: string, isOn: boolean): Expectation => ({
  test: "equals",
  source: entityId,
  value: isOn ? "on" : "off",
});
