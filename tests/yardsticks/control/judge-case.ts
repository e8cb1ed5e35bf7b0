import { type ControlCase, notAmong, type Property } from "./case-file.ts";
import type { PropertyKind } from "./properties/property-kind.ts";
import { states } from "./properties/states.ts";
import { words } from "./properties/words.ts";
import { writes } from "./properties/writes.ts";
import type { CaseRecord } from "./record.ts";

export const PROPERTY_KINDS: ReadonlyMap<string, PropertyKind> = new Map(
  Object.entries({ ...states, ...writes, ...words }),
);

export interface Judgement {
  readonly property: Property;
  /** None when it holds. */
  readonly complaints: readonly string[];
}

/** Every entry of `must` on the records of the variants it applies to; one that cannot be judged does not hold. */
export const judgeCase = ({ must }: ControlCase, records: ReadonlyMap<string, CaseRecord>): Judgement[] =>
  must.map((property) => ({ property, complaints: complaintsOf(property, records) }));

function complaintsOf(property: Property, records: ReadonlyMap<string, CaseRecord>): string[] {
  const kind = PROPERTY_KINDS.get(property.type);
  if (!kind) return [notAmong("property", property.type, [...PROPERTY_KINDS.keys()])];
  const strange = property.in?.find((id) => !records.has(id));
  if (strange !== undefined) return [notAmong("variant", strange, [...records.keys()])];
  const chosen = [...records].filter(([id]) => !property.in || property.in.includes(id));
  if (chosen.length === 0) return ["it speaks of nothing"];
  return chosen.flatMap(([id, record]) => {
    try {
      return kind(property, record).map((complaint) => `${id}: ${complaint}`);
    } catch (error) {
      return [`${id}: cannot be judged: ${error instanceof Error ? error.message : String(error)}`];
    }
  });
}
