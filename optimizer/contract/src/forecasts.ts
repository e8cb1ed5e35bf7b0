import { z } from "zod";
import { Slot } from "./slot.ts";

/** What is expected over one slot, in the unit of the update. */
export const ForecastSlot = z.strictObject({
  ...Slot.shape,
  value: z.number().describe("mean over the slot"),
  low: z.number().optional().describe("P10: what comes is below it once in ten"),
  high: z.number().optional().describe("P90: what comes is below it nine times in ten"),
});
export type ForecastSlot = Readonly<z.output<typeof ForecastSlot>>;

/** A forecast of the outdoor temperature or of one solar array, from whoever has one. */
export const ForecastsUpdate = z.strictObject({
  series: z
    .string()
    .max(80)
    .regex(/^(outdoorTempC|pv\/.+)$/, "write outdoorTempC, or pv/ and the id of an array, for example pv/roof"),
  unit: z.enum(["kW", "W", "°C", "°F"], "write kW or W for the sun, °C or °F for the temperature"),
  issuedAtMs: z.int().optional().describe("when it was made; default: now"),
  slots: z.array(ForecastSlot).min(1).max(2000).readonly(),
});
export type ForecastsUpdate = Readonly<z.output<typeof ForecastsUpdate>>;
