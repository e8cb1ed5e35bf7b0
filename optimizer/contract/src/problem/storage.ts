import { z } from "zod";
import { price, wear, weight } from "../money.ts";
import { efficiency, id, kw, perSlot, share } from "./fields.ts";

/**
 * The whole efficiency at a power: stored ÷ taken while charging, given ÷ drawn while discharging. Between stages what is stored (or drawn) is
 * interpolated linearly; below the first stage the battery rests, so the first is its least power.
 */
const Stage = z.strictObject({ kw: kw.positive(), efficiency });
const Stages = z.array(Stage).min(1).max(8).readonly();

/** What batteries and cars have in common. Stored energy is counted inside, powers at the house side of the inverter or charger. */
const storage = {
  id,
  capacityKwh: z.number().min(0.01).max(200, "looks like Wh: write kWh, for example 10.2"),
  soc: share.describe("present state of charge, share of the capacity"),
  maxSoc: share.default(1),
  maxChargeKw: kw,
  chargeLimitKw: perSlot(kw).optional().describe("where lower than maxChargeKw, this counts"),
  dischargeLimitKw: perSlot(kw).optional().describe("where lower than maxDischargeKw, this counts"),
  minChargeKw: kw.default(0).describe("charges with at least this, or not at all"),
  minDischargeKw: kw.default(0).describe("discharges with at least this, or not at all"),
  minGridChargeKw: kw
    .default(0)
    .describe("when it takes more than the sun's surplus over the base load, it takes at least this"),
  demandKw: perSlot(kw)
    .optional()
    .describe("charge asked for by a person or a car: what is missing is priced like a goal"),
  chargeEfficiency: efficiency.default(0.95),
  dischargeEfficiency: efficiency.default(0.95),
  taper: z
    .strictObject({ fromSoc: share, endKw: kw })
    .optional()
    .describe("above fromSoc the charging power falls in a straight line from maxChargeKw to endKw when full"),
  selfDischargePerHour: z.number().min(0).max(0.1).default(0).describe("share of the content lost per hour"),
  chargeWearPricePerKwh: wear.default(0).describe("cost of ageing per kWh taken at the house side"),
  reserveSoc: share.optional().describe("soft: content below it costs reservePricePerKwhHour"),
  reservePricePerKwhHour: weight.default(0.01),
  overfullPricePerKwhHour: weight
    .default(0.001)
    .describe("for content that is above maxSoc at the start: it is never charged there, but not driven out at a loss"),
  mayChargeFromGrid: z.boolean().default(true).describe("false: it charges only while the house buys nothing"),
  mayExport: z.boolean().default(true).describe("false: it discharges only while the house sells nothing"),
  goals: z
    .array(z.strictObject({ soc: share, atMs: z.int() }))
    .readonly()
    .default([])
    .describe("at least this content at that time; what is missing is priced and named"),
  goalPricePerKwh: weight.optional().describe("per kWh missing; default: three times the dearest price, at least 3"),
  endValuePerKwh: price.optional().describe("worth of a kWh still stored at the end; default: from the prices"),
  endValueSteps: z
    .array(z.strictObject({ kwh: z.number().positive(), pricePerKwh: price.min(0) }))
    .max(50)
    .readonly()
    .optional()
    .describe("instead: worth of the first kWh, of the next, falling; what lies above the last step is worth nothing"),
};

export const BatteryProblem = z.strictObject({
  ...storage,
  minSoc: share.default(0.1),
  maxDischargeKw: kw,
  chargeStages: Stages.optional().describe("instead of minChargeKw and chargeEfficiency"),
  dischargeStages: Stages.optional().describe("instead of minDischargeKw and dischargeEfficiency"),
  wearPricePerKwh: wear.default(0.02).describe("cost of ageing per kWh given out at the house side"),
});

/** A car at a charger: a battery that comes and goes. */
export const EvProblem = z.strictObject({
  ...storage,
  minSoc: share.default(0).describe("discharging ends here"),
  maxDischargeKw: kw.default(0).describe("0: the charger cannot discharge the car"),
  wearPricePerKwh: wear.default(0.05),
  connected: perSlot(z.boolean()).describe("plugged in during the whole slot"),
});
