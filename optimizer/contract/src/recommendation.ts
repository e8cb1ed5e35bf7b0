import { z } from "zod";
import { Alternative, DeviceType, Intent } from "./intent.ts";
import { PlanChange } from "./plan.ts";

/** What one device should do now, from the stored plan. */
export const DeviceRecommendation = z.strictObject({
  deviceId: z.string(),
  name: z.string(),
  deviceType: DeviceType,
  mode: z.string().describe("the intent's kind, for example selfUse"),
  discharge: z.boolean().describe("true when a battery may give energy now"),
  intent: Intent,
  reason: z.string(),
  alternative: Alternative.optional().describe("the best that could be done instead, and what it would cost more"),
  untilMs: z.int(),
  next: z.strictObject({ mode: z.string(), intent: Intent, startMs: z.int(), reason: z.string() }).optional(),
});
export type DeviceRecommendation = Readonly<z.output<typeof DeviceRecommendation>>;

export const Recommendation = z.strictObject({
  planId: z.string(),
  nowMs: z.int(),
  nextDueMs: z.int().describe("a listener that hears nothing for two cycles after this falls back"),
  headline: z.string().describe("the house in one sentence"),
  change: PlanChange.optional().describe("what this plan does otherwise than the plan before it"),
  devices: z.array(DeviceRecommendation).readonly(),
});
export type Recommendation = Readonly<z.output<typeof Recommendation>>;
