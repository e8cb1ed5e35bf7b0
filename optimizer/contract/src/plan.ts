import { z } from "zod";
import { DeviceIntents, Intent } from "./intent.ts";
import { RestsOn } from "./rests-on.ts";
import { Schedule } from "./schedule.ts";
import { Slot } from "./slot.ts";

const perSlot = z.array(z.number()).readonly();

/** How the plan came to be: the first rung that gave a plan the checker accepts. */
export const PlanRung = z.enum(["full", "retry", "shifted", "lite", "rules"]);
export type PlanRung = z.output<typeof PlanRung>;

/** Money over the horizon, in the house's currency; total is the sum of the others (income and end value count negative). */
export const PlanCost = z.strictObject({
  energy: z.number().describe("bought"),
  export: z.number().describe("sold: negative when it earns"),
  fuel: z.number().describe("of boilers"),
  wear: z.number(),
  start: z.number().describe("of heat pumps"),
  demand: z.number().describe("capacity charge on the highest power drawn"),
  discomfort: z.number().describe("comfort, tank, battery, goal, appliance and site limits missed, at their prices"),
  change: z.number(),
  endValue: z.number().describe("negative: worth of what is left in battery, car, walls and tank"),
  total: z.number(),
});
export type PlanCost = Readonly<z.output<typeof PlanCost>>;

/** A wish that this plan cannot meet: the worst slot of each limit. */
export const MissedLimit = z.strictObject({
  subject: z.string().describe("device and limit, for example living.comfortMinTempC"),
  startMs: z.int(),
  amount: z.number().positive(),
  unit: z.string(),
});
export type MissedLimit = Readonly<z.output<typeof MissedLimit>>;

/** What this plan does now otherwise than the plan before it, and what that is worth. */
export const PlanChange = z.strictObject({
  gain: z.number().describe("money saved over the horizon against going on as planned before"),
  actions: z
    .array(z.strictObject({ deviceId: z.string(), before: Intent, after: Intent }))
    .readonly()
    .describe("empty: what runs now goes on as planned before"),
});
export type PlanChange = Readonly<z.output<typeof PlanChange>>;

export const Plan = z.strictObject({
  formatVersion: z.literal(1),
  id: z.string(),
  createdAtMs: z.int(),
  validUntilMs: z.int(),
  status: z.enum(["optimal", "feasible"]).describe("feasible: stopped early, or made by rules"),
  rung: PlanRung,
  engine: z.string().describe("highs, javascript-lp-solver or rules"),
  gap: z
    .number()
    .min(0)
    .optional()
    .describe("how far the cost may be above the optimum, share of it; absent: nobody has proved a bound"),
  solveMs: z.number().min(0),
  currency: z.string(),
  slots: z.array(Slot).readonly(),
  schedule: Schedule,
  cost: PlanCost,
  missed: z.array(MissedLimit).readonly(),
  marginalPricePerKwh: perSlot.describe("what one more kWh at the house would cost in each slot"),
  devices: z.array(DeviceIntents).readonly(),
  change: PlanChange.optional().describe("absent without a plan before it"),
  restsOn: z
    .array(RestsOn)
    .readonly()
    .optional()
    .describe("which slots of each input rest on what; absent where the problem was handed in"),
  notes: z
    .array(z.string())
    .readonly()
    .describe("what a reader should know: rungs that failed, prices that are missing"),
});
export type Plan = Readonly<z.output<typeof Plan>>;
