import type { Clock } from "../../domain/clock.ts";
import { MS_PER_MINUTE } from "../../domain/slots.ts";
import { houseEntities, type HouseEntity } from "../entities.ts";
import type { HousePair, HouseReport } from "../house-pair.ts";
import type { HouseSetup } from "../physics/house-setup.ts";
import { createFaults, type Faults } from "./faults.ts";
import { prepareCall } from "./prepare-call.ts";
import { domainOf, ServiceCallError, serviceDescriptions } from "./services.ts";
import {
  type Context,
  createStateMachine,
  isoTime,
  newContext,
  type StateChange,
  stateJson,
  type StateMachine,
  type StoredState,
} from "./state-machine.ts";

export const HA_VERSION = "2025.4.4";
export const USER = { id: "5f6c3c5e0f5b4c0fb1f1d0a7c2b9e001", name: "Owner", is_owner: true, is_admin: true };

export interface HomeEvent {
  readonly event_type: string;
  readonly data: object;
  readonly origin: "LOCAL" | "REMOTE";
  readonly time_fired: string;
  readonly context: Context;
}

/** One entity of a service call, as GET /simulator/calls tells it. */
export interface CallRecord {
  readonly atMs: number;
  readonly action: string;
  readonly entityId: string | undefined;
  readonly data: unknown;
  readonly outcome: "done" | "ignored" | "refused";
  readonly reason?: string;
}

