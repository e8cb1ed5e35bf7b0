import { MS_PER_MINUTE } from "../../domain/slots.ts";
import type { HouseEntity, HouseView } from "../entities.ts";
import type { Faults } from "../faults/active-faults.ts";
import { faultyReading, type Shown } from "../faults/faulty-reading.ts";
import { domainOf } from "./services.ts";
import type { Context, StateMachine } from "./state-machine.ts";

/** A sensor that has nothing new says so this often, as meters with force_update do. */
const REPEAT_AFTER_MS = 10 * MS_PER_MINUTE;

/** Does the device behind this entity answer at all? */
const isReachable = (faults: Faults, entityId: string): boolean =>
  !faults.has("restart") && !faults.has("deviceUnavailable", entityId) && !faults.has("rebootDevice", entityId);

/** Writes what the entities show into the state machine, as true as the faults allow. */
export function statePublisher(setup: {
  readonly states: StateMachine;
  readonly faults: Faults;
  nowMs(): number;
  view(): HouseView;
}) {
  const { faults, states } = setup;
  /** what delayed sensors have still to tell */
  const held = new Map<string, { readonly atMs: number; readonly shown: Shown }[]>();

  const delayed = (entityId: string, shown: Shown, delaySeconds: number): Shown | undefined => {
    const atMs = setup.nowMs();
    const all = [...(held.get(entityId) ?? []), { atMs, shown }];
    const newest = all.findLastIndex((each) => each.atMs <= atMs - delaySeconds * 1000);
    held.set(entityId, all.slice(Math.max(0, newest)));
    return all[newest]?.shown;
  };

  /** Undefined: nothing new comes from there. */
  const shownOf = (entity: HouseEntity, view: HouseView): Shown | undefined => {
    const { entityId } = entity;
    const wrong = faults.readingFaults(entityId);
    if (!isReachable(faults, entityId) || wrong.some(({ kind }) => kind === "sensorUnavailable")) {
      // After a restart Home Assistant shows what it remembers of an entity until its integration is there.
      const attributes = faults.has("restart") ? { ...entity.attributes, restored: true } : entity.attributes;
      return { state: "unavailable", attributes };
    }
    if (wrong.some(({ kind }) => kind === "sensorFrozen")) return undefined;
    const { state, attributes = {} } = entity.read(view);
    const now: Shown = { state, attributes: { ...entity.attributes, ...attributes } };
    const delay = wrong.find((each) => each.kind === "sensorDelayed");
    if (!delay) held.delete(entityId);
    const arrived = delay ? delayed(entityId, now, delay.delaySeconds) : now;
    return arrived && wrong.reduce((shown, fault) => faultyReading(fault, shown), arrived);
  };

  return (which: readonly HouseEntity[], context: Context): void => {
    const atMs = setup.nowMs();
    const view = setup.view();
    for (const entity of which) {
      const { entityId } = entity;
      const shown = shownOf(entity, view);
      if (!shown) continue;
      const known = states.get(entityId);
      const isSensor = domainOf(entityId) === "sensor" && shown.state !== "unavailable";
      const isRepeated = isSensor && known !== undefined && atMs - known.updatedMs >= REPEAT_AFTER_MS;
      states.write({ entityId, ...shown, atMs, context, force: isRepeated });
    }
  };
}
