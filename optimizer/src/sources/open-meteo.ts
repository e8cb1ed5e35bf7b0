import { MS_PER_HOUR } from "@ohmstead/contract";
import { z } from "zod";
import type { Stretch } from "../domain/series.ts";
import { fetchJson } from "./fetch-answer.ts";
import type { IssuedForecast } from "../domain/forecast.ts";
import { defineSource, type Unnamed } from "./source.ts";

const OpenMeteo = z.strictObject({
  kind: z.literal("open-meteo"),
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  baseUrl: z.url().default("https://api.open-meteo.com"),
});

const Forecast = z
  .object({
    utc_offset_seconds: z.number().min(-54_000).max(54_000).describe("of the times below, which name no zone"),
    hourly_units: z.object({ temperature_2m: z.literal("°C") }),
    hourly: z.object({
      time: z.array(z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/)),
      temperature_2m: z.array(z.number().min(-90).max(60).nullable()),
    }),
  })
  .refine(({ hourly }) => hourly.time.length === hourly.temperature_2m.length, {
    path: ["hourly", "temperature_2m"],
    message: "has another length than hourly.time",
  });

const SOURCE = "open-meteo";

/** Hourly air temperature at 2 m from open-meteo.com: yesterday, and four days from today. */
export const openMeteo = defineSource(
  SOURCE,
  {
    title: "Open-Meteo weather forecast",
    region: "everywhere",
    step: "60 min",
    credentials: "none",
    rateLimit: "10 000 a day for private use; asked every 60 min",
    test: "open-meteo.test.ts",
    answers: "a recorded answer of 2026",
    checkedAgainst: "open-meteo/open-meteo, open-meteo/open-meteo-website",
  },
  OpenMeteo,
  (config, deps): Unnamed<IssuedForecast> => ({
    refreshMinutes: 60,
    fetch: async (nowMs, signal) => {
      const url = new URL("/v1/forecast", config.baseUrl);
      url.searchParams.set("latitude", String(config.latitude));
      url.searchParams.set("longitude", String(config.longitude));
      url.searchParams.set("hourly", "temperature_2m");
      url.searchParams.set("past_days", "1");
      url.searchParams.set("forecast_days", "4");
      url.searchParams.set("timezone", "UTC");
      const answer = await fetchJson(url, Forecast, { source: SOURCE, signal, timeoutMs: deps.timeoutMs ?? 10_000 });
      return { issuedAtMs: nowMs, stretches: stretches(answer) };
    },
  }),
);

/** Values are those of the moment: each stands for half an hour before it to half an hour after. */
function stretches({ hourly, utc_offset_seconds }: z.output<typeof Forecast>): Stretch[] {
  return hourly.time.flatMap((time, k) => {
    const value = hourly.temperature_2m[k];
    if (value === undefined || value === null) return [];
    const atMs = Date.parse(`${time}:00Z`) - utc_offset_seconds * 1000;
    return [{ startMs: atMs - MS_PER_HOUR / 2, endMs: atMs + MS_PER_HOUR / 2, value }];
  });
}
