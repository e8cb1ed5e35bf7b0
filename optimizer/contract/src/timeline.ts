import { z } from "zod";
import { RestsOn } from "./rests-on.ts";

/** One line of the picture. Past points are measured, future points are planned; a step series holds its value until the next point. */
export const TimelineSeries = z.strictObject({
  id: z.string(),
  label: z.string(),
  unit: z.string(),
  group: z.enum(["price", "battery", "temperature", "heat", "sun", "load", "grid", "comfort"]),
  step: z.boolean(),
  past: z.array(z.tuple([z.int(), z.number()])).readonly(),
  future: z.array(z.tuple([z.int(), z.number()])).readonly(),
});
export type TimelineSeries = Readonly<z.output<typeof TimelineSeries>>;

/** All that the one picture shows. Times are epoch milliseconds. */
export const Timeline = z.strictObject({
  nowMs: z.int(),
  fromMs: z.int(),
  untilMs: z.int(),
  timeZone: z.string(),
  currency: z.string(),
  planId: z.string().optional(),
  series: z.array(TimelineSeries).readonly(),
  restsOn: z
    .array(RestsOn)
    .readonly()
    .optional()
    .describe(
      "where the prices and forecasts of the future come from: those of rung learned or fallback nobody has given yet",
    ),
});
export type Timeline = Readonly<z.output<typeof Timeline>>;

/** Metered cost since a moment, beside an estimate of the same time under the house's old rules. */
export const Savings = z.strictObject({
  sinceMs: z.int(),
  currency: z.string(),
  costSoFar: z.number(),
  costWithoutControl: z.number(),
  storedValueDifference: z
    .number()
    .describe("worth of energy in battery, walls and tank, ours minus that without control"),
  saved: z.number().describe("costWithoutControl − costSoFar + storedValueDifference"),
});
export type Savings = Readonly<z.output<typeof Savings>>;
