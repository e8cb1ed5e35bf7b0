import { z } from "zod";
import { Intent } from "./intent.ts";

/** A Home Assistant action, in the shape the Node-RED action node takes as `msg.payload`. */
export const ServiceCall = z.strictObject({
  action: z.string().regex(/^[a-z_]+\.[a-z_0-9]+$/),
  target: z.strictObject({ entity_id: z.string() }),
  data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});
export type ServiceCall = Readonly<z.output<typeof ServiceCall>>;

/** A message to a broker. Never retained: a command that nobody heard must not be found later. */
export const MqttPublish = z.strictObject({
  topic: z.string().min(1).max(200),
  payload: z.string().max(1000),
  qos: z.literal(1),
  retain: z.literal(false),
});
export type MqttPublish = Readonly<z.output<typeof MqttPublish>>;

/** A request to a maker's interface. Address and credentials belong to the interface named, and are never in a command. */
export const HttpRequest = z.strictObject({
  api: z.string().describe("the id of the interface, which knows address and credentials"),
  method: z.enum(["POST", "PUT", "PATCH"]),
  path: z.string().startsWith("/"),
  body: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});
export type HttpRequest = Readonly<z.output<typeof HttpRequest>>;

export const Call = z.union([ServiceCall, MqttPublish, HttpRequest]);
export type Call = Readonly<z.output<typeof Call>>;

/** Who brings calls to the device: Node-RED those of Home Assistant, the optimizer itself the others. */
export const CarrierKind = z.enum(["homeAssistant", "mqtt", "http"]);
export type CarrierKind = z.output<typeof CarrierKind>;

export const isServiceCall = (call: Call): call is ServiceCall => "action" in call;
export const isMqttPublish = (call: Call): call is MqttPublish => "topic" in call;
export const isHttpRequest = (call: Call): call is HttpRequest => "api" in call;

/** Who or what wanted something done. */
export const Origin = z.strictObject({
  kind: z.enum(["plan", "person", "automation", "reconciliation", "fallback"]),
  detail: z.string().max(200).optional().describe("which override, automation or rule"),
});
export type Origin = Readonly<z.output<typeof Origin>>;

const fact = {
  source: z
    .string()
    .describe(
      "an entity or entity#attribute in its own unit, or a signal such as battery.powerKw in the house's units",
    ),
  fresh: z
    .boolean()
    .optional()
    .describe("true for a measured effect: what was read before the device acknowledged proves nothing"),
};
const Fact = z.discriminatedUnion("test", [
  z.strictObject({ test: z.literal("equals"), ...fact, value: z.string() }),
  z.strictObject({ test: z.literal("near"), ...fact, value: z.number(), tolerance: z.number().min(0) }),
  z.strictObject({ test: z.literal("atLeast"), ...fact, value: z.number() }),
  z.strictObject({ test: z.literal("atMost"), ...fact, value: z.number() }),
  z.strictObject({
    test: z.literal("rises"),
    ...fact,
    perHour: z
      .number()
      .positive()
      .describe("at least so fast, in the source's unit: of temperatures, which answer late"),
  }),
]);

/** A fact that readings must show before a command counts as done. All of a command's expectations must hold at once. */
export const Expectation = z.discriminatedUnion("test", [
  ...Fact.options,
  z.strictObject({ test: z.literal("anyOf"), facts: z.array(Fact).min(1).readonly() }),
]);
export type Expectation = Readonly<z.output<typeof Expectation>>;
/** An expectation about one source. */
export type ExpectedFact = Readonly<z.output<typeof Fact>>;

export const CommandState = z.enum([
  "pending",
  "sent",
  "acknowledged",
  "verified",
  "completed",
  "retrying",
  "superseded",
  "expired",
  "failed",
  "deadLettered",
]);
export type CommandState = z.output<typeof CommandState>;

/** Why an attempt came to nothing. What the carrier says, or what the readings do not show. */
export const FailureKind = z.enum([
  "unreachable",
  "timeout",
  "busy",
  "auth",
  "rateLimited",
  "refused",
  "error",
  "notStored",
  "noEffect",
  "partial",
]);
export type FailureKind = z.output<typeof FailureKind>;

