import { MS_PER_HOUR } from "@ohmstead/contract";
import { z } from "zod";
import { openCsv, stretchesOf } from "./csv-file.ts";
import { defineSource, type HistorySource } from "./source.ts";

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
  days: z.number().positive().max(400).default(28),
});

/** Recorded load and solar, up to now and never later. */
export const csvHistory = defineSource("csv", CsvHistory, (config, deps): HistorySource => {
  const file = openCsv(config.file, "csv history", deps);
  return {
    kind: "csv",
    refreshMinutes: 15,
    fetch: async (nowMs, signal) => {
      const rows = (await file.rows(signal)).filter(({ startMs }) => startMs >= nowMs - config.days * 24 * MS_PER_HOUR);
      const past = (column: z.output<typeof Column>) =>
        stretchesOf(rows, column, "csv history").filter((each) => each.endMs <= nowMs);
      return {
        baseLoad: config.load ? past(config.load) : [],
        pv: new Map(Object.entries(config.pv).map(([id, column]) => [id, past(column)])),
      };
    },
  };
});
