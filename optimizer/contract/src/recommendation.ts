import { z } from "zod";
import { DeviceType, Intent } from "./intent.ts";

/** What one device should do now, from the stored plan. */
export const DeviceRecommendation = z.strictObject({
  deviceId: z.string(),
  name: z.string(),
  deviceType: DeviceType,
  mode: z.string().describe("the intent's kind, for example selfUse"),
  discharge: z.boolean().describe("true when a battery may give energy now"),
  intent: Intent,
  reason: z.string(),
  untilMs: z.int(),
  next: z.strictObject({ mode: z.string(), intent: Intent, startMs: z.int(), reason: z.string() }).optional(),
});
export type DeviceRecommendation = Readonly<z.output<typeof DeviceRecommendation>>;

export const Recommendation = z.strictObject({
  planId: z.string(),
  nowMs: z.int(),
  nextDueMs: z.int().describe("a listener that hears nothing for two cycles after this falls back"),
  headline: z.string().describe("the house in one sentence"),
  devices: z.array(DeviceRecommendation).readonly(),
});
export type Recommendation = Readonly<z.output<typeof Recommendation>>;
