import type { Clock } from "../../domain/clock.ts";
import { MS_PER_MINUTE } from "../../domain/slots.ts";
import { createAgenda } from "../agenda.ts";
import { houseEntities, type HouseEntity } from "../entities.ts";
import { createFaults, type Faults } from "../faults/active-faults.ts";
import type { HousePair, HouseReport } from "../house-pair.ts";
import type { HouseSetup } from "../physics/house-setup.ts";
import { type Answering, type CallRecord, createCallDesk, type ServiceRequest } from "./call-desk.ts";
import { faultEffects } from "./fault-effects.ts";
import { statePublisher } from "./publish-states.ts";
import { serviceDescriptions } from "./services.ts";
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

/** What is wrong with the wires; whoever serves them obeys it. */
export interface WireCondition {
  /** hangs up on everybody */
  readonly isAway: boolean;
  /** takes everything and says nothing */
  readonly isMute: boolean;
  readonly isTokenRejected: boolean;
  readonly delayMs: number;
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
  /** Throws ServiceCallError. Answers with the states that changed, and whether the caller may hear of it. */
  callService(request: ServiceRequest): {
    readonly context: Context;
    readonly changed: readonly StoredState[];
  } & Answering;
  fire(eventType: string, data: object, origin: HomeEvent["origin"]): Context;
  onEvent(listener: (event: HomeEvent) => void): () => void;
  onStateChange(listener: (change: StateChange) => void): () => void;
  /** Lives on to the clock's now, publishing every minute; at most so many steps. False when there is more to catch up. */
  live(mostSteps: number): boolean;
  /** When something is due in house time that must not wait for the next minute; infinite when nothing is. */
  nextMs(): number;
  wire(): WireCondition;
  /** Does it when the house has lived that much longer. */
  after(ms: number, act: () => void): void;
  /** Told when every connection is to be cut. */
  onCut(listener: () => void): void;
  report(): HouseReport & {
    readonly faults: ReturnType<Faults["list"]>;
    readonly calls: ReturnType<ReturnType<typeof createCallDesk>["count"]>;
  };
  calls(): readonly CallRecord[];
}

const COMPONENTS = [
  "api",
  "binary_sensor",
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
  const agenda = createAgenda();
  const eventListeners = new Set<(event: HomeEvent) => void>();
  const changeListeners = new Set<(change: StateChange) => void>();
  const cutListeners = new Set<() => void>();
  const house = pair.controlled;
  let publishedMinute = 0;

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

  const publish = (which: readonly HouseEntity[], context = newContext()): void => publishStates(which, context);
  const effects = faultEffects({
    setup,
    pair,
    entities,
    agenda,
    desk: () => desk,
    faults: () => faults,
    publish,
    fire: (eventType, data, context) => tell(eventType, data, "LOCAL", context),
    cut: () => {
      for (const listener of cutListeners) listener();
    },
  });
  const faults = createFaults({
    entities,
    agenda,
    nowMs: () => pair.nowMs(),
    onBegin: effects.begin,
    onEnd: effects.end,
  });
  const desk = createCallDesk({
    entities,
    house,
    faults,
    agenda,
    publish,
    isAvailable: (entityId) => states.get(entityId)?.state !== "unavailable",
  });
  const publishStates = statePublisher({
    states,
    faults,
    nowMs: () => pair.nowMs(),
    view: () => ({
      readings: house.readings(),
      controls: desk.shownControls(),
      activity: house.state().heatPump.activity,
    }),
  });

  /** Lives on to that time, with all that happens on the way at its own moment. */
  const advance = (toMs: number, mostSteps = Number.POSITIVE_INFINITY): boolean => {
    for (;;) {
      const untilMs = Math.min(toMs, agenda.nextMs());
      if (!pair.advanceTo(untilMs, mostSteps)) return false;
      agenda.run(pair.nowMs());
      if (untilMs >= toMs) return true;
    }
  };
  const minuteNow = (): number => Math.floor(pair.nowMs() / MS_PER_MINUTE);
  const publishAll = (): void => {
    publishedMinute = minuteNow();
    publish(entities);
  };

  publishAll();
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
      state: faults.has("restart") ? "STARTING" : "RUNNING",
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
      advance(clock.nowMs());
      const context = newContext(USER.id);
      const changed: StoredState[] = [];
      const collect = ({ after }: StateChange): number => changed.push(after);
      changeListeners.add(collect);
      try {
        const { domain, service, target, data } = request;
        tell("call_service", { domain, service, service_data: { ...data, ...target } }, "LOCAL", context);
        return { context, changed, ...desk.carryOut(request, context) };
      } finally {
        changeListeners.delete(collect);
      }
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
      const isThere = advance(clock.nowMs(), mostSteps);
      if (minuteNow() !== publishedMinute) publishAll();
      return isThere;
    },
    nextMs: () => agenda.nextMs(),
    wire: () => ({
      isAway: faults.has("goAway") || effects.isRestarting(),
      isMute: faults.has("halfOpen"),
      isTokenRejected: faults.has("rejectToken"),
      delayMs: Math.max(0, ...faults.on("slowAnswers").map(({ delaySeconds }) => delaySeconds * 1000)),
    }),
    after: (ms, act) => void agenda.at(pair.nowMs() + ms, act),
    onCut: (listener) => void cutListeners.add(listener),
    report: () => ({ ...pair.report(), faults: faults.list(), calls: desk.count() }),
    calls: () => desk.calls(),
  };
}
