import { MS_PER_HOUR } from "@ohmstead/contract";
import { z } from "zod";
import { openCsv, stretchesOf } from "./csv-file.ts";
import { defineSource, type HouseHistory, type Unnamed } from "./source.ts";

const Column = z.strictObject({
  column: z.string().min(1),
  factor: z.number().positive().default(1).describe("0.001 for a column in W"),
  blankIsZero: z.boolean().default(false).describe("true for a file that is blank where nothing is produced or used"),
});
const CsvHistory = z.strictObject({
  kind: z.literal("csv"),
  file: z.string().min(1),
  load: Column.optional().describe("load of the house without the devices that are planned"),
  pv: z.record(z.string(), Column).default({}).describe("by the id of the array"),
  shiftDays: z
    .int()
    .multipleOf(7, "write whole weeks, so that weekdays match: 364 for last year's file")
    .default(0)
    .describe("how much later the file's days are taken to be"),
  days: z.number().positive().max(400).default(28),
});

const DAY_MS = 24 * MS_PER_HOUR;
const PLAUSIBLE = { min: -100, max: 100, hint: "no house has so many kW; a column in W needs factor: 0.001" };

/** Recorded load and solar, up to now and never later. */
export const csvHistory = defineSource(
  "csv",
  {
    title: "Recorded load and solar from a file",
    region: "everywhere",
    step: "that of the file",
    credentials: "none",
    rateLimit: "none",
    test: "csv-sources.test.ts",
  },
  CsvHistory,
  (config, deps): Unnamed<HouseHistory> => {
    const file = openCsv(config.file, "csv history", deps);
    return {
      refreshMinutes: 15,
      fetch: async (nowMs, signal) => {
        const shiftMs = config.shiftDays * DAY_MS;
        const rows = (await file.rows(signal))
          .map(({ startMs, values }) => ({ startMs: startMs + shiftMs, values }))
          .filter(({ startMs }) => startMs >= nowMs - config.days * DAY_MS);
        const past = (column: z.output<typeof Column>) =>
          stretchesOf(rows, column, "csv history", PLAUSIBLE).filter((each) => each.endMs <= nowMs);
        return {
          baseLoad: config.load ? past(config.load) : [],
          pv: new Map(Object.entries(config.pv).map(([id, column]) => [id, past(column)])),
        };
      },
    };
  },
);