export interface ServiceRequest {
  readonly domain: string;
  readonly service: string;
  readonly target: Readonly<Record<string, unknown>>;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The simulated Home Assistant without its wires: states, events and services of the house, in house time. */
export interface SimulatedHome {
  readonly states: StateMachine;
  readonly faults: Faults;
  nowMs(): number;
  config(): object;
  services(): ReturnType<typeof serviceDescriptions>;
  /** Entities as the registry lists them. */
  entityRegistry(): readonly object[];
  /** Throws ServiceCallError. Answers with the states that changed. */
  callService(request: ServiceRequest): { readonly context: Context; readonly changed: readonly StoredState[] };
  fire(eventType: string, data: object, origin: HomeEvent["origin"]): Context;
  onEvent(listener: (event: HomeEvent) => void): () => void;
  onStateChange(listener: (change: StateChange) => void): () => void;
  /** Lives on to the clock's now, publishing every minute; at most so many steps. False when there is more to catch up. */
  live(mostSteps: number): boolean;
  publish(): void;
  report(): HouseReport & {
    readonly faults: ReturnType<Faults["list"]>;
    readonly calls: Record<CallRecord["outcome"], number>;
  };
  calls(): readonly CallRecord[];
}

/** A sensor that has nothing new says so this often, as meters with force_update do. */
const REPEAT_AFTER_MS = 10 * MS_PER_MINUTE;
const CALLS_KEPT = 20_000;

const COMPONENTS = [
  "api",
  "climate",
  "config",
  "history",
  "homeassistant",
  "http",
  "number",
  "persistent_notification",
];
const MORE_COMPONENTS = ["recorder", "select", "sensor", "switch", "tag", "water_heater", "websocket_api"];

export function createSimulatedHome(setup: HouseSetup, pair: HousePair, clock: Pick<Clock, "nowMs">): SimulatedHome {
  const entities = houseEntities(setup);
  const states = createStateMachine();
  const faults = createFaults();
  const eventListeners = new Set<(event: HomeEvent) => void>();
  const changeListeners = new Set<(change: StateChange) => void>();
  let calls: CallRecord[] = [];
  let publishedMinute = 0;
  const house = pair.controlled;

  const tell = (event_type: string, data: object, origin: HomeEvent["origin"], context: Context): void => {
    const event: HomeEvent = { event_type, data, origin, time_fired: isoTime(pair.nowMs()), context };
    for (const listener of eventListeners) listener(event);
  };
  states.onChange((change) => {
    for (const listener of changeListeners) listener(change);
    if (eventListeners.size === 0) return;
    const data = {
      entity_id: change.after.entityId,
      old_state: change.before ? stateJson(change.before) : null,
      new_state: stateJson(change.after),
    };
    tell("state_changed", data, "LOCAL", change.after.context);
  });

  const publishOnly = (which: readonly HouseEntity[], context: Context): void => {
    const atMs = pair.nowMs();
    const view = { readings: house.readings(), controls: house.controls(), activity: house.state().heatPump.activity };
    for (const entity of which) {
      const { entityId } = entity;
      const isSensor = domainOf(entityId) === "sensor";
      const faultyAs = (kind: "sensorNaN" | "sensorFrozen" | "sensorUnavailable"): boolean =>
        faults.has(kind, atMs, entityId) && (isSensor || faults.has(kind, atMs, entityId) !== faults.has(kind, atMs));
      if (faultyAs("sensorFrozen")) continue;
      const { state, attributes = {} } = entity.read(view);
      const known = states.get(entityId);
      const isRepeated = isSensor && known !== undefined && atMs - known.updatedMs >= REPEAT_AFTER_MS;
      const isUnavailable = faultyAs("sensorUnavailable");
      states.write({
        entityId,
        state: isUnavailable ? "unavailable" : faultyAs("sensorNaN") ? "nan" : state,
        attributes: isUnavailable ? entity.attributes : { ...entity.attributes, ...attributes },
        atMs,
        context,
        force: isRepeated,
      });
    }
  };
  const minuteNow = (): number => Math.floor(pair.nowMs() / MS_PER_MINUTE);
  const publish = (): void => {
    publishedMinute = minuteNow();
    publishOnly(entities, newContext());
  };

  const remember = (record: CallRecord): void => {
    calls.push(record);
    if (calls.length > CALLS_KEPT * 1.1) calls = calls.slice(-CALLS_KEPT);
  };

  const carryOut = ({ domain, service, target, data }: ServiceRequest, context: Context): void => {
    const action = `${domain}.${service}`;
    const atMs = pair.nowMs();
    const prepared = prepareCall(entities, domain, service, target, data);
    if (prepared.entities.length === 0)
      remember({ atMs, action, entityId: undefined, data: prepared.data, outcome: "done" });
    const turned: HouseEntity[] = [];
    for (const entity of prepared.entities) {
      const { entityId } = entity;
      // As Home Assistant does, without a word to the caller.
      const isAway = states.get(entityId)?.state === "unavailable";
      const change = prepared.service.turn(entity, prepared.data, house.controls());
      const isIgnored = isAway || faults.has("ignoreCalls", atMs, entityId);
      remember({ atMs, action, entityId, data: prepared.data, outcome: isIgnored ? "ignored" : "done" });
      if (isIgnored) continue;
      if (change) house.setControls(change);
      turned.push(entity);
    }
    publishOnly(turned, context);
  };

  publish();
  return {
    states,
    faults,
    nowMs: () => pair.nowMs(),
    config: () => ({
      latitude: 60.17,
      longitude: 24.94,
      elevation: 10,
      unit_system: { length: "km", mass: "kg", temperature: "°C", volume: "L", pressure: "Pa", wind_speed: "m/s" },
      location_name: "Simulated house",
      time_zone: setup.timeZone,
      components: [...COMPONENTS, ...MORE_COMPONENTS],
      config_dir: "/config",
      version: HA_VERSION,
      config_source: "default",
      recovery_mode: false,
      safe_mode: false,
      state: "RUNNING",
      external_url: null,
      internal_url: null,
      currency: setup.currency,
      country: "FI",
      language: "en",
    }),
    services: serviceDescriptions,
    entityRegistry: () =>
      entities.map(({ entityId, attributes }) => ({
        entity_id: entityId,
        unique_id: `simulated_${entityId}`,
        platform: "simulated_house",
        name: null,
        original_name: attributes["friendly_name"],
        area_id: null,
        device_id: null,
        labels: [],
        disabled_by: null,
        hidden_by: null,
        entity_category: null,
      })),
    callService: (request) => {
      pair.advanceTo(clock.nowMs());
      const context = newContext(USER.id);
      const changed: StoredState[] = [];
      const collect = ({ after }: StateChange): number => changed.push(after);
      changeListeners.add(collect);
      try {
        const { domain, service, target, data } = request;
        tell("call_service", { domain, service, service_data: { ...data, ...target } }, "LOCAL", context);
        carryOut(request, context);
      } catch (error) {
        if (error instanceof ServiceCallError) {
          const action = `${request.domain}.${request.service}`;
          const wanted = request.target["entity_id"] ?? request.data["entity_id"];
          const entityId = typeof wanted === "string" ? wanted : JSON.stringify(wanted);
          remember({
            atMs: pair.nowMs(),
            action,
            entityId,
            data: request.data,
            outcome: "refused",
            reason: error.message,
          });
        }
        throw error;
      } finally {
        changeListeners.delete(collect);
      }
      return { context, changed };
    },
    fire: (eventType, data, origin) => {
      const context = newContext(USER.id);
      tell(eventType, data, origin, context);
      return context;
    },
    onEvent: (listener) => {
      eventListeners.add(listener);
      return () => eventListeners.delete(listener);
    },
    onStateChange: (listener) => {
      changeListeners.add(listener);
      return () => changeListeners.delete(listener);
    },
    live: (mostSteps) => {
      const isThere = pair.advanceTo(clock.nowMs(), mostSteps);
      if (minuteNow() !== publishedMinute) publish();
      return isThere;
    },
    publish,
    report: () => {
      const count = { done: 0, ignored: 0, refused: 0 };
      for (const { outcome } of calls) count[outcome]++;
      return { ...pair.report(), faults: faults.list(pair.nowMs()), calls: count };
    },
    calls: () => calls,
  };
}
