import { z } from "zod";
import { price } from "../money.ts";
import { id, kw, perSlot } from "./fields.ts";

/** What a tariff charges for the highest power drawn: the mean over each metering period counts, periods begin on the clock (UTC). */
export const DemandCharge = z.strictObject({
  pricePerKw: price.min(0).describe("for each kW of the highest period above aboveKw"),
  aboveKw: kw
    .default(0)
    .describe("free up to here: the peak already reached in this billing period, or a contracted power"),
  meteringHours: z.number().positive().max(1).default(0.25),
});

/** What the meter's connection allows. Absent: no limit. Per slot the lower of the two counts: night limits, feed-in caps. */
export const SiteLimits = z.strictObject({
  importLimitKw: kw.optional(),
  exportLimitKw: kw.optional().describe("0: nothing may be fed in"),
  importLimitPerSlotKw: perSlot(kw).optional(),
  exportLimitPerSlotKw: perSlot(kw).optional(),
  demandCharge: DemandCharge.optional(),
});

export const PvArrayProblem = z.strictObject({
  id,
  forecastKw: perSlot(kw),
  curtailable: z.boolean().default(false).describe("true when the plan may ask for less than the sun offers"),
});

/** A hybrid inverter: what its arrays and batteries give and take together passes through it. Its arrays must be curtailable: it clips them. */
export const InverterProblem = z.strictObject({
  id,
  pvArrayIds: z.array(id).readonly().default([]),
  batteryIds: z.array(id).readonly().default([]),
  maxToHouseKw: kw.describe("Σ used + Σ discharge − Σ charge is at most this"),
  maxFromHouseKw: kw.describe("and at least minus this"),
});
