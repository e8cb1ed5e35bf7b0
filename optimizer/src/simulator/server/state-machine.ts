import { randomBytes } from "node:crypto";
import type { Attributes } from "../entities.ts";

/**
 * Who caused a change: a person's or a program's service call has its user, what an automation did has the context that
 * triggered it as its parent, a device that reports has neither.
 */
export interface Context {
  readonly id: string;
  readonly parent_id: string | null;
  readonly user_id: string | null;
}

/** A state as Home Assistant writes it as JSON. */
export interface State {
  readonly entity_id: string;
  readonly state: string;
  readonly attributes: Attributes;
  readonly last_changed: string;
  readonly last_reported: string;
  readonly last_updated: string;
  readonly context: Context;
}

export interface StoredState {
  readonly entityId: string;
  readonly state: string;
  readonly attributes: Attributes;
  readonly changedMs: number;
  readonly updatedMs: number;
  readonly reportedMs: number;
  readonly context: Context;
}

export interface StateChange {
  readonly before: StoredState | undefined;
  readonly after: StoredState;
}

export const newContext = (userId: string | null = null): Context => ({
  id: randomBytes(16).toString("hex"),
  parent_id: null,
  user_id: userId,
});

/** As Python's isoformat() writes it, in microseconds. */
export const isoTime = (atMs: number): string => new Date(atMs).toISOString().replace("Z", "000+00:00");

export const stateJson = (stored: StoredState): State => ({
  entity_id: stored.entityId,
  state: stored.state,
  attributes: stored.attributes,
  last_changed: isoTime(stored.changedMs),
  last_reported: isoTime(stored.reportedMs),
  last_updated: isoTime(stored.updatedMs),
  context: stored.context,
});

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

export interface StateMachine {
  get(entityId: string): StoredState | undefined;
  all(): readonly StoredState[];
  /**
   * Nothing new, nothing told: then only the time of the report moves on. `force` tells an unchanged state again, as sensors
   * with force_update do.
   */
  write(change: {
    readonly entityId: string;
    readonly state: string;
    readonly attributes: Attributes;
    readonly atMs: number;
    readonly context: Context;
    readonly force?: boolean;
  }): void;
  onChange(listener: (change: StateChange) => void): void;
  /** The state that held at fromMs, then every one until untilMs, oldest first. */
  history(entityId: string, fromMs: number, untilMs: number): readonly StoredState[];
}

/** `kept`: how many past states each entity remembers. */
export function createStateMachine(kept = 3000): StateMachine {
  const present = new Map<string, StoredState>();
  const past = new Map<string, StoredState[]>();
  const listeners: ((change: StateChange) => void)[] = [];
  return {
    get: (entityId) => present.get(entityId),
    all: () => [...present.values()],
    write: ({ entityId, state, attributes, atMs, context, force = false }) => {
      const before = present.get(entityId);
      const isNewState = before?.state !== state || force;
      if (before && !isNewState && isSame(before.attributes, attributes)) {
        present.set(entityId, { ...before, reportedMs: atMs });
        return;
      }
      const after: StoredState = {
        entityId,
        state,
        attributes,
        changedMs: isNewState ? atMs : before.changedMs,
        updatedMs: atMs,
        reportedMs: atMs,
        context,
      };
      present.set(entityId, after);
      const remembered = past.get(entityId) ?? [];
      past.set(entityId, remembered);
      remembered.push(after);
      // Cut in large pieces: shifting one by one would move the whole array every minute.
      if (remembered.length > kept * 1.2) remembered.splice(0, remembered.length - kept);
      for (const listener of listeners) listener({ before, after });
    },
    onChange: (listener) => {
      listeners.push(listener);
    },
    history: (entityId, fromMs, untilMs) => {
      const remembered = past.get(entityId) ?? [];
      const atStart = remembered.findLast((each) => each.updatedMs <= fromMs);
      const during = remembered.filter((each) => each.updatedMs > fromMs && each.updatedMs <= untilMs);
      return atStart ? [atStart, ...during] : during;
    },
  };
}

/** A context that says nothing more than its id is written as that. */
const compressedContext = (context: Context): string | Context =>
  context.user_id === null && context.parent_id === null ? context.id : context;

/** The compressed form that subscribe_entities sends, times in seconds. */
export const compressedState = (stored: StoredState) => ({
  s: stored.state,
  a: stored.attributes,
  c: compressedContext(stored.context),
  lc: stored.changedMs / 1000,
  ...(stored.updatedMs === stored.changedMs ? {} : { lu: stored.updatedMs / 1000 }),
});

/** What is different, in the compressed form: `+` for new values, `-` for attributes that are gone. */
export function compressedDiff({ before, after }: StateChange) {
  if (!before) return { a: { [after.entityId]: compressedState(after) } };
  const added = Object.fromEntries(
    Object.entries(after.attributes).filter(([key, value]) => !isSame(before.attributes[key], value)),
  );
  const removed = Object.keys(before.attributes).filter((key) => !(key in after.attributes));
  const isChanged = after.state !== before.state || after.changedMs !== before.changedMs;
  const plus = {
    ...(after.state === before.state ? {} : { s: after.state }),
    ...(isChanged ? { lc: after.changedMs / 1000 } : { lu: after.updatedMs / 1000 }),
    c: compressedContext(after.context),
    ...(Object.keys(added).length > 0 ? { a: added } : {}),
  };
  const minus = removed.length > 0 ? { "-": { a: removed } } : {};
  return { c: { [after.entityId]: { "+": plus, ...minus } } };
}
