import { z } from "zod";
import { Intent } from "./intent.ts";

/** A Home Assistant action, in the shape the Node-RED action node takes as `msg.payload`. */
export const ServiceCall = z.strictObject({
  action: z.string().regex(/^[a-z_]+\.[a-z_0-9]+$/),
  target: z.strictObject({ entity_id: z.string() }),
  data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});
export type ServiceCall = Readonly<z.output<typeof ServiceCall>>;

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
]);
export type CommandState = z.output<typeof CommandState>;

/** One order to one device, valid until its segment ends. Calls are ordered so that every prefix is safe. */
export const Command = z.strictObject({
  id: z.string(),
  deviceId: z.string(),
  intent: Intent,
  reason: z.string(),
  calls: z.array(ServiceCall).readonly(),
  expectations: z.array(Expectation).readonly(),
  planId: z.string().describe("correlation id: the plan that asked for it"),
  createdAtMs: z.int(),
  validUntilMs: z.int(),
  state: CommandState,
  attempt: z.int().min(1),
  lastError: z.string().optional(),
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
]);
export type CommandEventType = z.output<typeof CommandEventType>;
export const CommandEvent = z.strictObject({
  id: z.string().describe("idempotency key: the same event twice counts once"),
  commandId: z.string(),
  type: CommandEventType,
  attempt: z.int().min(1),
  atMs: z.int(),
  cause: z.string(),
});
export type CommandEvent = Readonly<z.output<typeof CommandEvent>>;

/** What the carrier (Node-RED) reports. */
export const CommandReport = z.strictObject({
  id: z.string().min(1).max(100),
  type: z.enum(["sent", "acknowledged", "failed"]),
  attempt: z.int().min(1),
  atMs: z.int(),
  detail: z.string().max(1000).default(""),
});
export type CommandReport = Readonly<z.output<typeof CommandReport>>;
