import { z } from "zod";
import { DeviceIntents } from "./intent.ts";
import { Slot } from "./slot.ts";

const perSlot = z.array(z.number()).readonly();
/** One value per border between slots: one more than there are slots, the first is the present state. */
const perBorder = z.array(z.number()).readonly();

/** How the plan came to be: the first rung that gave a plan the checker accepts. */
export const PlanRung = z.enum(["full", "retry", "shifted", "lite", "rules"]);
export type PlanRung = z.output<typeof PlanRung>;

/** Money over the horizon, in the house's currency; total is the sum of the others (income and end value count negative). */
export const PlanCost = z.strictObject({
  energy: z.number().describe("bought"),
  export: z.number().describe("sold: negative when it earns"),
  wear: z.number(),
  discomfort: z.number().describe("comfort, tank, battery and site limits missed, at their prices"),
  change: z.number(),
  endValue: z.number().describe("negative: worth of what is left in battery, walls and tank"),
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

/** The part of a plan that the solver or the rules decide: powers per slot, states per border. */
export const Schedule = z.strictObject({
  importKw: perSlot,
  exportKw: perSlot,
  pvArrays: z.array(z.strictObject({ id: z.string(), usedKw: perSlot })).readonly(),
  batteries: z
    .array(z.strictObject({ id: z.string(), chargeKw: perSlot, dischargeKw: perSlot, soc: perBorder }))
    .readonly(),
  zones: z.array(z.strictObject({ id: z.string(), tempC: perBorder })).readonly(),
  tanks: z.array(z.strictObject({ id: z.string(), tempC: perBorder })).readonly(),
  heatPumps: z.array(z.strictObject({ id: z.string(), spaceKw: perSlot, waterKw: perSlot })).readonly(),
  immersionHeaters: z.array(z.strictObject({ id: z.string(), powerKw: perSlot })).readonly(),
});
export type Schedule = Readonly<z.output<typeof Schedule>>;

export const Plan = z.strictObject({
  formatVersion: z.literal(1),
  id: z.string(),
  createdAtMs: z.int(),
  validUntilMs: z.int(),
  status: z.enum(["optimal", "feasible"]).describe("feasible: stopped early, or made by rules"),
  rung: PlanRung,
  engine: z.string().describe("highs, javascript-lp-solver or rules"),
  solveMs: z.number().min(0),
  currency: z.string(),
  slots: z.array(Slot).readonly(),
  schedule: Schedule,
  cost: PlanCost,
  missed: z.array(MissedLimit).readonly(),
  marginalPricePerKwh: perSlot.describe("what one more kWh at the house would cost in each slot"),
  devices: z.array(DeviceIntents).readonly(),
  notes: z
    .array(z.string())
    .readonly()
    .describe("what a reader should know: rungs that failed, prices that are missing"),
});
export type Plan = Readonly<z.output<typeof Plan>>;
