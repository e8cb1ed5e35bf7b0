import { z } from "zod";
import { Currency, inOwnCurrency, price } from "./money.ts";
import { Slot } from "./slot.ts";

/** Final prices at the meter for one slot, taxes and fees included. */
export const PriceSlot = z.strictObject({
  ...Slot.shape,
  importPricePerKwh: price,
  exportPricePerKwh: price.describe("what a fed-in kWh earns; negative when it costs"),
});
export type PriceSlot = Readonly<z.output<typeof PriceSlot>>;

const PricesFields = z.strictObject({
  currency: Currency,
  slots: z.array(PriceSlot).min(1).max(2000).readonly(),
});
export const PricesUpdate = inOwnCurrency(PricesFields);
export type PricesUpdate = Readonly<z.output<typeof PricesUpdate>>;

export const PricesStored = z.strictObject({
  stored: z.int().min(0),
  refused: z.int().min(0).describe("slots that were not believed: GET /api/v1/quarantine says why"),
});
export type PricesStored = Readonly<z.output<typeof PricesStored>>;
