import { timingSafeEqual } from "node:crypto";
import type { RawData, WebSocket } from "ws";
import { ServiceCallError } from "./services.ts";
import { HA_VERSION, type HomeEvent, type SimulatedHome, USER } from "./simulated-home.ts";
import { compressedDiff, compressedState, type StateChange, stateJson } from "./state-machine.ts";
import { renderTemplate, TemplateError } from "./template.ts";

type Message = Readonly<Record<string, unknown>>;

const MOST_BUFFERED_BYTES = 16_000_000;
const AUTH_WITHIN_MS = 10_000;

export const isToken = (given: unknown, token: string): boolean => {
  if (typeof given !== "string") return false;
  const [one, other] = [Buffer.from(given), Buffer.from(token)];
  return one.length === other.length && timingSafeEqual(one, other);
};

/** Half of it, as a proxy or a full buffer leaves it: no JSON. */
export const garbled = (text: string): string => text.slice(0, Math.ceil(text.length / 2));

/** An answer in Home Assistant's own words. */
class CommandError extends Error {
  override readonly name = "CommandError";
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const asObject = (value: unknown, field: string): Readonly<Record<string, unknown>> => {
  if (value === undefined || value === null) return {};
  if (typeof value === "object" && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>;
  throw new CommandError("invalid_format", `expected a dictionary for dictionary value @ data['${field}']`);
};
const asText = (value: unknown, field: string): string => {
  if (typeof value === "string") return value;
  throw new CommandError(
    "invalid_format",
    `expected str for dictionary value @ data['${field}']. Got ${String(value)}`,
  );
};

interface Session {
  readonly home: SimulatedHome;
  send(message: object): void;
  /** The connection ends here and now, without a word. */
  cut(): void;
  /** Remembers how to end what was begun with this id. */
  keep(id: number, end: () => void): void;
  end(id: number): boolean;
  coalesce(isAllowed: boolean): void;
}

/** Answers a command; what it returns is the result. `after` is sent behind the result. */
type Command = (session: Session, message: Message, id: number) => unknown;

const subscribeEvents: Command = (session, message, id) => {
  const wanted = message["event_type"];
  if (wanted !== undefined) asText(wanted, "event_type");
  session.keep(
    id,
    session.home.onEvent((event: HomeEvent) => {
      if (wanted === undefined || wanted === event.event_type) session.send({ id, type: "event", event });
    }),
  );
  return null;
};

const subscribeEntities: Command = (session, message, id) => {
  const list = message["entity_ids"];
  const wanted = Array.isArray(list) ? new Set(list.map(String)) : undefined;
  const isWanted = (entityId: string): boolean => wanted === undefined || wanted.has(entityId);
  const { home } = session;
  const all = Object.fromEntries(
    home.states
      .all()
      .filter(({ entityId }) => isWanted(entityId))
      .map((stored) => [stored.entityId, compressedState(stored)]),
  );
  session.keep(
    id,
    home.onStateChange((change: StateChange) => {
      if (isWanted(change.after.entityId)) session.send({ id, type: "event", event: compressedDiff(change) });
    }),
  );
  session.send({ id, type: "result", success: true, result: null });
  session.send({ id, type: "event", event: { a: all } });
  return SENT;
};

const subscribeTemplate: Command = (session, message, id) => {
  const template = asText(message["template"], "template");
  const render = (): void => {
    const result = renderTemplate(template, session.home.states);
    session.send({
      id,
      type: "event",
      event: { result, listeners: { all: true, entities: [], domains: [], time: false } },
    });
  };
  renderTemplate(template, session.home.states); // complain before promising
  session.keep(id, session.home.onStateChange(render));
  session.send({ id, type: "result", success: true, result: null });
  render();
  return SENT;
};

const callService: Command = ({ home, ...session }, message, id) => {
  const request = {
    domain: asText(message["domain"], "domain"),
    service: asText(message["service"], "service"),
    target: asObject(message["target"], "target"),
    data: asObject(message["service_data"], "service_data"),
  };
  if (message["return_response"] === true)
    throw new ServiceCallError(
      "service_validation_error",
      "Validation error: An action which does not return responses can't be called with return_response=True",
      { key: "service_does_not_support_response", domain: "homeassistant", placeholders: {} },
    );
  const { context, wire, delayMs } = home.callService(request);
  const result = { context, response: null };
  if (wire === "answered" && delayMs === 0) return result;
  const answer = (): void => {
    if (wire === "answered") session.send({ id, type: "result", success: true, result });
    if (wire === "cut") session.cut();
  };
  if (delayMs === 0) answer();
  else home.after(delayMs, answer);
  return SENT;
};

const fireEvent: Command = ({ home }, message) => {
  const type = asText(message["event_type"], "event_type");
  return { context: home.fire(type, asObject(message["event_data"], "event_data"), "REMOTE") };
};

/** The command has sent its own answers. */
const SENT = Symbol("sent");
const empty: Command = () => [];

const COMMANDS: Readonly<Record<string, Command>> = {
  supported_features: (session, message) => {
    session.coalesce(Boolean(asObject(message["features"], "features")["coalesce_messages"]));
    return null;
  },
  ping: (session, _message, id) => {
    session.send({ id, type: "pong" });
    return SENT;
  },
  "auth/current_user": () => ({ ...USER, credentials: [], mfa_modules: [] }),
  subscribe_events: subscribeEvents,
  unsubscribe_events: (session, message) => {
    if (session.end(Number(message["subscription"]))) return null;
    throw new CommandError("not_found", "Subscription not found.");
  },
  subscribe_entities: subscribeEntities,
  get_config: ({ home }) => home.config(),
  get_states: ({ home }) => home.states.all().map(stateJson),
  get_services: ({ home }) => home.services(),
  get_panels: () => ({}),
  "config/area_registry/list": empty,
  "config/device_registry/list": empty,
  "config/entity_registry/list": ({ home }) => home.entityRegistry(),
  "config/floor_registry/list": empty,
  "config/label_registry/list": empty,
  "tag/list": empty,
  "device_automation/action/list": empty,
  "device_automation/trigger/list": empty,
  "frontend/get_translations": () => ({ resources: {} }),
  call_service: callService,
  fire_event: fireEvent,
  render_template: subscribeTemplate,
};

const errorOf = (error: unknown): object => {
  if (error instanceof ServiceCallError)
    return {
      code: error.code,
      message: error.message,
      ...(error.translation && {
        translation_key: error.translation.key,
        translation_domain: error.translation.domain,
        translation_placeholders: error.translation.placeholders,
      }),
    };
  if (error instanceof CommandError) return { code: error.code, message: error.message };
  if (error instanceof TemplateError) return { code: "template_error", message: error.message };
  return { code: "unknown_error", message: "Unknown error" };
};

/** One client from its first message to its last, as Home Assistant's websocket API serves it. */
export function serveSession(socket: WebSocket, home: SimulatedHome, token: string): void {
  const subscriptions = new Map<number, () => void>();
  let outbox: object[] = [];
  let isCoalescing = false;
  let isAuthenticated = false;
  let lastId = 0;
  let lastDueMs = 0;

  const write = (frame: object): void => {
    if (socket.readyState !== socket.OPEN || home.wire().isMute) return;
    const text = JSON.stringify(frame);
    // A client that does not read must not fill our memory.
    if (socket.bufferedAmount > MOST_BUFFERED_BYTES) socket.terminate();
    else socket.send(home.faults.takeGarble() ? garbled(text) : text);
  };
  const flush = (): void => {
    const messages = outbox;
    outbox = [];
    if (messages.length === 0) return;
    const frames = isCoalescing && messages.length > 1 ? [messages] : messages;
    // On a slow wire nothing overtakes what was sent before.
    const nowMs = home.nowMs();
    lastDueMs = Math.max(lastDueMs, nowMs + home.wire().delayMs);
    for (const frame of frames) {
      if (lastDueMs <= nowMs) write(frame);
      else home.after(lastDueMs - nowMs, () => write(frame));
    }
  };
  const send = (message: object): void => {
    outbox.push(message);
    if (outbox.length === 1) setImmediate(flush);
  };
  const session: Session = {
    home,
    send,
    cut: () => socket.terminate(),
    keep: (id, end) => subscriptions.set(id, end),
    end: (id) => {
      subscriptions.get(id)?.();
      return subscriptions.delete(id);
    },
    coalesce: (isAllowed) => {
      isCoalescing = isAllowed;
    },
  };

  const authenticate = (message: Message): void => {
    if (message["type"] === "auth" && isToken(message["access_token"], token) && !home.wire().isTokenRejected) {
      isAuthenticated = true;
      clearTimeout(patience);
      send({ type: "auth_ok", ha_version: HA_VERSION });
      return;
    }
    send({ type: "auth_invalid", message: "Invalid access token or password" });
    flush();
    socket.close();
  };
  const handle = (message: Message): void => {
    const { id, type } = message;
    const fail = (code: string, text: string): void =>
      send({ id: id ?? null, type: "result", success: false, error: { code, message: text } });
    if (typeof id !== "number" || !Number.isInteger(id) || id < 0 || typeof type !== "string")
      return fail("invalid_format", "Message incorrectly formatted.");
    if (id <= lastId) return fail("id_reuse", "Identifier values have to increase.");
    lastId = id;
    const command = Object.hasOwn(COMMANDS, type) ? COMMANDS[type] : undefined;
    if (!command) return fail("unknown_command", "Unknown command.");
    try {
      const result = command(session, message, id);
      if (result !== SENT) send({ id, type: "result", success: true, result });
    } catch (error) {
      send({ id, type: "result", success: false, error: errorOf(error) });
    }
  };
  const receive = (raw: RawData): void => {
    if (home.wire().isMute) return;
    let parsed: unknown;
    try {
      parsed = JSON.parse((Array.isArray(raw) ? Buffer.concat(raw) : Buffer.from(raw as Buffer)).toString("utf8"));
    } catch {
      socket.close(); // as Home Assistant does on anything but JSON
      return;
    }
    for (const each of Array.isArray(parsed) ? parsed : [parsed]) {
      const message: Message = typeof each === "object" && each !== null ? (each as Message) : {};
      if (isAuthenticated) handle(message);
      else authenticate(message);
    }
  };

  const patience = setTimeout(() => {
    if (!home.wire().isMute) socket.close();
  }, AUTH_WITHIN_MS);
  socket.on("message", receive);
  socket.on("error", () => socket.terminate());
  socket.on("close", () => {
    clearTimeout(patience);
    for (const end of subscriptions.values()) end();
    subscriptions.clear();
  });
  send({ type: "auth_required", ha_version: HA_VERSION });
}
