import { MS_PER_HOUR } from "@ohmstead/contract";
import { z } from "zod";
import type { IssuedForecast } from "../domain/forecast.ts";
import { checkedStretches, OUTDOOR_BOUNDS } from "./checked-stretches.ts";
import { fetchJson } from "./fetch-answer.ts";
import { defineSource, type Unnamed } from "./source.ts";

const BrightSky = z.strictObject({
  kind: z.literal("bright-sky"),
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  baseUrl: z.url().default("https://api.brightsky.dev"),
});

const Weather = z.object({
  weather: z
    .array(
      z.object({
        timestamp: z.iso.datetime({ offset: true }).transform(Date.parse),
        temperature: z.number().min(-60).max(60).nullable(),
      }),
    )
    .min(1),
});

const SOURCE = "bright-sky";
const DAY_MS = 24 * MS_PER_HOUR;
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** Hourly air temperature of the German weather service by brightsky.dev: yesterday measured, and its MOSMIX forecast for four days. */
export const brightSky = defineSource(
  SOURCE,
  {
    title: "Bright Sky (Deutscher Wetterdienst)",
    region: "Germany, and MOSMIX stations all over the world",
    step: "60 min",
    credentials: "none",
    rateLimit: "none stated; asked every 60 min",
    test: "bright-sky.test.ts",
    answers: "a recorded answer of 2024",
    checkedAgainst: "jdemaeyer/brightsky",
  },
  BrightSky,
  (config, deps): Unnamed<IssuedForecast> => ({
    refreshMinutes: 60,
    fetch: async (nowMs, signal) => {
      const url = new URL("/weather", config.baseUrl);
      url.searchParams.set("lat", String(config.latitude));
      url.searchParams.set("lon", String(config.longitude));
      url.searchParams.set("date", dayOf(nowMs - DAY_MS));
      url.searchParams.set("last_date", dayOf(nowMs + 4 * DAY_MS));
      url.searchParams.set("tz", "Etc/UTC");
      url.searchParams.set("units", "dwd");
      const { weather } = await fetchJson(url, Weather, {
        source: SOURCE,
        signal,
        timeoutMs: deps.timeoutMs ?? 10_000,
      });
      // Values are those of the moment: each stands for half an hour before it to half an hour after.
      const sent = weather.flatMap(({ timestamp, temperature }, k) =>
        temperature === null
          ? []
          : [
              {
                startMs: timestamp - MS_PER_HOUR / 2,
                endMs: timestamp + MS_PER_HOUR / 2,
                value: temperature,
                field: `weather[${k}].temperature`,
                timeField: `weather[${k}].timestamp`,
              },
            ],
      );
      return { issuedAtMs: nowMs, stretches: checkedStretches(sent, { source: SOURCE, nowMs, ...OUTDOOR_BOUNDS }) };
    },
  }),
);
