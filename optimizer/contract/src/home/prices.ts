import { z } from "zod";
import { AdapterConfig, sourcesOf } from "./fields.ts";
import { seasonRule, TariffShape } from "./tariff.ts";

const perKwh = z
  .number()
  .min(-5, "looks like cents: write currency per kWh, for example 0.045")
  .max(5, "looks like cents: write currency per kWh, for example 0.045");

const GridFee = z.strictObject({ ...seasonRule, perKwh: perKwh.describe("added at these times, taxes included") });
export type GridFee = Readonly<z.output<typeof GridFee>>;

/** price = spot · factor · (1 + vat) + grid fees that hold + addPerKwh */
const PriceRule = z.strictObject({
  factor: z.number().min(0).max(10).default(1),
  vat: z.number().min(0).max(1, "is a share: write 0.25 for 25 %").default(0).describe("on the price of the source"),
  gridFees: z
    .array(GridFee)
    .max(24)
    .readonly()
    .default([])
    .describe("by time and season; those that hold at the same time add up"),
  addPerKwh: perKwh.default(0).describe("levies and fees that are always the same, taxes included"),
});
export type PriceRule = Readonly<z.output<typeof PriceRule>>;

/** How the price of a source becomes the price at the meter, for each direction. */
const tariff = { import: PriceRule.prefault({}), export: PriceRule.prefault({}) };
const Tariff = z.strictObject(tariff);
export type Tariff = Readonly<z.output<typeof Tariff>>;

const PriceSource = AdapterConfig.extend({
  tariff: Tariff.optional().describe(
    "of this source alone, instead of prices.import and prices.export; {}: its prices are final",
  ),
});

export const PricesConfig = z.strictObject({
  source: sourcesOf(PriceSource),
  ...tariff,
  fallback: TariffShape.optional().describe(
    "final prices at the meter for when no source has given any for days, so that there is always a plan",
  ),
});
