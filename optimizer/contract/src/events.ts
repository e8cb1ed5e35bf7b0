import { z } from "zod";
import { Command, Deviation } from "./command.ts";
import { Override } from "./override.ts";
import { Recommendation } from "./recommendation.ts";

/** What `GET /api/v1/events` sends: the event's name is `type`, its data the rest as JSON. */
export const ServiceEvent = z.discriminatedUnion("type", [
  /** First on every connection. `sources`: the telemetry sources the config names; send only those. */
  z.strictObject({
    type: z.literal("hello"),
    version: z.string(),
    nowMs: z.int(),
    sources: z.array(z.string()).readonly(),
  }),
  z.strictObject({ type: z.literal("plan"), planId: z.string(), createdAtMs: z.int(), nextDueMs: z.int() }),
  z.strictObject({ type: z.literal("recommendation"), recommendation: Recommendation }),
  /** A command to carry. All open ones are offered again after `hello`; a carrier that has done one already reports, but does not repeat it. */
  z.strictObject({ type: z.literal("command"), command: Command }),
  /** A command that must not be carried any more. */
  z.strictObject({ type: z.literal("withdraw"), commandId: z.string() }),
  z.strictObject({
    type: z.literal("alert"),
    level: z.enum(["info", "warning", "error"]),
    message: z.string(),
    atMs: z.int(),
    about: z.string().optional().describe("the id of the device, or optimizer, store, prices …"),
  }),
  z.strictObject({ type: z.literal("deviation"), deviation: Deviation }),
  /** All that hold now, after one was added, ended or priced. */
  z.strictObject({ type: z.literal("overrides"), overrides: z.array(Override).readonly() }),
]);
export type ServiceEvent = Readonly<z.output<typeof ServiceEvent>>;
