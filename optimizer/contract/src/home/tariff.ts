import { z } from "zod";
import { pricePerKwh } from "../money.ts";
import { timeOfDay, timeRule } from "./fields.ts";

export const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"] as const;

/** A time of the day, of the week and of the year by the clock on the wall; after midnight it goes by the day on which it began. */
export const seasonRule = {
  from: timeOfDay.default("00:00"),
  until: timeOfDay.default("00:00").describe("over midnight where it is not after `from`"),
  days: timeRule.days,
  months: z
    .array(z.enum(MONTHS, `write months as ${MONTHS.join(", ")}`))
    .min(1)
    .readonly()
    .optional()
    .describe("default: all year"),
};
const SeasonRule = z.strictObject(seasonRule);
export type SeasonRule = Readonly<z.output<typeof SeasonRule>>;

const TariffTime = z
  .strictObject({
    ...seasonRule,
    importPerKwh: pricePerKwh.optional(),
    exportPerKwh: pricePerKwh.optional(),
  })
  .refine((time) => time.importPerKwh !== undefined || time.exportPerKwh !== undefined, {
    message: "write what the price is in this time: importPerKwh, exportPerKwh or both",
  });

/** Prices that follow the clock on the wall. Of several times that hold the last one in the list counts. */
export const TariffShape = z.strictObject({
  importPerKwh: pricePerKwh.describe("at all other times"),
  exportPerKwh: pricePerKwh.default(0).describe("0: what is fed in earns nothing"),
  times: z.array(TariffTime).max(50).readonly().default([]),
});
export type TariffShape = Readonly<z.output<typeof TariffShape>>;
