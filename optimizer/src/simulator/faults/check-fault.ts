import { closest } from "fastest-levenshtein";
import { InputError } from "../../domain/errors.ts";
import { parseInput } from "../../domain/parse-config.ts";
import type { HouseEntity } from "../entities.ts";
import { HOUSE_DEVICES } from "../house-devices.ts";
import { type Fault, FAULT_KINDS, groupOf } from "./fault.ts";
import { isNumeric } from "./faulty-reading.ts";
import { handCall } from "./hand-call.ts";

const refuse = (field: string, message: string): InputError =>
  new InputError(`the fault cannot be used: ${field} ${message}`, [{ field, message }]);

function mustKnow(field: string, what: string, given: unknown, known: readonly string[]): void {
  if (typeof given === "string" && known.includes(given)) return;
  const nearest = typeof given === "string" && given !== "" ? `did you mean "${closest(given, known)}"? ` : "";
  throw refuse(
    field,
    `${JSON.stringify(given) ?? "is missing"}: no such ${what}; ${nearest}There is: ${known.join(", ")}`,
  );
}

/** Only a number can be zero, not a number, turned round or a thousand times too large. */
const NEEDS_NUMBER: ReadonlySet<string> = new Set([
  "sensorZero",
  "sensorNaN",
  "sensorWrongSign",
  "sensorTimesThousand",
  "sensorWithoutUnit",
  "sensorSpike",
]);

/** Throws InputError that says what there is instead, the nearest first. */
export function checkFault(raw: unknown, entities: readonly HouseEntity[]): Fault {
  const { kind } = (typeof raw === "object" && raw !== null ? raw : {}) as { readonly kind?: unknown };
  mustKnow(
    "kind",
    "fault",
    kind,
    FAULT_KINDS.map((each) => each.kind),
  );
  const { schema } = FAULT_KINDS.find((each) => each.kind === kind) ?? FAULT_KINDS[0];
  const fault: Fault = parseInput<typeof schema>(schema, raw, `the fault ${String(kind)}`);
  const { entityId, device } = aimOf(fault);
  if (entityId !== undefined && device !== undefined) throw refuse("device", "and entityId: give one of both");
  const known = entities.map((each) => each.entityId);
  const devices = Object.entries(HOUSE_DEVICES).filter(([, { entityIds }]) =>
    entityIds.every((id) => known.includes(id)),
  );
  if (device !== undefined)
    mustKnow(
      "device",
      "device",
      device,
      devices.map(([name]) => name),
    );
  if (entityId === undefined) return fault;
  mustKnow("entityId", "entity", entityId, known);
  const entity = entities.find((each) => each.entityId === entityId);
  if (!entity) return fault;
  if (NEEDS_NUMBER.has(fault.kind) && !isNumeric(entity))
    throw refuse("entityId", `${entityId} shows no number, which ${fault.kind} needs`);
  if (groupOf(fault.kind) === "call" && entity.knob.kind === "none")
    throw refuse("entityId", `${entityId} is nothing that can be called; ${fault.kind} is about calls`);
  if (fault.kind === "changeByHand") handCall(entities, entity, fault.value);
  return fault;
}

/** Entity or device a fault is aimed at; neither: everything it can be about. */
export const aimOf = (
  fault: Fault,
): { readonly entityId?: string | undefined; readonly device?: string | undefined } => ({
  entityId: "entityId" in fault ? fault.entityId : undefined,
  device: "device" in fault ? fault.device : undefined,
});

export function isAimedAt(fault: Fault, entityId: string): boolean {
  const aim = aimOf(fault);
  if (aim.entityId !== undefined) return aim.entityId === entityId;
  return aim.device === undefined || (HOUSE_DEVICES[aim.device]?.entityIds.includes(entityId) ?? false);
}
