import { z } from "zod";

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
  deviceId: z.string().optional().describe("not for vacation and guests, which are about the house"),
  minutes: z.number().positive().max(LONGEST_MINUTES).optional().describe("default 120; or say untilMs"),
  untilMs: z.int().optional().describe("instead of minutes: the vacation's end is the return"),
  tempC: z.number().min(5).max(80).optional().describe("of boosts: the goal; default from the config"),
});
export type NewOverride = Readonly<z.output<typeof NewOverride>>;

export const Override = z.strictObject({
  id: z.string(),
  kind: OverrideKind,
  deviceId: z.string().optional(),
  createdAtMs: z.int(),
  untilMs: z.int(),
  tempC: z.number().optional(),
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
