import { z } from "zod";

/**
 * What Ohmstead relies on of Home Assistant, as data: a request and the shape of what must come back. The same table is held
 * against the simulated house and against a real Home Assistant core, so that the simulation cannot drift into a dialect.
 *
 * Text that begins with $ stands for something of the instance under test (see ContractTarget.values); a case whose names the
 * instance does not have is not applicable to it.
 */
export type ContractCase = WebSocketCase | RestCase | AuthenticationCase;

/** A websocket's first message, and the answer; with `isClosed` the connection ends after it. */
export interface AuthenticationCase {
  readonly via: "authentication";
  readonly name: string;
  readonly send: Readonly<Record<string, unknown>>;
  readonly answer: z.ZodType;
  readonly isClosed: boolean;
}

export interface WebSocketCase {
  readonly via: "websocket";
  readonly name: string;
  /** commands without id, sent one after the other's answer on one connection */
  readonly send: readonly Readonly<Record<string, unknown>>[];
  /** of the last command; undefined when it has no result message */
  readonly answer: z.ZodType;
  /** each must be met by some message of the connection, within a few seconds */
  readonly messages?: readonly z.ZodType[];
}

export interface RestCase {
  readonly via: "rest";
  readonly name: string;
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  /** another than the right one; "" for none */
  readonly token?: string;
  readonly status: number;
  /** of the body: JSON where it is JSON, otherwise the text */
  readonly answer: z.ZodType;
}

export interface ContractTarget {
  readonly url: string;
  readonly token: string;
  /** "$sensor": an entity that exists; "$away_number": one that is unavailable; "$select", "$select.option", "$number", "$number.value" (within its range), … */
  readonly values: Readonly<Record<string, string | number>>;
}

const context = z.looseObject({
  id: z.string().min(16),
  parent_id: z.string().nullable(),
  user_id: z.string().nullable(),
});
const isoTime = z.iso.datetime({ offset: true });
const state = z.looseObject({
  entity_id: z.string().includes("."),
  state: z.string(),
  attributes: z.looseObject({}),
  last_changed: isoTime,
  last_updated: isoTime,
  last_reported: isoTime,
  context,
});
const compressed = z.looseObject({
  s: z.string(),
  a: z.looseObject({}),
  c: z.union([z.string(), context]),
  lc: z.number(),
});
const success = (result: z.ZodType) => z.looseObject({ type: z.literal("result"), success: z.literal(true), result });
const failure = (code: string) =>
  z.looseObject({
    type: z.literal("result"),
    success: z.literal(false),
    error: z.looseObject({ code: z.literal(code), message: z.string().min(1) }),
  });
const event = (content: z.ZodType) => z.looseObject({ type: z.literal("event"), id: z.int(), event: content });
const called = success(z.looseObject({ context }));
const list = z.array(z.looseObject({}));
const stateChanged = event(
  z.looseObject({
    event_type: z.literal("state_changed"),
    data: z.looseObject({ entity_id: z.string(), old_state: state.nullable(), new_state: state }),
    origin: z.literal("LOCAL"),
    time_fired: isoTime,
    context,
  }),
);
const entityChanged = event(
  z.looseObject({
    c: z.record(z.string(), z.looseObject({ "+": z.looseObject({ s: z.string(), lc: z.number() }) })),
  }),
);

const command = (name: string, type: string, answer: z.ZodType): WebSocketCase => ({
  via: "websocket",
  name,
  send: [{ type }],
  answer,
});
const call = (
  name: string,
  action: string,
  target: unknown,
  data: Readonly<Record<string, unknown>>,
  answer: z.ZodType,
): WebSocketCase => {
  const [domain, service] = action.split(".");
  return {
    via: "websocket",
    name,
    send: [{ type: "call_service", domain, service, target, service_data: data }],
    answer,
  };
};

