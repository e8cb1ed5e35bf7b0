import { z } from "zod";
import { hours, id, kw } from "../problem/fields.ts";
import { DemandCharge } from "../problem/site.ts";
import { AdapterConfig, named, SensorConfig, Sources, timeRule } from "./fields.ts";

export const SiteConfig = z.strictObject({
  importLimitKw: kw.optional().describe("what the main fuse allows"),
  exportLimitKw: kw.optional(),
  limits: z
    .array(z.strictObject({ ...timeRule, importLimitKw: kw.optional(), exportLimitKw: kw.optional() }))
    .readonly()
    .default([])
    .describe("lower limits at some times of the day"),
  demandCharge: DemandCharge.optional(),
});

export const PvArrayConfig = z.strictObject({
  ...named,
  peakKw: kw,
  sensors: z.strictObject({ power: SensorConfig }),
  forecast: Sources.optional().describe(
    "who forecasts its sun, best first; without it, it is expected to be as on the days before",
  ),
  control: AdapterConfig.optional().describe("without it the plan never curtails, except by an inverter's limit"),
});

/** A hybrid inverter: what its arrays and batteries give and take together passes through it. */
export const InverterConfig = z.strictObject({
  ...named,
  pvArrayIds: z.array(id).readonly().default([]),
  batteryIds: z.array(id).readonly().default([]),
  maxToHouseKw: kw,
  maxFromHouseKw: kw.optional().describe("default: as much as to the house"),
});

/** A dishwasher, a pool pump: one task within a window of the local day. */
export const ApplianceConfig = z.strictObject({
  ...named,
  powerKw: kw.positive(),
  runHours: hours.positive(),
  singleBlock: z.boolean().default(true).describe("false: it may be interrupted"),
  window: z.strictObject(timeRule),
  sensors: z.strictObject({ power: SensorConfig.describe("tells that it has run") }),
  control: AdapterConfig.optional(),
});
