import { z } from "zod";
import { Intent } from "./intent.ts";

/**
 * What people may ask for. Of one device: boostHeat (a zone), boostWater (a tank), batteryHold (a battery), manual (hands off: somebody drives it),
 * deviceOff (out of service: no commands, and a plan without it), quietHours (a heat pump). Of the whole house: vacation, guests.
 */
export const OverrideKind = z.enum([
  "boostHeat",
  "boostWater",
  "batteryHold",
  "manual",
  "deviceOff",
  "vacation",
  "guests",
  "quietHours",
]);
export type OverrideKind = z.output<typeof OverrideKind>;

/** Those that are about the house and name no device. */
export const HOUSE_WIDE: readonly OverrideKind[] = ["vacation", "guests"];
const LONGEST_MINUTES = 366 * 24 * 60;

export const NewOverride = z.strictObject({
  kind: OverrideKind,
  deviceId: z
    .string()
    .optional()
    .describe("not for vacation and guests, which are about the house; may be left away where only one device can"),
  minutes: z
    .number()
    .positive()
    .max(LONGEST_MINUTES)
    .optional()
    .describe("or say untilMs; default 120, guests a day, quietHours until 07:00, deviceOff 30 days, vacation none"),
  untilMs: z.int().optional().describe("instead of minutes: the vacation's end is the return"),
  tempC: z.number().min(5).max(80).optional().describe("of boosts: the goal; default from the config"),
  intent: Intent.optional().describe("of manual: what the device is told meanwhile; without it nothing"),
  origin: z.enum(["person", "automation"]).optional().describe("default person: somebody asked for it just now"),
  by: z.string().min(1).max(100).optional().describe("which face it came through; default api"),
});
export type NewOverride = Readonly<z.output<typeof NewOverride>>;

export const Override = z.strictObject({
  id: z.string(),
  kind: OverrideKind,
  deviceId: z.string().optional(),
  createdAtMs: z.int(),
  untilMs: z.int(),
  tempC: z.number().optional(),
  intent: Intent.optional().describe("of manual: what a person has the device told meanwhile"),
  origin: z
    .enum(["person", "automation", "detected"])
    .describe("detected: reconciliation saw that somebody had changed the device by hand"),
  by: z.string().max(100).optional().describe("which face it came through: dashboard, api, homeassistant, node-red"),
  extraCost: z
    .number()
    .optional()
    .describe("what the plan in force costs more because of it, over its horizon; absent while nobody has computed it"),
});
export type Override = Readonly<z.output<typeof Override>>;

/** Something that can be asked for in this house: the faces make their buttons and switches of these. */
export const OverrideChoice = z.strictObject({
  kind: OverrideKind,
  deviceId: z.string().optional(),
  deviceName: z.string().optional(),
  deviceType: z.string().optional().describe("battery, zone, heatPump …"),
  minutes: z.number().optional().describe("how long it holds when nothing is said; absent: say when it ends"),
  tempC: z.number().optional().describe("of boosts: the goal when nothing is said"),
  currency: z.string().describe("in which extraCost counts"),
});
export type OverrideChoice = Readonly<z.output<typeof OverrideChoice>>;
