import { z } from "zod";

/**
 * What a device is meant to do, in words that survive a wrong forecast.
 * battery: selfUse, hold, charge, discharge · zone: setpoint, offset or level, as its control takes it · tank: heatTo, idle · immersion heater, boiler, appliance: on, off ·
 * PV array: free, limit · car: charge, discharge, stop.
 */
export const Intent = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("selfUse") }),
  z.strictObject({ kind: z.literal("hold") }),
  z.strictObject({ kind: z.literal("charge"), kw: z.number().min(0), untilSoc: z.number().min(0).max(1) }),
  z.strictObject({ kind: z.literal("discharge"), kw: z.number().min(0), untilSoc: z.number().min(0).max(1) }),
  z.strictObject({ kind: z.literal("setpoint"), tempC: z.number() }),
  z.strictObject({ kind: z.literal("offset"), offsetK: z.number().describe("on the heating curve") }),
  z.strictObject({
    kind: z.literal("level"),
    level: z.enum(["min", "low", "mid", "max"]).describe("SG-Ready 1 to 4: blocked, normal, recommended, forced"),
  }),
  z.strictObject({ kind: z.literal("heatTo"), tempC: z.number() }),
  z.strictObject({ kind: z.literal("idle") }),
  z.strictObject({ kind: z.literal("on") }),
  z.strictObject({ kind: z.literal("off") }),
  z.strictObject({ kind: z.literal("stop") }),
  z.strictObject({ kind: z.literal("free") }),
  z.strictObject({ kind: z.literal("limit"), kw: z.number().min(0) }),
]);
export type Intent = Readonly<z.output<typeof Intent>>;

export const DeviceType = z.enum([
  "battery",
  "ev",
  "zone",
  "tank",
  "boiler",
  "immersionHeater",
  "pvArray",
  "appliance",
]);
export type DeviceType = z.output<typeof DeviceType>;

/** The best that could be done instead of an intent, and what it would cost more over the horizon. */
export const Alternative = z.strictObject({ intent: Intent, extraCost: z.number() });
export type Alternative = Readonly<z.output<typeof Alternative>>;

/** The same intent from startMs until endMs, and why. */
export const IntentSegment = z.strictObject({
  startMs: z.int(),
  endMs: z.int(),
  intent: Intent,
  reason: z.string().describe("a sentence a homeowner understands"),
  alternative: Alternative.optional().describe("absent where nothing else is possible, or nobody has computed it"),
});
export type IntentSegment = Readonly<z.output<typeof IntentSegment>>;

export const DeviceIntents = z.strictObject({
  deviceId: z.string(),
  deviceType: DeviceType,
  segments: z.array(IntentSegment).readonly(),
});
export type DeviceIntents = Readonly<z.output<typeof DeviceIntents>>;
