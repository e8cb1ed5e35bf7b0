import { z } from "zod";
import { Currency, pricePerKwh } from "../money.ts";
import { AdapterConfig, sourcesOf } from "./fields.ts";
import { seasonRule, TariffShape } from "./tariff.ts";

const GridFee = z.strictObject({ ...seasonRule, perKwh: pricePerKwh.describe("added at these times, taxes included") });
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
  addPerKwh: pricePerKwh.default(0).describe("levies and fees that are always the same, taxes included"),
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
  exchange: z
    .strictObject({
      from: Currency.describe("what the source counts in"),
      rate: z.number().positive().describe("so much of the house's currency is one of that"),
    })
    .optional()
    .describe("of a source that counts in other money than the house"),
});

export const PricesConfig = z.strictObject({
  source: sourcesOf(PriceSource),
  ...tariff,
  fallback: TariffShape.optional().describe(
    "final prices at the meter for when no source has given any for days, so that there is always a plan",
  ),
});
