import { examplePrice, inCurrency, MS_PER_HOUR } from "@ohmstead/contract";
import { DateTime, IANAZone } from "luxon";
import { z } from "zod";
import { openCsv, stretchesOf } from "./csv-file.ts";
import type { SpotSlot } from "../domain/spot-slot.ts";
import { defineSource, type Unnamed } from "./source.ts";

const CsvPrices = z.strictObject({
  kind: z.literal("csv"),
  file: z.string().min(1).describe("with time_utc; from the folder of the config"),
  column: z.string().min(1).describe("of the price"),
  factor: z.number().default(1).describe("0.001 for a column in currency per MWh"),
  exportColumn: z
    .string()
    .min(1)
    .optional()
    .describe("of what a fed-in kWh earns; without it as much as one that is bought"),
  publishedAt: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "write a local time such as 13:00")
    .default("13:00")
    .describe("when the next market day's prices become known"),
  marketTimeZone: z
    .string()
    .refine((zone) => IANAZone.isValidZone(zone), "is not a known time zone")
    .default("Europe/Brussels")
    .describe("the market day is this zone's calendar day"),
});

/** In euro per kWh, either way: more is another unit. */
const MOST_EURO = 50;
const plausibleIn = (currency: string) => ({
  min: -inCurrency(MOST_EURO, currency),
  max: inCurrency(MOST_EURO, currency),
  hint: `write ${currency} per kWh, for example ${examplePrice(currency)}; a column in ${currency} per MWh needs factor: 0.001`,
});
const PAST_MS = 48 * MS_PER_HOUR;

/**
 * Recorded prices that become known as they did when they were new: until `publishedAt` today's market day, from then on tomorrow's too.
 */
export const csvPrices = defineSource(
  "csv",
  {
    title: "Prices from a file",
    region: "everywhere",
    step: "that of the file",
    credentials: "none",
    rateLimit: "none",
    test: "csv-sources.test.ts",
  },
  CsvPrices,
  (config, deps): Unnamed<readonly SpotSlot[]> => {
    const plausible = plausibleIn(deps.currency);
    const file = openCsv(config.file, "csv prices", deps);
    return {
      publishedAt: { time: config.publishedAt, timeZone: config.marketTimeZone },
      refreshMinutes: 5,
      fetch: async (nowMs, signal) => {
        const rows = await file.rows(signal);
        const untilMs = knownUntilMs(nowMs, config.marketTimeZone, config.publishedAt);
        const isShown = (each: { startMs: number; endMs: number }) =>
          each.endMs > nowMs - PAST_MS && each.startMs < untilMs;
        const exportOf = config.exportColumn
          ? new Map(
              stretchesOf(rows, { column: config.exportColumn, factor: config.factor }, "csv prices", plausible).map(
                ({ startMs, value }) => [startMs, value],
              ),
            )
          : undefined;
        return stretchesOf(rows, config, "csv prices", plausible)
          .filter(isShown)
          .flatMap(({ startMs, endMs, value }) => {
            const slot = { startMs, hours: (endMs - startMs) / MS_PER_HOUR, importPerKwh: value };
            if (!exportOf) return [slot];
            const exportPerKwh = exportOf.get(startMs);
            return exportPerKwh === undefined ? [] : [{ ...slot, exportPerKwh }];
          });
      },
    };
  },
);

/** The end of the last market day whose prices are published. */
export function knownUntilMs(nowMs: number, marketTimeZone: string, publishedAt: string): number {
  const local = DateTime.fromMillis(nowMs, { zone: marketTimeZone });
  const isPublished = local.toFormat("HH:mm") >= publishedAt;
  return local
    .startOf("day")
    .plus({ days: isPublished ? 2 : 1 })
    .toMillis();
}
