import type { TelemetryReading } from "@ohmstead/contract";

/** A state of Home Assistant. */
export interface EntityState {
  readonly entityId: string;
  readonly state: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** When the source last reported it, epoch milliseconds. */
  readonly atMs: number;
  readonly changedBy?: TelemetryReading["changedBy"];
}

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const timeOf = (value: unknown): number => {
  const ms = typeof value === "number" ? value : typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isFinite(ms) ? Math.round(ms) : Number.NEGATIVE_INFINITY;
};

/** Newer Home Assistants say when a value was last confirmed, older ones only when it last changed. */
function stateOf(value: unknown, nowMs: number): EntityState | undefined {
  if (!isFields(value)) return undefined;
  const { entity_id: entityId, state, attributes } = value;
  if (typeof entityId !== "string" || (typeof state !== "string" && typeof state !== "number")) return undefined;
  const atMs = Math.max(timeOf(value["last_reported"]), timeOf(value["last_updated"]), timeOf(value["last_changed"]));
  return {
    entityId,
    state: String(state),
    attributes: isFields(attributes) ? attributes : {},
    atMs: Number.isFinite(atMs) ? atMs : nowMs,
    ...changedByOf(value["context"]),
  };
}

/**
 * Home Assistant's context: an automation or script names what set it off as its parent, a person (also one who uses a token, as our own
 * calls do) is a user, and a device that changed by itself is neither.
 */
function changedByOf(context: unknown): Pick<EntityState, "changedBy"> {
  if (!isFields(context)) return {};
  const isSet = (key: string) => typeof context[key] === "string" && context[key] !== "";
  return { changedBy: isSet("parent_id") ? "automation" : isSet("user_id") ? "person" : "device" };
}

/**
 * The states in a message: of Home Assistant's state-changed node (`msg.data.new_state`), or one state, or a list of them, in
 * `msg.payload`. An entity that was removed gives none.
 */
export function statesIn(message: Fields, nowMs: number): readonly EntityState[] {
  const { data, payload } = message;
  const candidates =
    isFields(data) && "new_state" in data ? [data["new_state"]] : Array.isArray(payload) ? payload : [payload];
  return candidates.map((each) => stateOf(each, nowMs)).filter((each) => each !== undefined);
}

/** Readings that are none of Home Assistant's: `{ source, value, unit, atMs }`, or a list of them, in `msg.payload`. */
export function readingsIn(message: Fields, nowMs: number): readonly TelemetryReading[] {
  const { payload } = message;
  return (Array.isArray(payload) ? payload : [payload]).flatMap((each) => {
    if (!isFields(each) || typeof each["source"] !== "string" || !("value" in each)) return [];
    const value = simple(each["value"]);
    if (value === undefined) return [];
    const atMs = timeOf(each["atMs"]);
    return [
      {
        source: each["source"],
        value,
        ...(typeof each["unit"] === "string" ? { unit: each["unit"] } : {}),
        atMs: Number.isFinite(atMs) ? atMs : nowMs,
      },
    ];
  });
}

function simple(value: unknown): TelemetryReading["value"] | undefined {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** The wanted sources by entity; "" stands for the state itself, any other name for an attribute. */
export type WantedSources = ReadonlyMap<string, readonly string[]>;

export function wantedByEntity(sources: readonly string[]): WantedSources {
  const wanted = new Map<string, string[]>();
  for (const source of sources) {
    const [entityId = "", attribute = ""] = source.split("#", 2);
    wanted.set(entityId, [...(wanted.get(entityId) ?? []), attribute]);
  }
  return wanted;
}

export const sourceOf = (entityId: string, attribute: string): string =>
  attribute === "" ? entityId : `${entityId}#${attribute}`;

/** The wanted readings of one state. An attribute that is missing, or no plain value, gives none. */
export function readingsOf(state: EntityState, wanted: WantedSources): readonly TelemetryReading[] {
  const unit = state.attributes["unit_of_measurement"];
  const dated = { atMs: state.atMs, ...(state.changedBy ? { changedBy: state.changedBy } : {}) };
  return (wanted.get(state.entityId) ?? []).flatMap((attribute) => {
    const source = sourceOf(state.entityId, attribute);
    if (attribute === "")
      return [
        {
          source,
          value: state.state.slice(0, 500),
          ...(typeof unit === "string" ? { unit: unit.slice(0, 20) } : {}),
          ...dated,
        },
      ];
    const value = simple(state.attributes[attribute]);
    return value === undefined ? [] : [{ source, value, ...dated }];
  });
}

/** A state or attribute as a rule reads it: a number where it is one. Undefined while the entity is away. */
export function plainValue(value: TelemetryReading["value"]): number | string | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || value === "unavailable" || value === "unknown" || value.trim() === "")
    return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : value;
}
