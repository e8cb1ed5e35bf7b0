import { z } from "zod";
import { wear, weight } from "../money.ts";
import { efficiency, kw, share } from "../problem/fields.ts";
import { AdapterConfig, moment, named, SensorConfig, timeRule } from "./fields.ts";

const Stages = z
  .array(z.strictObject({ kw: kw.positive(), efficiency }))
  .min(1)
  .max(8)
  .readonly();

/** What batteries and cars have in common. */
const storage = {
  ...named,
  capacityKwh: z.number().positive().max(200, "looks like Wh: write kWh, for example 10.2"),
  maxSoc: share.default(1),
  maxChargeKw: kw,
  minChargeKw: kw.default(0).describe("charges with at least this, or not at all"),
  minDischargeKw: kw.default(0).describe("discharges with at least this, or not at all"),
  minGridChargeKw: kw.default(0).describe("least power worth buying; the sun's surplus may be less"),
  chargeEfficiency: efficiency.default(0.95),
  dischargeEfficiency: efficiency.default(0.95),
  taper: z
    .strictObject({ fromSoc: share, endKw: kw })
    .optional()
    .describe("above fromSoc charging slows down, to endKw when full"),
  selfDischargePerHour: z.number().min(0).max(0.1).default(0).describe("share of the content lost per hour"),
  chargeWearPricePerKwh: wear.default(0),
  reserveSoc: share.optional().describe("kept for a power cut: going below it costs reservePricePerKwhHour"),
  reservePricePerKwhHour: weight.optional(),
  mayChargeFromGrid: z.boolean().default(true),
  mayExport: z.boolean().default(true).describe("false: what it holds is for the house only"),
  goals: z
    .array(z.strictObject({ soc: share, ...moment }))
    .readonly()
    .default([])
    .describe("at least this content at a local time"),
  goalPricePerKwh: weight.optional().describe("what a missing kWh is worth; default: three times the dearest price"),
  limits: z
    .array(z.strictObject({ ...timeRule, maxChargeKw: kw.optional(), maxDischargeKw: kw.optional() }))
    .readonly()
    .default([])
    .describe("lower powers at some times of the day"),
  control: AdapterConfig.optional(),
};

const inOrder = (each: { readonly minSoc: number; readonly maxSoc: number }): boolean => each.minSoc < each.maxSoc;
const ORDER = { path: ["minSoc"], message: "must be below maxSoc" };

export const BatteryConfig = z
  .strictObject({
    ...storage,
    minSoc: share.default(0.1).describe("share of the capacity that is never used"),
    maxDischargeKw: kw,
    chargeStages: Stages.optional().describe("efficiency by power, instead of minChargeKw and chargeEfficiency"),
    dischargeStages: Stages.optional().describe(
      "efficiency by power, instead of minDischargeKw and dischargeEfficiency",
    ),
    wearPricePerKwh: wear.default(0.02),
    sensors: z.strictObject({ soc: SensorConfig, power: SensorConfig.describe("positive: charging") }),
  })
  .refine(inOrder, ORDER);

/** A car at a charger. */
export const EvConfig = z
  .strictObject({
    ...storage,
    minSoc: share.default(0.2).describe("the charger never discharges the car below this"),
    maxDischargeKw: kw.default(0).describe("0: the charger cannot discharge the car"),
    chargeEfficiency: efficiency.default(0.9),
    dischargeEfficiency: efficiency.default(0.9),
    wearPricePerKwh: wear.default(0.05),
    away: z.array(z.strictObject(timeRule)).readonly().default([]).describe("when it is usually not plugged in"),
    sensors: z.strictObject({
      soc: SensorConfig,
      power: SensorConfig.describe("of the charger; positive: charging"),
      connected: SensorConfig.optional().describe("on while plugged in; without it the car is where `away` says"),
    }),
  })
  .refine(inOrder, ORDER);
