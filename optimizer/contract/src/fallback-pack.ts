import { z } from "zod";
import { ServiceCall } from "./command.ts";
import { DeviceType, Intent } from "./intent.ts";
import { PriceSlot } from "./prices.ts";

const Action = z.strictObject({ intent: Intent, calls: z.array(ServiceCall).readonly() });
export type FallbackAction = Readonly<z.output<typeof Action>>;

/** What a device does while no service answers, with the calls already translated. */
export const FallbackDevice = z.strictObject({
  deviceId: z.string(),
  name: z.string(),
  deviceType: DeviceType,
  segments: z.array(z.strictObject({ startMs: z.int(), endMs: z.int(), ...Action.shape })).readonly(),
  rules: z
    .strictObject({ cheap: Action, normal: Action, expensive: Action })
    .describe("by the price of the moment: the cheapest quarter of the known prices, the dearest quarter, the rest"),
  safe: Action,
  /** A reading outside [low, high] overrules segment and rule at once. */
  guard: z
    .strictObject({ source: z.string(), low: z.number(), high: z.number(), whenLow: Action, whenHigh: Action })
    .optional(),
});
export type FallbackDevice = Readonly<z.output<typeof FallbackDevice>>;

/** All that Node-RED needs to keep the house without the service; refreshed with every plan, kept on disk. */
export const FallbackPack = z.strictObject({
  formatVersion: z.literal(1),
  planId: z.string(),
  createdAtMs: z.int(),
  planValidUntilMs: z.int(),
  cycleMs: z.int().positive(),
  prices: z.array(PriceSlot).readonly(),
  devices: z.array(FallbackDevice).readonly(),
});
export type FallbackPack = Readonly<z.output<typeof FallbackPack>>;

/** What fallback did, told to the service when it is back. */
export const FallbackReport = z.strictObject({
  fromMs: z.int(),
  untilMs: z.int(),
  rung: z.enum(["plan", "rules", "safe"]),
  actions: z
    .array(z.strictObject({ atMs: z.int(), deviceId: z.string(), intent: Intent, reason: z.string() }))
    .max(5000)
    .readonly(),
});
export type FallbackReport = Readonly<z.output<typeof FallbackReport>>;
