import { MS_PER_HOUR } from "@ohmstead/contract";
import { z } from "zod";
import { openCsv, stretchesOf } from "./csv-file.ts";
import type { IssuedForecast } from "../domain/forecast.ts";
import { defineSource, type Unnamed } from "./source.ts";

const CsvWeather = z.strictObject({
  kind: z.literal("csv"),
  file: z.string().min(1),
  column: z.string().min(1).describe("outdoor temperature, °C"),
  forecastHours: z.number().positive().max(400).default(72),
});

const PLAUSIBLE = { min: -60, max: 60, hint: "is no outdoor temperature in °C" };
const PAST_MS = 24 * MS_PER_HOUR;

/** Recorded temperatures, given out as if they had been forecast without error. */
export const csvWeather = defineSource(
  "csv",
  {
    title: "Recorded weather from a file",
    region: "everywhere",
    step: "that of the file",
    credentials: "none",
    rateLimit: "none",
    test: "csv-sources.test.ts",
  },
  CsvWeather,
  (config, deps): Unnamed<IssuedForecast> => {
    const file = openCsv(config.file, "csv weather", deps);
    return {
      refreshMinutes: 15,
      fetch: async (nowMs, signal) => ({
        issuedAtMs: nowMs,
        stretches: stretchesOf(
          await file.rows(signal),
          { column: config.column, factor: 1 },
          "csv weather",
          PLAUSIBLE,
        ).filter((each) => each.endMs > nowMs - PAST_MS && each.startMs < nowMs + config.forecastHours * MS_PER_HOUR),
      }),
    };
  },
);