/** One order to one device, valid until its segment ends. Calls are ordered so that every prefix is safe. */
export const Command = z.strictObject({
  id: z.string(),
  deviceId: z.string(),
  intent: Intent,
  reason: z.string(),
  origin: Origin,
  carrier: CarrierKind,
  calls: z.array(Call).readonly(),
  expectations: z.array(Expectation).readonly(),
  planId: z.string().describe("correlation id: the plan that asked for it"),
  createdAtMs: z.int(),
  validUntilMs: z.int(),
  state: CommandState,
  attempt: z.int().min(1),
  lastError: z.string().optional(),
  failure: FailureKind.optional().describe("why the last attempt came to nothing"),
  retryAtMs: z.int().optional().describe("of a retrying command: when the next attempt begins"),
  deadLetter: z
    .enum(["open", "replayed", "discarded"])
    .optional()
    .describe("of a dead-lettered command: whether a person has dealt with it"),
  changedAtMs: z.int(),
});
export type Command = Readonly<z.output<typeof Command>>;

/** What happened to a command, never changed once written. */
export const CommandEventType = z.enum([
  "created",
  "sent",
  "acknowledged",
  "attemptFailed",
  "retried",
  "verified",
  "completed",
  "superseded",
  "expired",
  "failed",
  "deadLettered",
  "replayed",
  "discarded",
]);
export type CommandEventType = z.output<typeof CommandEventType>;

export const CommandEvent = z.strictObject({
  id: z.string().describe("idempotency key: the same event twice counts once"),
  commandId: z.string(),
  type: CommandEventType,
  attempt: z.int().min(1),
  atMs: z.int(),
  cause: z.string(),
  failure: FailureKind.optional().describe("of attemptFailed and failed"),
  retryAtMs: z.int().optional().describe("of attemptFailed: not before this is it tried again"),
});
export type CommandEvent = Readonly<z.output<typeof CommandEvent>>;

/** What a carrier reports. */
export const CommandReport = z.strictObject({
  id: z.string().min(1).max(100),
  type: z.enum(["sent", "acknowledged", "failed"]),
  attempt: z.int().min(1),
  atMs: z.int(),
  detail: z.string().max(1000).default(""),
  failure: z
    .strictObject({
      kind: z.enum(["unreachable", "timeout", "busy", "auth", "rateLimited", "refused", "error"]),
      retryAfterMs: z.int().min(0).max(86_400_000).optional().describe("what the device asked for, as by Retry-After"),
    })
    .optional()
    .describe("of a failed report; without it: error"),
});
export type CommandReport = Readonly<z.output<typeof CommandReport>>;

/** What is not as it was told, or nobody knows: a device, by reconciliation, and prices that were known already. */
export const Deviation = z.strictObject({
  deviceId: z.string(),
  kind: z
    .enum(["override", "drift", "unknown", "notStored", "noEffect", "partial", "unreachable", "prices"])
    .describe(
      "override: changed by hand after it was proved · drift: changed otherwise · unknown: its readings are missing or too old · " +
        "notStored, noEffect, partial: a command that was taken and not (or half) followed · unreachable: nobody answers · " +
        "prices: of the house, those that were known were changed",
    ),
  atMs: z.int(),
  detail: z.string(),
  commandId: z.string().optional(),
});
export type Deviation = Readonly<z.output<typeof Deviation>>;

/** One line of the audit trail: what was done to a device, or found at it, and who or what caused it. */
export const AuditEntry = z.strictObject({
  atMs: z.int(),
  deviceId: z.string(),
  name: z.string(),
  what: z.string().describe("a sentence"),
  origin: Origin,
  commandId: z.string().optional(),
  outcome: CommandState.optional().describe("of a command: what became of it up to now"),
});
export type AuditEntry = Readonly<z.output<typeof AuditEntry>>;

/** How a controlled device stands with its commands. */
export const DeviceStatus = z.strictObject({
  deviceId: z.string(),
  name: z.string(),
  breaker: z.enum(["closed", "open", "halfOpen"]).describe("open: it failed too often, and is left alone for a while"),
  writes: z.strictObject({ used: z.int().min(0), of: z.int() }).describe("write budget of the last 24 hours"),
  waitsFor: z.string().optional().describe("why no order goes to it now"),
  command: Command.optional().describe("its newest"),
});
export type DeviceStatus = Readonly<z.output<typeof DeviceStatus>>;
