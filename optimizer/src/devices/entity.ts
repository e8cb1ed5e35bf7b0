import type { ServiceCall } from "@ohmstead/contract";
import { z } from "zod";

/** A Home Assistant entity id of one of these domains. */
export const entity = (...domains: readonly string[]) =>
  z
    .string()
    .regex(
      new RegExp(`^(${domains.join("|")})\\.[a-z0-9_]+$`),
      `write an entity of ${domains.join(" or ")}, for example ${domains[0]}.my_device`,
    );

/** `sensor` of `sensor.battery_soc`. */
export const domainOf = (entityId: string): string => entityId.split(".", 1)[0] ?? "";

/** For number and input_number. */
export const setNumber = (entityId: string, value: number): ServiceCall => ({
  action: `${domainOf(entityId)}.set_value`,
  target: { entity_id: entityId },
  data: { value },
});