export const homeAssistantContract: readonly ContractCase[] = [
  {
    via: "authentication",
    name: "the right token is let in",
    send: { type: "auth", access_token: "$token" },
    answer: z.looseObject({ type: z.literal("auth_ok"), ha_version: z.string() }),
    isClosed: false,
  },
  {
    via: "authentication",
    name: "a wrong token is refused, and the connection closed",
    send: { type: "auth", access_token: "not-the-token" },
    answer: z.looseObject({ type: z.literal("auth_invalid"), message: z.string().min(1) }),
    isClosed: true,
  },
  {
    via: "authentication",
    name: "whoever does not begin with the token is refused",
    send: { type: "get_states", id: 1 },
    answer: z.looseObject({ type: z.literal("auth_invalid") }),
    isClosed: true,
  },
  command(
    "the user of the token is an admin",
    "auth/current_user",
    success(z.looseObject({ is_admin: z.literal(true) })),
  ),
  {
    via: "websocket",
    name: "coalescing is agreed on",
    send: [{ type: "supported_features", features: { coalesce_messages: 1 } }],
    answer: success(z.null()),
  },
  command("a ping is answered by a pong", "ping", z.looseObject({ type: z.literal("pong") })),
  command(
    "the configuration says that it runs, and where",
    "get_config",
    success(
      z.looseObject({
        components: z.array(z.string()).min(1),
        state: z.literal("RUNNING"),
        time_zone: z.string(),
        currency: z.string(),
        version: z.string().regex(/^\d{4}\.\d+/),
      }),
    ),
  ),
  command("all states", "get_states", success(z.array(state).min(1))),
  command(
    "services have fields",
    "get_services",
    success(z.record(z.string(), z.record(z.string(), z.looseObject({ fields: z.looseObject({}) })))),
  ),
  ...["area", "device", "entity", "floor", "label"].map((each) =>
    command(`the ${each} registry lists`, `config/${each}_registry/list`, success(list)),
  ),
  command("an unknown command", "ohmstead/no_such_command", failure("unknown_command")),
  {
    via: "websocket",
    name: "subscribe_entities begins with everything there is",
    send: [{ type: "subscribe_entities" }],
    answer: success(z.null()),
    messages: [event(z.looseObject({ a: z.record(z.string(), compressed) }))],
  },
  {
    via: "websocket",
    name: "subscribe_entities with names begins with these only",
    send: [{ type: "subscribe_entities", entity_ids: ["$sensor"] }],
    answer: success(z.null()),
    messages: [
      event(z.looseObject({ a: z.record(z.string(), compressed).refine((all) => Object.keys(all).length === 1) })),
    ],
  },
  {
    via: "websocket",
    name: "a fired event comes back to who listens for it",
    send: [
      { type: "subscribe_events", event_type: "ohmstead_contract" },
      { type: "fire_event", event_type: "ohmstead_contract", event_data: { answer: 42 } },
    ],
    answer: success(z.looseObject({ context })),
    messages: [
      event(
        z.looseObject({ event_type: z.literal("ohmstead_contract"), data: z.looseObject({ answer: z.literal(42) }) }),
      ),
    ],
  },
  {
    via: "websocket",
    name: "a subscription that does not exist cannot be ended",
    send: [{ type: "unsubscribe_events", subscription: 4711 }],
    answer: failure("not_found"),
  },
  {
    via: "websocket",
    name: "a service call changes the state, and says so on both subscriptions",
    send: [
      { type: "subscribe_events", event_type: "state_changed" },
      { type: "subscribe_entities" },
      { type: "call_service", domain: "switch", service: "turn_off", target: { entity_id: "$switch" } },
      { type: "call_service", domain: "switch", service: "turn_on", target: { entity_id: "$switch" } },
    ],
    answer: called,
    messages: [stateChanged, entityChanged],
  },
  {
    via: "websocket",
    name: "a change says whose token asked for it",
    send: [
      { type: "subscribe_events", event_type: "state_changed" },
      { type: "call_service", domain: "switch", service: "toggle", target: { entity_id: "$switch" } },
    ],
    answer: success(z.looseObject({ context: z.looseObject({ user_id: z.string().min(1) }) })),
    messages: [
      event(
        z.looseObject({
          data: z.looseObject({
            entity_id: z.string().startsWith("switch."),
            new_state: z.looseObject({ context: z.looseObject({ user_id: z.string().min(1) }) }),
          }),
        }),
      ),
    ],
  },
  call("an option is selected", "select.select_option", { entity_id: "$select" }, { option: "$select.option" }, called),
  call(
    "an unknown option is refused",
    "select.select_option",
    { entity_id: "$select" },
    { option: "no such option" },
    failure("service_validation_error"),
  ),
  call("a number is set", "number.set_value", { entity_id: "$number" }, { value: "$number.value" }, called),
  call(
    "a number out of range is refused",
    "number.set_value",
    { entity_id: "$number" },
    { value: 1e9 },
    failure("service_validation_error"),
  ),
  call(
    "a set-point is set",
    "climate.set_temperature",
    { entity_id: "$climate" },
    { temperature: "$climate.temperature" },
    called,
  ),
  call(
    "a set-point out of range is refused",
    "climate.set_temperature",
    { entity_id: "$climate" },
    { temperature: 500 },
    failure("service_validation_error"),
  ),
  call(
    "a tank's target is set",
    "water_heater.set_temperature",
    { entity_id: "$water_heater" },
    { temperature: "$water_heater.temperature" },
    called,
  ),
  call(
    "a missing value is an invalid format",
    "number.set_value",
    { entity_id: "$number" },
    {},
    failure("invalid_format"),
  ),
  call("a call without target is an invalid format", "switch.turn_on", {}, {}, failure("invalid_format")),
  call("a service that does not exist", "switch.turn_sideways", { entity_id: "$switch" }, {}, failure("not_found")),
  call("an entity that does not exist is passed over", "switch.turn_on", { entity_id: "switch.nobody" }, {}, called),
  call(
    "an entity that is away is passed over",
    "number.set_value",
    { entity_id: "$away_number" },
    { value: "$number.value" },
    called,
  ),
  {
    via: "rest",
    name: "the API answers",
    method: "GET",
    path: "/api/",
    status: 200,
    answer: z.looseObject({ message: z.literal("API running.") }),
  },
  {
    via: "rest",
    name: "no token, no answer",
    method: "GET",
    path: "/api/states",
    token: "",
    status: 401,
    answer: z.string().includes("401"),
  },
  {
    via: "rest",
    name: "a wrong token, no answer",
    method: "GET",
    path: "/api/states",
    token: "not-the-token",
    status: 401,
    answer: z.string().includes("401"),
  },
  {
    via: "rest",
    name: "the configuration",
    method: "GET",
    path: "/api/config",
    status: 200,
    answer: z.looseObject({ version: z.string(), time_zone: z.string() }),
  },
  { via: "rest", name: "all states", method: "GET", path: "/api/states", status: 200, answer: z.array(state).min(1) },
  { via: "rest", name: "one state", method: "GET", path: "/api/states/$sensor", status: 200, answer: state },
  {
    via: "rest",
    name: "an entity that is away says so instead of a value, and keeps its name",
    method: "GET",
    path: "/api/states/$away_number",
    status: 200,
    answer: state.extend({
      state: z.literal("unavailable"),
      attributes: z.looseObject({ friendly_name: z.string() }),
    }),
  },
  {
    via: "rest",
    name: "a state that does not exist",
    method: "GET",
    path: "/api/states/sensor.nobody",
    status: 404,
    answer: z.looseObject({ message: z.literal("Entity not found.") }),
  },
  {
    via: "rest",
    name: "services by domain",
    method: "GET",
    path: "/api/services",
    status: 200,
    answer: z.array(z.looseObject({ domain: z.string(), services: z.looseObject({}) })).min(1),
  },
  {
    via: "rest",
    name: "a service call answers with the states it changed",
    method: "POST",
    path: "/api/services/switch/toggle",
    body: { entity_id: "$switch" },
    status: 200,
    answer: z.array(state).min(1),
  },
  {
    via: "rest",
    name: "a service that does not exist",
    method: "POST",
    path: "/api/services/switch/turn_sideways",
    body: { entity_id: "$switch" },
    status: 400,
    answer: z.string(),
  },
  {
    via: "rest",
    name: "history of one entity",
    method: "GET",
    path: "/api/history/period?filter_entity_id=$sensor",
    status: 200,
    answer: z.array(z.array(z.looseObject({ state: z.string(), last_changed: isoTime }))),
  },
  {
    via: "rest",
    name: "a template sees the states",
    method: "POST",
    path: "/api/template",
    body: { template: "{{ states('sensor.nobody') }}" },
    status: 200,
    answer: z.literal("unknown"),
  },
  {
    via: "rest",
    name: "a template that cannot be rendered",
    method: "POST",
    path: "/api/template",
    body: { template: "{{ no_such_function() }}" },
    status: 400,
    answer: z.looseObject({ message: z.string() }),
  },
];
