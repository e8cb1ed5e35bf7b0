import { z } from "zod";
import type { HouseEntity } from "../entities.ts";
import { domainOf, type Service, ServiceCallError, serviceNamed } from "./services.ts";

const TARGET_KEYS = ["entity_id", "device_id", "area_id", "floor_id", "label_id"] as const;
const entityIds = z
  .union([z.string(), z.array(z.string())])
  .transform((ids) => (typeof ids === "string" ? ids.split(",") : ids).map((id) => id.trim()));

/** A call after target and data were put together, as Home Assistant does before it looks at either. */
export interface PreparedCall {
  readonly service: Service;
  readonly entities: readonly HouseEntity[];
  readonly data: unknown;
}

/**
 * Checks a call as Home Assistant does: the service exists, the data fit, something is targeted. Entities that do not exist or
 * are of another domain are left out without complaint. Throws ServiceCallError.
 */
export function prepareCall(
  entities: readonly HouseEntity[],
  domain: string,
  name: string,
  target: Readonly<Record<string, unknown>>,
  serviceData: Readonly<Record<string, unknown>>,
): PreparedCall {
  const service = serviceNamed(domain, name);
  if (!service)
    throw new ServiceCallError("not_found", `Service ${domain}.${name} not found.`, {
      key: "service_not_found",
      domain: "homeassistant",
      placeholders: { domain, service: name },
    });
  const merged: Record<string, unknown> = { ...serviceData, ...target };
  const data = Object.fromEntries(
    Object.entries(merged).filter(([key]) => !TARGET_KEYS.some((targetKey) => targetKey === key)),
  );
  const checked = service.schema.safeParse(data);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    const where = issue?.path.join("']['") ?? "";
    const what = where in data ? "expected another type for dictionary value" : "required key not provided";
    throw new ServiceCallError("invalid_format", `${what} @ data['${where}']`);
  }
  if (service.targets.length === 0) return { service, entities: [], data };
  if (TARGET_KEYS.every((key) => merged[key] === undefined))
    throw new ServiceCallError(
      "invalid_format",
      "must contain at least one of entity_id, device_id, area_id, floor_id, label_id.",
    );
  const wanted = entityIds.safeParse(merged["entity_id"] ?? []);
  if (!wanted.success)
    throw new ServiceCallError("invalid_format", "not a valid value for dictionary value @ data['entity_id']");
  const isWanted = (entity: HouseEntity): boolean =>
    service.targets.includes(domainOf(entity.entityId)) &&
    (wanted.data.includes(entity.entityId) || wanted.data.includes("all"));
  return { service, entities: entities.filter(isWanted), data };
}
