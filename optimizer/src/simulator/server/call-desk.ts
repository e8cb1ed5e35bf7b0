import type { Agenda } from "../agenda.ts";
import type { House } from "../create-house.ts";
import type { HouseEntity } from "../entities.ts";
import type { Faults } from "../faults/active-faults.ts";
import { type CallFate, fateOf, type Wire } from "../faults/call-fate.ts";
import type { Controls } from "../physics/house.ts";
import { prepareCall } from "./prepare-call.ts";
import { ServiceCallError } from "./services.ts";
import { type Context, newContext } from "./state-machine.ts";

export interface ServiceRequest {
  readonly domain: string;
  readonly service: string;
  readonly target: Readonly<Record<string, unknown>>;
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * One entity of a service call, as GET /simulator/calls tells it. `late`: it acts later; `stored`: it is shown and has no
 * effect; `unavailable`: passed over, as Home Assistant does; `failed`: the device's error; `refused`: Home Assistant's.
 */
export interface CallRecord {
  readonly atMs: number;
  readonly action: string;
  readonly entityId: string | undefined;
  readonly data: unknown;
  readonly outcome: "done" | "late" | "stored" | "ignored" | "unavailable" | "failed" | "refused";
  readonly reason?: string;
  /** the caller never heard: silence, or the connection was cut */
  readonly answer?: Exclude<Wire, "answered">;
}

/** What becomes of the answer. */
export interface Answering {
  readonly wire: Wire;
  readonly delayMs: number;
}

export interface CallDesk {
  /** Throws ServiceCallError. */
  carryOut(request: ServiceRequest, context: Context): Answering;
  calls(): readonly CallRecord[];
  count(): Record<CallRecord["outcome"], number>;
  /** As the entities show them: what is stored without effect included. */
  shownControls(): Controls;
  /** Sets knobs, whatever was stored for them. */
  set(change: Partial<Controls>): void;
  /** What is stored and no longer without effect acts from now on. */
  releaseStored(): void;
}

const CALLS_KEPT = 20_000;
/** Home Assistant gives what changes this long after a call the call's context; what comes later has no cause it knows. */
const CONTEXT_RECENT_SECONDS = 5;

const OUTCOMES = { now: "done", late: "late", stored: "stored", never: "ignored" } as const;

export function createCallDesk(setup: {
  readonly entities: readonly HouseEntity[];
  readonly house: House;
  readonly faults: Faults;
  readonly agenda: Agenda;
  publish(which: readonly HouseEntity[], context: Context): void;
  isAvailable(entityId: string): boolean;
}): CallDesk {
  const { entities, house, faults, agenda } = setup;
  const stored = new Map<string, Partial<Controls>>();
  let calls: CallRecord[] = [];

  const remember = (record: CallRecord): void => {
    calls.push(record);
    if (calls.length > CALLS_KEPT * 1.1) calls = calls.slice(-CALLS_KEPT);
  };
  const shownControls = (): Controls => Object.assign({}, house.controls(), ...stored.values()) as Controls;
  const set = (change: Partial<Controls>): void => {
    for (const [entityId, settings] of stored) {
      const left = Object.fromEntries(Object.entries(settings).filter(([key]) => !(key in change)));
      if (Object.keys(left).length > 0) stored.set(entityId, left);
      else stored.delete(entityId);
    }
    house.setControls(change);
  };

  const act = (entity: HouseEntity, change: Partial<Controls>, fate: CallFate, context: Context): void => {
    const { entityId } = entity;
    if (fate.act === "stored") stored.set(entityId, { ...stored.get(entityId), ...change });
    else if (fate.act === "now") set(change);
    if (fate.act !== "late") return;
    agenda.at(house.nowMs() + fate.delaySeconds * 1000, () => {
      if (!setup.isAvailable(entityId)) return; // it came to nobody
      set(change);
      setup.publish([entity], fate.delaySeconds <= CONTEXT_RECENT_SECONDS ? context : newContext());
    });
  };

  const carryOut = ({ domain, service, target, data }: ServiceRequest, context: Context): Answering => {
    const action = `${domain}.${service}`;
    const atMs = house.nowMs();
    const prepared = prepareCall(entities, domain, service, target, data);
    const record = { atMs, action, data: prepared.data };
    if (prepared.entities.length === 0) remember({ ...record, entityId: undefined, outcome: "done" });
    const turned: HouseEntity[] = [];
    const fates: CallFate[] = [];
    for (const entity of prepared.entities) {
      const { entityId } = entity;
      // Passed over as Home Assistant does, without a word to the caller.
      if (!setup.isAvailable(entityId)) {
        remember({ ...record, entityId, outcome: "unavailable" });
        continue;
      }
      const change = prepared.service.turn(entity, prepared.data, shownControls()) ?? {};
      const fate = fateOf(faults.takeCall(entityId), entityId);
      fates.push(fate);
      remember({
        ...record,
        entityId,
        outcome: fate.error ? "failed" : OUTCOMES[fate.act],
        ...(fate.error ? { reason: fate.error.message } : {}),
        ...(fate.wire === "answered" ? {} : { answer: fate.wire }),
      });
      act(entity, change, fate, context);
      if (fate.act === "now" || fate.act === "stored") turned.push(entity);
    }
    setup.publish(turned, context);
    // An answer that nobody hears may as well be an error.
    const delayMs = Math.max(0, ...fates.map(({ answerSeconds }) => answerSeconds * 1000));
    for (const wire of ["cut", "silent"] as const)
      if (fates.some((fate) => fate.wire === wire)) return { wire, delayMs };
    const failed = fates.find(({ error }) => error !== undefined)?.error;
    if (failed) throw failed;
    return { wire: "answered", delayMs };
  };

  return {
    carryOut: (request, context) => {
      const before = calls.length;
      try {
        return carryOut(request, context);
      } catch (error) {
        const wasDevice = calls.slice(before).some(({ outcome }) => outcome === "failed");
        if (error instanceof ServiceCallError && !wasDevice) {
          const wanted = request.target["entity_id"] ?? request.data["entity_id"];
          remember({
            atMs: house.nowMs(),
            action: `${request.domain}.${request.service}`,
            entityId: typeof wanted === "string" ? wanted : JSON.stringify(wanted),
            data: request.data,
            outcome: "refused",
            reason: error.message,
          });
        }
        throw error;
      }
    },
    calls: () => calls,
    count: () => {
      const count = { done: 0, late: 0, stored: 0, ignored: 0, unavailable: 0, failed: 0, refused: 0 };
      for (const { outcome } of calls) count[outcome]++;
      return count;
    },
    shownControls,
    set,
    releaseStored: () => {
      for (const [entityId, settings] of stored)
        if (!faults.has("storeWithoutEffect", entityId)) {
          stored.delete(entityId);
          house.setControls(settings);
        }
    },
  };
}
